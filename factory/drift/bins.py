"""Into which bins does the value of a column fall?

Every column has bins that no training row chose: one for empty values and, before or after the
bins of training, one or two for values that training never saw, or too seldom to keep them apart.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from factory import values

EMPTY = 0  # the bin of empty values, in every column
RARE = 4  # rows of training; a level of so few is there by chance, five is the rule for chi-squares
PARTS, FILLED = 8, 50
"""Into how many groups rare levels go, and with how many rows: one that all have now is noticed."""


@dataclass(frozen=True)
class Numbers:
    """The bins of a number: empty, below the edges, between each pair of them, above them."""

    edges: tuple[float, ...]
    """Bin i of the baseline holds `edges[i] <= x < edges[i+1]`, the last its upper edge too."""
    learned: tuple[int, ...]
    """The rows of training in each of our bins."""
    type: str = values.UNSTATED
    """The physical type of the column in its contract."""

    @property
    def expected(self) -> tuple[int, ...]:
        """What as many rows like those of training would show in each bin."""
        return self.learned

    @property
    def special(self) -> list[tuple[int, ...]]:
        """The bins that training did not choose, each of which is compared by itself."""
        return [(EMPTY,), (self.below,), (self.above,)]

    @property
    def below(self) -> int:
        """The bin of values below everything that training saw."""
        return 1

    @property
    def above(self) -> int:
        """The bin of values above everything that training saw; of any, if it saw none."""
        return len(self.learned) - 1

    @property
    def inner(self) -> range:
        """The bins that the baseline has."""
        return range(2, self.above)

    def bin(self, value: Any) -> int:
        """Return the bin of *value*; ValueError when it is none of the column's type."""
        known = values.read(value, self.type)
        if known is None:
            return EMPTY
        number = values.number(known)
        if not self.edges or number > self.edges[-1]:
            return self.above
        return 1 + min(bisect_right(self.edges, number), len(self.edges) - 1)

    def groups(self, most: int) -> list[tuple[int, ...]]:
        """Join neighbours to at most *most* bins that training filled about equally."""
        left, found, taken = sum(self.learned[i] for i in self.inner), list[tuple[int, ...]](), 0
        group: tuple[int, ...] = ()
        for i in self.inner:
            group, taken = (*group, i), taken + self.learned[i]
            if taken >= left / (most - len(found)) or i == self.inner[-1]:
                found.append(group)
                group, left, taken = (), left - taken, 0
        return found


@dataclass(frozen=True)
class Levels:
    """The bins of a category: empty, rare or unseen, and one for each level that training kept."""

    names: tuple[str, ...]
    learned: tuple[int, ...]
    """The rows of training in each of our bins."""

    @property
    def unseen(self) -> int:
        """The bin of levels that training never saw, or too seldom to keep them apart."""
        return 1

    @cached_property
    def expected(self) -> tuple[int, ...]:
        """What as many rows like those of training would show in each bin.

        A level that training never saw is as likely as all that it saw once were among its rows
        (Good, The population frequencies of species, 1953): these stand for it, and not for
        themselves.
        """
        once = {i for i in self.inner if self.learned[i] == 1}
        shown = [0 if i in once else rows for i, rows in enumerate(self.learned)]
        shown[self.unseen] += len(once)
        return tuple(shown)

    @property
    def special(self) -> list[tuple[int, ...]]:
        """The bins that are compared by themselves: empty and unseen.

        Which levels training saw seldom was chance. Where it kept only some of those with as many
        rows, these are no other levels than those that it did not keep, and belong to them.
        """
        return [(EMPTY,), (self.unseen, *(self._rare if self._cut else ()))]

    @cached_property
    def _least(self) -> int:
        return min((self.learned[i] for i in self.inner), default=0)

    @property
    def _cut(self) -> bool:
        return self.learned[self.unseen] > 0 and self._least > 1

    @cached_property
    def _rare(self) -> tuple[int, ...]:
        most = max(RARE, self._least if self._cut else 0)
        return tuple(i for i in self.inner if self.learned[i] <= most)

    @property
    def inner(self) -> range:
        """The bins that the baseline has."""
        return range(2, len(self.learned))

    @cached_property
    def _bins(self) -> Mapping[str, int]:
        return {name: 2 + number for number, name in enumerate(self.names)}

    def bin(self, value: Any) -> int:
        """Return the bin of *value*; ValueError when it is no text."""
        level = values.text(values.read(value, values.TEXT))
        return self._bins.get(level, self.unseen) if level else EMPTY

    def groups(self, most: int) -> list[tuple[int, ...]]:
        """Keep the most frequent levels and join others to *most* bins, beside those of rare ones.

        Rare levels are compared together, in parts: one that all rows have now is noticed.
        """
        ordered = sorted(set(self.inner) - set(self._rare), key=lambda i: (-self.learned[i], i))
        frequent: list[tuple[int, ...]] = [(i,) for i in ordered]
        if len(ordered) > most:
            frequent = [*frequent[: most - 1], tuple(ordered[most - 1 :])]
        return frequent if self._cut else [*frequent, *self._parts()]

    def _parts(self) -> list[tuple[int, ...]]:
        rows = sum(self.learned[i] for i in self._rare)
        parts = max(1, min(PARTS, rows // FILLED))
        return [self._rare[i::parts] for i in range(parts) if self._rare]


@dataclass(frozen=True)
class Times:
    """The bins of a date or time: empty, and known. Time goes on, which is no drift."""

    learned: tuple[int, ...]
    type: str

    @property
    def expected(self) -> tuple[int, ...]:
        """What as many rows like those of training would show in each bin."""
        return self.learned

    @property
    def special(self) -> list[tuple[int, ...]]:
        """The bin that is compared by itself."""
        return [(EMPTY,)]

    @property
    def inner(self) -> range:
        """The bin of all that is known."""
        return range(1, 2)

    def bin(self, value: Any) -> int:
        """Return the bin of *value*; ValueError when it is none of the column's type."""
        return EMPTY if values.read(value, self.type) is None else 1

    def groups(self, most: int) -> list[tuple[int, ...]]:  # noqa: ARG002 - as the others
        """Return the one bin."""
        return [(1,)]


Bins = Numbers | Levels | Times


def of_column(raw: Mapping[str, Any]) -> Bins:
    """Return the bins of one column of a baseline document."""
    if raw["kind"] == "number":
        counts = (raw["nulls"], 0, *raw["counts"], 0)
        return Numbers(tuple(raw["edges"]), counts, raw.get("type", values.UNSTATED))
    if raw["kind"] == "time":
        return Times((raw["nulls"], raw["known"]), raw["type"])
    levels: Mapping[str, int] = raw["levels"]
    return Levels(tuple(levels), (raw["nulls"], raw.get("other", 0), *levels.values()))


def share(counts: Sequence[int], bins: Sequence[int]) -> float:
    """Return which share of the rows in *counts* lies in *bins*."""
    total = sum(counts)
    return sum(counts[i] for i in bins) / total if total else 0.0
