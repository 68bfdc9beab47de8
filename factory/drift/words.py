"""How has a column changed, in words that a person understands?

They name levels that many rows of training share, and never a value of the traffic: it may be
about a person, and findings go to the ledger, which forgets nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from factory import reasons
from factory.drift.bins import Bins, Levels, Numbers, Times, share
from factory.drift.index import compare
from factory.values import BOOLEAN

NAMED = 50  # rows of training that must share a level before it is named
LONGEST = 60  # characters of a level
TELLING = 0.1  # what adds less to the index is not worth a word, unless it is all
LARGE, NOTHING, FEW = 1000, 1e-12, 0.1  # where numbers are written otherwise


def describe(column: Bins, now: Sequence[int], groups: Sequence[tuple[int, ...]]) -> str:
    """Say what moved in *column*, the most telling first, by the bins that were compared."""
    parts = [(_outer(column, now, group), f"{text}: {_shares(column, now, group)}")
             for group, text in zip(column.special, _special(column), strict=True)]  # fmt: skip
    parts.append((_within(column, now, groups), _inner(column, now)))
    first, *others = sorted(parts, reverse=True)
    return "; ".join([first[1], *(text for value, text in others if value > TELLING)])


def _outer(column: Bins, now: Sequence[int], group: tuple[int, ...]) -> float:
    """Return what bins that training did not choose add to the index."""
    before, after = (
        [inside := sum(counts[i] for i in group), sum(counts) - inside]
        for counts in (column.expected, now)
    )
    return compare(before, after).terms[0]


def _within(column: Bins, now: Sequence[int], groups: Sequence[tuple[int, ...]]) -> float:
    """Return how much the values that training knew have moved among themselves."""
    inner = [group for group in groups if group not in column.special]
    before, after = (
        [sum(counts[i] for i in group) for group in inner] for counts in (column.expected, now)
    )
    known = sum(before) and sum(after)
    known_bins = [i for group in inner for i in group]
    return compare(before, after).psi * share(now, known_bins) if known else 0.0


def _special(column: Bins) -> tuple[str, ...]:
    """Return what the special bins of *column* hold, in words."""
    if isinstance(column, Times):
        return ("empty",)
    if isinstance(column, Levels):
        seldom = " or seldom" if column.expected[column.unseen] else ""
        return ("empty", f"values that training never saw{seldom}")
    return ("empty", "below everything that training saw", "above everything that training saw")


def _shares(column: Bins, now: Sequence[int], bins: Sequence[int]) -> str:
    return f"{_percent(share(column.expected, bins))} before, {_percent(share(now, bins))} now"


def _inner(column: Bins, now: Sequence[int]) -> str:
    if isinstance(column, Times):
        return f"times that are known: {_shares(column, now, column.inner)}"
    return _level(column, now) if isinstance(column, Levels) else _numbers(column, now)


def _level(column: Levels, now: Sequence[int]) -> str:
    """Tell of the level whose share has changed most, if so many have it that it can be named."""

    def change(bin_: int) -> float:
        return abs(share(now, (bin_,)) - share(column.learned, (bin_,)))

    named = [i for i in column.inner if column.learned[i] >= NAMED]
    if not named:
        return f"values that training saw: {_shares(column, now, column.inner)}"
    most = max(named, key=change)
    return f"{reasons.quoted(column.names[most - 2], LONGEST)}: {_shares(column, now, (most,))}"


def _numbers(column: Numbers, now: Sequence[int]) -> str:
    """Tell of the middle; where it stays, of the edge over which most rows went."""
    if column.type == BOOLEAN:
        true = [i for i in column.inner if column.edges[i - 2] >= 1]
        return f"true: {_shares(column, now, true)}"
    before, after = (_middle(column, counts) for counts in (column.learned, now))
    if before != after:
        return f"half of the values were {before}, now {after}"

    def change(edge: int) -> float:
        below = range(column.below, column.inner[edge])
        return abs(share(now, below) - share(column.learned, below))

    if len(column.inner) <= 1:
        return f"values that training saw: {_shares(column, now, column.inner)}"
    edge = max(range(1, len(column.inner)), key=change)
    below = range(column.below, column.inner[edge])
    return f"below {_plain(column.edges[edge])}: {_shares(column, now, below)}"


def _middle(column: Numbers, counts: Sequence[int]) -> str:
    """Say where half of the values lie."""
    half, passed = sum(counts[1:]) / 2, 0
    for i in range(1, len(counts)):
        if counts[i] and passed + counts[i] >= half:
            return _place(column, i, (half - passed) / counts[i])
        passed += counts[i]
    return "all empty"


def _place(column: Numbers, bin_: int, part: float) -> str:
    """Say where *part* of a bin lies; the outer bins have one edge only."""
    if not column.edges:
        return "there"
    if bin_ == column.above:
        return f"above {_plain(column.edges[-1])}"
    low, high = column.edges[max(bin_ - 2, 0)], column.edges[bin_ - 1]
    return f"below {_plain(low + part * (high - low) if bin_ in column.inner else low)}"


def _plain(number: float) -> str:
    """Return *number* with three digits, or whole if it is large."""
    if abs(number) >= LARGE:
        return f"{number:,.0f}"
    return "0" if abs(number) < NOTHING else f"{number:.3g}"


def _percent(of_one: float) -> str:
    """Return a share in percent, small ones with two digits."""
    return f"{100 * of_one:.2g} %" if of_one < FEW else f"{100 * of_one:.0f} %"
