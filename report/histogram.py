"""How did a column's distribution change? A few labelled bins, in training and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from factory.drift.bins import EMPTY, Bins, Levels, Numbers, Times, share
from factory.drift.words import NAMED
from factory.values import BOOLEAN
from report.formatting import plural
from report.measurements import Bar

MAX_BINS = 10  # of training
THOUSANDS = 10_000  # numbers from here on are shortened


def bars(column: Bins, now: Sequence[int]) -> list[Bar]:
    """Return the share of each training bin, and of values outside all bins, if any."""
    if isinstance(column, Times):
        return [_bar("any time", column, now, (1,)), _bar("empty", column, now, (EMPTY,))]
    groups = column.groups(MAX_BINS) if isinstance(column, Numbers) else _level_groups(column)
    labels = _numbers(column, groups) if isinstance(column, Numbers) else _levels(column, groups)
    drawn = [_bar(label, column, now, group) for label, group in zip(labels, groups, strict=True)]
    before, after = _outside(column)
    return [
        *_non_empty(_bar(label, column, now, (position,)) for label, position in before),
        *drawn,
        *_non_empty(_bar(label, column, now, (position,)) for label, position in after),
    ]


def _bar(label: str, column: Bins, now: Sequence[int], group: Sequence[int]) -> Bar:
    return Bar(label=label, before=share(column.expected, group), now=share(now, group))


def _non_empty(bars: Iterator[Bar]) -> list[Bar]:
    return [bar for bar in bars if bar["before"] or bar["now"]]


def _outside(column: Numbers | Levels) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return the bins for all other values: those drawn first, and those drawn last."""
    empty = ("empty", EMPTY)
    if isinstance(column, Levels):
        return [], [("never seen in training", column.unseen), empty]
    if not column.edges:
        return [], [("any number", column.above), empty]
    low, high = _short(column.edges[0]), _short(column.edges[-1])
    return [(f"below {low}", column.below)], [(f"above {high}", column.above), empty]


def _level_groups(column: Levels) -> list[tuple[int, ...]]:
    """Return a group for each frequent level, and one last group for all others."""
    groups = column.groups(MAX_BINS)
    frequent: list[tuple[int, ...]] = [
        g for g in groups if len(g) == 1 and column.learned[g[0]] >= NAMED
    ]
    rest = tuple(position for position in column.inner if (position,) not in frequent)
    return [*frequent, rest] if rest else frequent


def _levels(column: Levels, groups: Sequence[Sequence[int]]) -> list[str]:
    """Label each frequent level, and only count the rest: a rare one could identify a person."""
    return [
        column.names[group[0] - 2]
        if len(group) == 1 and column.learned[group[0]] >= NAMED
        else plural(len(group), "other")
        for group in groups
    ]


def _numbers(column: Numbers, groups: Sequence[Sequence[int]]) -> list[str]:
    """Label each bin with its lower edge and that of the next one."""
    if not groups:
        return []
    if column.type == BOOLEAN:
        return ["true" if column.edges[group[-1] - 2] >= 1 else "false" for group in groups]
    lower = [column.edges[group[0] - 2] for group in groups]
    last = column.edges[groups[-1][-1] - 1]
    return [_range(low, high) for low, high in pairwise([*lower, last])]


def _range(low: float, high: float) -> str:
    one, other = _short(low), _short(high)
    return one if one == other else f"{one} to {other}"


def _short(number: float) -> str:
    """Return a number as short text that still differs from its neighbours."""
    if abs(number) >= THOUSANDS:
        return f"{number / 1000:,.0f}k"
    return f"{number:g}" if number == round(number) else f"{number:.3g}"
