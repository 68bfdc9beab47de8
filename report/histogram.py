"""How is a column told apart before and now? A few bins with a name each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from factory.drift.bins import EMPTY, Bins, Levels, Numbers, share
from factory.drift.words import NAMED
from report.measured import Bar
from report.words import counted

MOST = 10  # bins of training that are drawn
LARGE = 10_000


def bars(column: Bins, now: Sequence[int]) -> list[Bar]:
    """Return shares per bin of training, and of whatever training chose no bin for, if any."""
    groups = column.groups(MOST) if isinstance(column, Numbers) else _named(column)
    labels = _numbers(column, groups) if isinstance(column, Numbers) else _levels(column, groups)
    drawn = [_bar(label, column, now, group) for label, group in zip(labels, groups, strict=True)]
    before, after = _beside(column)
    return [
        *_if_any(_bar(label, column, now, (place,)) for label, place in before),
        *drawn,
        *_if_any(_bar(label, column, now, (place,)) for label, place in after),
    ]


def _bar(label: str, column: Bins, now: Sequence[int], group: Sequence[int]) -> Bar:
    return Bar(label=label, before=share(column.learned, group), now=share(now, group))


def _if_any(found: Iterator[Bar]) -> list[Bar]:
    return [bar for bar in found if bar["before"] or bar["now"]]


def _beside(column: Bins) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the bins that training did not choose: those drawn before, and those drawn after."""
    empty = ("empty", EMPTY)
    if isinstance(column, Levels):
        return [], [("never seen in training", column.unseen), empty]
    if not column.edges:
        return [], [("any number", column.above), empty]
    low, high = _plain(column.edges[0]), _plain(column.edges[-1])
    return [(f"below {low}", column.below)], [(f"above {high}", column.above), empty]


def _named(column: Levels) -> list[tuple[int, ...]]:
    """Return the levels that many rows share, each alone, and all others as one: in the last."""
    groups = column.groups(MOST)
    often: list[tuple[int, ...]] = [
        g for g in groups if len(g) == 1 and column.learned[g[0]] >= NAMED
    ]
    rest = tuple(place for g in groups if g not in often for place in g)
    return [*often, rest] if rest else often


def _levels(column: Levels, groups: Sequence[Sequence[int]]) -> list[str]:
    """Name each level, and the rest by how many they are: a rare one could be about a person."""
    return [
        column.names[group[0] - 2]
        if len(group) == 1 and column.learned[group[0]] >= NAMED
        else counted(len(group), "other")
        for group in groups
    ]


def _numbers(column: Numbers, groups: Sequence[Sequence[int]]) -> list[str]:
    """Name each bin by where it begins and where the next one does."""
    if not groups:
        return []
    begins = [column.edges[group[0] - 2] for group in groups]
    last = column.edges[groups[-1][-1] - 1]
    return [_between(low, high) for low, high in pairwise([*begins, last])]


def _between(low: float, high: float) -> str:
    one, other = _plain(low), _plain(high)
    return one if one == other else f"{one} to {other}"


def _plain(number: float) -> str:
    """Return a number as briefly as it can be told from its neighbours."""
    if abs(number) >= LARGE:
        return f"{number / 1000:,.0f}k"
    return f"{number:g}" if number == round(number) else f"{number:.3g}"
