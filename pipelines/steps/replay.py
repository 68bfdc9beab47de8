"""What will a fleet be asked again, once it serves? Some judged rows with their answers, no labels.

Which rows these are nobody knows before: they are drawn when the answers are out.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from factory.gates.exam import REPLAY_VERSION, TOLERANCE
from factory.layout.files import REPLAY
from factory.tasks.answers import Fields, documented
from pipelines.steps import canonical, files
from pipelines.steps.evidence import Said, ScoredSplit
from pipelines.steps.questions import Questions

ROWS = 300
BYTES = 2**22  # of the rows as JSON; a function reads them every few hours


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The test split as it was asked and answered, all in one order of rows."""

    features: Sequence[str]
    """The columns that the artifact asks for, in its order."""
    values: Sequence[Sequence[Any]]
    """The same by column, as JSON has them."""
    groups: pa.Table
    """The columns of the protected attributes."""
    point: np.ndarray
    """The number of each answer by which rows are spread."""
    challenger: Said
    champion: Said | None
    fields: Fields
    thresholds: Sequence[float]
    """Where decisions change, as far as the artifact says it."""
    questions: Sequence[int] | None = None
    """The number of each row's question; None where each row is one."""


def asked(split: ScoredSplit, metadata: Mapping[str, Any]) -> Answered:
    """Return what was asked and answered; *metadata* is the artifact's."""
    columns = list(metadata["features"])
    return Answered(
        features=columns,
        values=Questions.of(split.features, columns).values,
        groups=split.truth.table.select(list(split.model.gates.fairness.attributes)),
        point=split.answers[split.model.task.POINT],
        challenger=split.challenger,
        champion=split.champion,
        fields=split.model.task.ANSWER,
        thresholds=thresholds(metadata),
        questions=split.questions,
    )


def write(asked: Answered, out: Path) -> dict[str, Any]:
    """Draw the rows and write them; return their section of the evidence."""
    document = of(asked, random.SystemRandom())
    path = out / "replay" / REPLAY
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, allow_nan=False), encoding="utf-8")
    return {"rows": len(document["rows"]), "digest": files.sha256(path)}


def of(asked: Answered, chance: random.Random) -> dict[str, Any]:
    """Return the document: the rows that *chance* draws, and what was answered about each."""
    chosen, rows, size = [], [], 0
    places = drawn(asked, chance) if asked.questions is None else whole(asked.questions, chance)
    for place in places:
        row = [_plain(column[place]) for column in asked.values]
        size += len(json.dumps(row))
        if size > BYTES:
            break
        chosen.append(place)
        rows.append(row)
    return {
        "version": REPLAY_VERSION,
        "fields": documented(asked.fields),
        "features": list(asked.features),
        "rows": rows,
        "questions": None if asked.questions is None else [asked.questions[p] for p in chosen],
        "challenger": _answers(asked.challenger, chosen),
        "champion": _answers(asked.champion, chosen) if asked.champion else None,
    }


def drawn(asked: Answered, chance: random.Random) -> list[int]:
    """Return the places of up to 300 rows: of every group, and of all its scores.

    A row whose score is as good as a threshold comes last: another processor may decide otherwise
    about it, and be right.
    """
    score = asked.point
    near = _near(score, asked.thresholds)
    groups = _groups(asked.groups, len(score))
    chance.shuffle(groups)
    spread = [_spread(group[np.argsort(score[group], kind="stable")], chance) for group in groups]
    return sorted(_in_turn(spread), key=lambda place: bool(near[place]))[:ROWS]


def whole(questions: Sequence[int], chance: random.Random) -> list[int]:
    """Return the places of all rows of some questions, which have up to 300 or are one."""
    rows: dict[int, list[int]] = {}
    for place, number in enumerate(questions):
        rows.setdefault(number, []).append(place)
    found: list[int] = []
    for number in chance.sample(sorted(rows), len(rows)):
        if found and len(found) + len(rows[number]) > ROWS:
            break
        found += rows[number]
    return found


def _near(score: np.ndarray, thresholds: Sequence[float]) -> np.ndarray:
    near = np.zeros(len(score), dtype=bool)
    for limit in thresholds:
        near |= np.abs(score - limit) <= TOLERANCE
    return near


def _groups(table: pa.Table, rows: int) -> list[np.ndarray]:
    """Return the places of the rows of each joint group; one group without attributes."""
    codes = np.zeros(rows, np.int64)
    for column in table.columns:
        level = canonical.texts(column).dictionary_encode("encode").indices.to_numpy()
        codes = np.unique(codes * (int(level.max(initial=0)) + 1) + level, return_inverse=True)[1]
    ordered = np.argsort(codes, kind="stable")
    return np.split(ordered, np.flatnonzero(np.diff(codes[ordered])) + 1)


def _spread(ordered: np.ndarray, chance: random.Random) -> list[int]:
    """Return one row of each of 300 parts of what is *ordered* by score, in no order."""
    parts = np.array_split(ordered, min(ROWS, len(ordered)))
    found = [int(chance.choice(part)) for part in parts]
    chance.shuffle(found)
    return found


def _in_turn(groups: Iterable[Sequence[int]]) -> Iterator[int]:
    """Yield one row of each group, then another of each that has one, until all are gone."""
    waiting = [iter(group) for group in groups]
    while waiting:
        left = []
        for group in waiting:
            place = next(group, None)
            if place is not None:
                yield place
                left.append(group)
        waiting = left


def _answers(said: Said, places: Sequence[int]) -> list[list[Any]]:
    return [list(said.tuples[place]) for place in places]


def _plain(value: Any) -> Any:
    """Return a value as an answer's row can hold it; text where JSON has no kind of its own."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, str | int | float) else str(value)


def thresholds(metadata: Mapping[str, Any]) -> list[float]:
    """Return the thresholds that an artifact's metadata names."""
    found = metadata["settings"].get("thresholds")
    if not isinstance(found, Mapping):
        return []
    groups = found.get("groups")
    named = [found.get("default"), *map(_limit, groups if isinstance(groups, list) else ())]
    return [float(n) for n in named if isinstance(n, int | float) and math.isfinite(n)]


def _limit(group: Any) -> Any:
    return group.get("threshold") if isinstance(group, Mapping) else None
