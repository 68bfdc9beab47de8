"""How many rows fell into which bins? Counts, which add up over files in any order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from factory.drift import capture
from factory.drift.baseline import Baseline
from factory.drift.capture import Malformed, Request
from factory.serving import probe_ids

Counts = Mapping[str, Sequence[int]]
"""The rows in each bin, by column."""


@dataclass(frozen=True, kw_only=True)
class BinCounts:
    """What was counted in some capture files."""

    columns: Counts = field(default_factory=dict)
    rows: int = 0
    probes: int = 0
    """Requests of the factory's own; their rows are not counted."""
    disguised: int = 0
    """Requests whose ids pretend to be the factory's own; their rows are counted as any others."""
    refused: int = 0
    """Requests that the model did not answer; their rows are not counted."""
    malformed: int = 0
    """Rows, or bodies, that were answered although they hold something else than the features; and
    lines that hold no request at all."""
    unreadable: int = 0
    """These lines."""
    files: int = 0
    first: str = ""
    """When the first request was answered that is no probe; empty without one."""
    last: str = ""

    @property
    def unusable(self) -> int:
        """How many rows or requests say nothing of the features: malformed, or refused."""
        return self.malformed + self.refused


def of_file(file: bytes, baseline: Baseline, written: str = "") -> BinCounts:
    """Count a capture file against *baseline*.

    When it was *written* is its moment where no line tells one, because none can be read.
    """
    counter = _Counter(baseline)
    for request in capture.requests(file):
        if request:
            counter.add(request)
        else:
            counter.add_unreadable()
    counts = counter.total()
    if counts.unreadable and not counts.first:
        return replace(counts, first=written, last=written)
    return counts


def merged(one: BinCounts, other: BinCounts) -> BinCounts:
    """Add two counts against the same baseline; the order does not matter."""
    columns = {
        name: [a + b for a, b in zip(counted, other.columns[name], strict=True)]
        for name, counted in one.columns.items()
    }
    return BinCounts(
        columns=columns,
        rows=one.rows + other.rows,
        probes=one.probes + other.probes,
        disguised=one.disguised + other.disguised,
        refused=one.refused + other.refused,
        malformed=one.malformed + other.malformed,
        unreadable=one.unreadable + other.unreadable,
        files=one.files + other.files,
        first=min((at for at in (one.first, other.first) if at), default=""),
        last=max(one.last, other.last),
    )


def empty(baseline: Baseline) -> BinCounts:
    """Return the counts of no file."""
    return BinCounts(columns={n: [0] * len(bins.learned) for n, bins in baseline.columns.items()})


class _Counter:
    """Counts in place, row by row."""

    def __init__(self, baseline: Baseline) -> None:
        self._features, self._secret = baseline.features, baseline.secret
        self._bins = [baseline.columns[name] for name in baseline.features]
        self._counts = {name: [0] * len(baseline.columns[name].learned) for name in self._features}
        self._so_far = BinCounts(files=1)

    def add(self, request: Request) -> None:
        before = self._so_far
        if probe_ids.genuine(self._secret, request.inference):
            self._so_far = replace(before, probes=before.probes + 1)
            return
        if probe_ids.claims(request.inference):
            self._so_far = before = replace(before, disguised=before.disguised + 1)
        if not request.answered:
            self._so_far = replace(self._at(request), refused=before.refused + 1)
        else:
            self._add_rows(request)

    def add_unreadable(self) -> None:
        before = self._so_far
        self._so_far = replace(
            before, malformed=before.malformed + 1, unreadable=before.unreadable + 1
        )

    def total(self) -> BinCounts:
        return replace(self._so_far, columns=self._counts)

    def _add_rows(self, request: Request) -> None:
        try:
            found = [self._add_row(values) for values in capture.rows(request, self._features)]
        except Malformed:
            found = [False]
        good, before = sum(found), self._at(request)
        self._so_far = replace(
            before, rows=before.rows + good, malformed=before.malformed + len(found) - good
        )

    def _at(self, request: Request) -> BinCounts:
        """Return what was counted so far, with the moment of *request*."""
        times = [at for at in (self._so_far.first, self._so_far.last, request.at) if at]
        return replace(self._so_far, first=min(times, default=""), last=max(times, default=""))

    def _add_row(self, values: Sequence[Any] | None) -> bool:
        """Count a row in every column, or in none."""
        if values is None:
            return False
        try:
            places = [bins.bin(value) for bins, value in zip(self._bins, values, strict=True)]
        except (ValueError, RecursionError):
            return False
        for name, place in zip(self._features, places, strict=True):
            self._counts[name][place] += 1
        return True
