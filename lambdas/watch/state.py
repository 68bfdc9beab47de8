"""What is remembered of files, windows and models? Three kinds of items of one table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import aws
from factory import drift
from factory.drift import Baseline, Drifting, Episode, Tally, Verdict, Watched

REMEMBERED = 14 * 86_400  # seconds: the longest that a queue keeps a message


@dataclass(frozen=True, kw_only=True)
class Word:
    """What is to be told of a judged window."""

    model: str
    uri: str
    """Where the finding is to lie."""
    finding: str
    """As JSON."""
    change: str
    """The type of the event, if drift began or ended by it; else empty."""
    alarm: bool
    """Whether the model may lack its alarm: it is the first window of a configuration."""


@dataclass(frozen=True)
class Marker:
    """That a file was counted."""

    item: Mapping[str, Any]

    @property
    def untold(self) -> Word | None:
        """What came of it and may not have been told yet."""
        text = self.item["untold"]
        return Word(**json.loads(text)) if text else None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was remembered before a file."""

    marker: Marker | None
    number: int
    """Of the open window, counted for each configuration."""
    tally: Tally
    watched: Watched
    window_item: Mapping[str, Any] | None
    model_item: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be remembered after it."""

    number: int
    tally: Tally
    watched: Watched | None = None
    """None when no window was judged."""
    word: Word | None = None


def marker(table: str, key: str) -> Marker | None:
    """Return the marker of a file that was counted."""
    item = aws.table_get(table, _file(key))
    return Marker(item) if item else None


def breached(table: str, model: str) -> bool:
    """Say whether *model* is in an episode of drift now."""
    item = aws.table_get(table, f"model|{model}")
    return bool(item and item["breached"])


def recall(table: str, key: str, baseline: Baseline) -> Known:
    """Return what is remembered of a file, its window and its model."""
    file, window, model = _file(key), f"window|{baseline.config}", f"model|{baseline.model}"
    found = aws.table_get_many(table, [file, window, model])
    window_item, model_item = found.get(window), found.get(model)
    return Known(
        marker=Marker(found[file]) if file in found else None,
        number=window_item["number"] if window_item else 1,
        tally=_tally(window_item) if window_item else drift.empty(baseline),
        watched=_watched(model_item) if model_item else Watched(),
        window_item=window_item,
        model_item=model_item,
    )


def commit(table: str, key: str, baseline: Baseline, known: Known, change: Change) -> Marker:
    """Remember *change* as a whole; Conflict when anything was remembered since *known*."""
    untold = json.dumps(asdict(change.word)) if change.word else ""
    file = {"pk": _file(key), "expires": int(aws.now()) + REMEMBERED, "untold": untold}
    window, before = _window_item(baseline.config, known, change), known.window_item
    writes: list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    writes = [(file, None), (window, _unchanged(before))]
    if change.watched:
        model = _model_item(baseline.model, known, change.watched)
        writes.append((model, _unchanged(known.model_item)))
    aws.table_commit(table, *writes)
    return Marker(file)


def told(table: str, of: Marker) -> None:
    """Remember that all was told."""
    aws.table_update_if(table, {**of.item, "untold": ""}, where={"untold": of.item["untold"]})


def _file(key: str) -> str:
    return f"file|{key}"


def _unchanged(before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return {"revision": before["revision"]} if before else None


def _next(before: Mapping[str, Any] | None) -> int:
    return int(before["revision"]) + 1 if before else 1


def _window_item(config: str, known: Known, change: Change) -> dict[str, Any]:
    """Return an open window as an item; its many numbers are one text, which is a tenth as dear."""
    return {
        **asdict(change.tally),
        "counts": json.dumps(change.tally.counts, separators=(",", ":")),
        "pk": f"window|{config}",
        "revision": _next(known.window_item),
        "number": change.number,
    }


def _tally(item: Mapping[str, Any]) -> Tally:
    named = {f.name: item[f.name] for f in fields(Tally)}
    return Tally(**named | {"counts": json.loads(item["counts"])})


def _model_item(model: str, known: Known, now: Watched) -> dict[str, Any]:
    """Return what is known of a model as an item; the first fields are for those who look."""
    return {
        "pk": f"model|{model}",
        "revision": _next(known.model_item),
        "breached": now.breached,
        "episode": now.episodes[-1].id if now.episodes else "",
        "words": {name: now.columns[name].words for name in now.breaching},
        "judged": now.verdicts[-1].last,
        "finding": now.verdicts[-1].finding,
        **asdict(now),
    }


def _watched(item: Mapping[str, Any]) -> Watched:
    return Watched(
        verdicts=tuple(Verdict(**verdict) for verdict in item["verdicts"]),
        columns={name: Drifting(**column) for name, column in item["columns"].items()},
        episodes=tuple(Episode(**episode) for episode in item["episodes"]),
    )
