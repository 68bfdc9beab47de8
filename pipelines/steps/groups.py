"""How many of each group are there, and how many were selected?"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.gates import spelling
from factory.gates.groups import FEW
from factory.gates.spelling import MISSING
from pipelines.steps import canonical, errors
from pipelines.steps.columns import MOST_LEVELS
from pipelines.steps.evidence import ScoredSplit

MOST_JOINT = 2000  # joint groups in the evidence
LONGEST = 64  # characters of a level in the evidence
RARE = "(level {} of few rows)"
"""What a level is called that fewer than `FEW` rows share: it may be one person's cell."""


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return the section of the evidence: what each group gets, and how wrong it is answered.

    `rates` are counted for each thing that groups must get equally often.
    """
    table, attributes = split.truth.table, split.model.gates.fairness.attributes
    chosen = split.measure.chosen(split.truth, split.answers) if attributes else {}
    return {
        "rates": {
            name: _rates(table.filter(pa.array(could)), attributes, got[could])
            for name, (could, got) in chosen.items()
        },
        "errors": errors.measure(split) if attributes else {},
    }


def _rates(table: pa.Table, attributes: Sequence[str], got: np.ndarray) -> dict[str, Any]:
    """Count rows and selections per level of each protected attribute, and per joint level.

    A column of very many levels holds no groups of people, and its cells belong in no evidence.
    """
    levels = {a: joint(table, [a]) for a in attributes}
    together = joint(table, attributes) if len(attributes) > 1 else ([], None)
    many = {a: len(names) for a, (names, _) in levels.items() if len(names) > MOST_LEVELS}
    if len(together[0]) > MOST_JOINT:
        many[" and ".join(attributes)] = len(together[0])
    if many:
        return {"too_many": many, "attributes": {}}
    found: dict[str, Any] = {
        "attributes": {
            a: {name[0]: counts for name, counts in _counts(*groups, got)}
            for a, groups in levels.items()
        }
    }
    if together[1] is not None:
        counted = _counts(together[0], together[1], got)
        found["joint"] = [{"levels": names, **counts} for names, counts in counted]
    return found


def joint(
    table: pa.Table, columns: Sequence[str], times: int = 1
) -> tuple[list[list[str]], np.ndarray]:
    """Return the joint levels of *columns* that occur, and which of them each row has.

    Levels of few rows are numbered: people who see no row read their names. Each row may be there
    up to so many *times*.
    """
    names, codes = zip(*(_levels(table.column(c), FEW * times) for c in columns), strict=True)
    whole = np.zeros(table.num_rows, np.int64)
    for levels, each in zip(names, codes, strict=True):
        whole = whole * len(levels) + each
    present, found = np.unique(whole, return_inverse=True)
    places = np.unravel_index(present, [len(levels) for levels in names])
    rows = zip(*places, strict=True)
    return [[names[i][at] for i, at in enumerate(row)] for row in rows], found


def _levels(column: pa.ChunkedArray, few: int) -> tuple[list[str], np.ndarray]:
    """Return the levels of a column in order, short ones, and which of them each row has."""
    text = pc.fill_null(canonical.texts(column), MISSING)
    encoded = text.dictionary_encode()
    codes = np.asarray(encoded.indices)
    levels = encoded.dictionary.to_pylist()
    names = _named(levels, np.bincount(codes, minlength=len(levels)), few)
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), np.int64)
    place[order] = np.arange(len(names))
    return [names[i] for i in order], place[codes]


def _named(levels: Sequence[str], rows: np.ndarray, few: int) -> list[str]:
    """Return what each level is called; another spelling of one that is named has its name."""
    large = [rows[place] >= few or level == MISSING for place, level in enumerate(levels)]
    known = {spelling.normal(level) for level, named in zip(levels, large, strict=True) if named}
    number = itertools.count(1)
    return [
        short(level) if named or spelling.normal(level) in known else RARE.format(next(number))
        for level, named in zip(levels, large, strict=True)
    ]


def short(level: str) -> str:
    """Return a level, of which the evidence holds so many characters and then a digest."""
    if len(level) <= LONGEST:
        return level
    return f"{level[:LONGEST]}...{hashlib.sha256(level.encode()).hexdigest()[:8]}"


def _counts(
    names: list[list[str]], codes: np.ndarray, got: np.ndarray
) -> list[tuple[list[str], dict[str, int]]]:
    rows = np.bincount(codes, minlength=len(names))
    selected = np.bincount(codes[got], minlength=len(names))
    return [
        (name, {"rows": int(n), "selected": int(s)})
        for name, n, s in zip(names, rows, selected, strict=True)
    ]
