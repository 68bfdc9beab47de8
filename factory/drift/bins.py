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
        """Keep the most frequent levels and join the rare ones: at most *most* bins."""
        ordered = sorted(self.inner, key=lambda i: (-self.learned[i], i))
        if len(ordered) <= most:
            return [(i,) for i in ordered]
        return [*((i,) for i in ordered[: most - 1]), tuple(ordered[most - 1 :])]


Bins = Numbers | Levels


def of_column(raw: Mapping[str, Any]) -> Bins:
    """Return the bins of one column of a baseline document."""
    if raw["kind"] == "number":
        counts = (raw["nulls"], 0, *raw["counts"], 0)
        return Numbers(tuple(raw["edges"]), counts, raw.get("type", values.UNSTATED))
    levels: Mapping[str, int] = raw["levels"]
    return Levels(tuple(levels), (raw["nulls"], raw.get("other", 0), *levels.values()))


def share(counts: Sequence[int], bins: Sequence[int]) -> float:
    """Return which share of the rows in *counts* lies in *bins*."""
    total = sum(counts)
    return sum(counts[i] for i in bins) / total if total else 0.0
