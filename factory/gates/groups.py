"""Is one group of people selected less often than another? Bounds of the ratio of two rates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from statistics import NormalDist

from factory.gates.intervals import share_lower_bound, share_upper_bound
from factory.gates.verdict import Missing

FEW = 20  # rows, below which a group alone says nothing


@dataclass(frozen=True)
class Group:
    """The decisions about the people of one group."""

    name: str
    rows: int
    selected: int

    @property
    def rate(self) -> float:
        """Share of the group that was selected."""
        return self.selected / self.rows


@dataclass(frozen=True)
class Pool:
    """The groups that are too small to be shown fair one by one."""

    parts: tuple[Group, ...]

    @property
    def whole(self) -> Group:
        """Return them as one group."""
        return Group(
            "+".join(g.name for g in self.parts),
            sum(g.rows for g in self.parts),
            sum(g.selected for g in self.parts),
        )

    def mixed(self, confidence: float) -> bool:
        """Return whether its parts differ too much to be one kind: chi-square of homogeneity.

        The quantile is that of Wilson and Hilferty (1931).
        """
        parts = [g for g in self.parts if g.rows >= FEW]
        rows, selected = sum(g.rows for g in parts), sum(g.selected for g in parts)
        if len(parts) < 2 or selected in {0, rows}:  # noqa: PLR2004 - two differ, one does not
            return False
        rate, free = selected / rows, len(parts) - 1
        chi = sum((g.selected - g.rows * rate) ** 2 / (g.rows * rate * (1 - rate)) for g in parts)
        spread = 2 / (9 * free)
        z = NormalDist().inv_cdf(confidence)
        return chi > free * (1 - spread + z * math.sqrt(spread)) ** 3


@dataclass(frozen=True)
class Pair:
    """A group, and one that it is compared with."""

    group: Group
    reference: Group

    @property
    def ratio(self) -> float | None:
        """Return how many times as often the group is selected; None where nobody else is."""
        return self.group.rate / self.reference.rate if self.reference.selected else None

    def lower(self, confidence: float) -> float:
        """Return the one-sided lower bound of the ratio."""
        return ratio_lower_bound(self.group, self.reference, confidence)

    def beyond_doubt(self, at_least: float, confidence: float) -> bool:
        """Return whether even the upper bound of the ratio is below *at_least*."""
        return 1 / ratio_lower_bound(self.reference, self.group, confidence) < at_least

    def rows_needed(self, at_least: float, confidence: float) -> int | None:
        """Return how many rows of the smaller group would show this very ratio; None if none do."""
        smaller = min(self.group.rows, self.reference.rows)
        if not self.ratio or self.ratio <= at_least:
            return None
        room = math.log(self.ratio / at_least)
        found = math.log(self.ratio / self.lower(confidence))
        return math.ceil(smaller * (found / room) ** 2)


def ratio_lower_bound(group: Group, reference: Group, confidence: float) -> float:
    """Return the one-sided lower bound of the ratio of rates by Katz et al. (1978), on logs.

    Half a selection is added to each count, so that a rate of zero has a bound too (Walter 1975).
    """
    a, n, b, m = (
        group.selected + 0.5,
        group.rows + 0.5,
        reference.selected + 0.5,
        reference.rows + 0.5,
    )
    error = math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    return math.exp(math.log((a / n) / (b / m)) - NormalDist().inv_cdf(confidence) * error)


def divided(groups: Iterable[Group], min_rows: int) -> tuple[tuple[Group, ...], Pool]:
    """Return the groups with *min_rows* rows, the one that is selected most often first; the rest.

    A group of nobody is none.
    """
    found = [g for g in groups if g.rows]
    large = sorted((g for g in found if g.rows >= min_rows), key=lambda g: (-g.rate, g.name))
    return tuple(large), Pool(tuple(g for g in found if g.rows < min_rows))


def disadvantaged(
    large: Sequence[Group], small: Sequence[Group], at_least: float, confidence: float
) -> Iterator[Pair]:
    """Yield the ordered pairs in which a group has too little beyond doubt.

    The chance of a wrong word is shared by the pairs of large groups, and once more by all pairs
    in which one is small.
    """
    each = _shared(confidence, len(large) * (len(large) - 1))
    for pair in (Pair(*both) for both in permutations(large, 2)):
        if pair.beyond_doubt(at_least, each):
            yield pair
    yield from _of_small(large, [g for g in small if g.rows >= FEW], at_least, confidence)


def _of_small(
    large: Sequence[Group], small: Sequence[Group], at_least: float, confidence: float
) -> Iterator[Pair]:
    """Yield each group below the rate that is surely had by the best one, where one is small.

    The bounds are exact (Clopper and Pearson), as logs of ratios are not in small groups.
    """
    every = [*large, *small]
    pairs = len(every) * (len(every) - 1) - len(large) * (len(large) - 1)
    each = (1 + _shared(confidence, pairs)) / 2
    lows = {g: share_lower_bound(g.selected, g.rows, each) for g in every}
    for group in every:
        others = every if group in small else small
        best = max((g for g in others if g != group), key=lambda g: lows[g], default=None)
        most = share_upper_bound(group.selected, group.rows, each)
        if best and most < at_least * lows[best]:
            yield Pair(group, best)


def _shared(confidence: float, pairs: int) -> float:
    return 1 - (1 - confidence) / max(pairs, 1)


def checked(name: str, rows: int, selected: int) -> Group:
    """Return a group, whose counts fit each other."""
    if selected > rows:
        raise Missing(f"group {name} has {selected} selected of {rows} rows")
    return Group(name, rows, selected)
