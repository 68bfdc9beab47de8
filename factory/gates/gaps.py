"""Is one group answered less rightly than the rest, or always to one side?

Bounded group loss: the mean signed error of a group less that of the rest, as a share of the naive
model's error; and the gap of the mean sizes of errors, each as a share of how far its own group's
numbers spread. Each by its confidence bounds (Welch's). A group of whom more is counted, or whose
prices are higher, has larger errors in any model; sizes as they are would blame it for that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from factory.catalogue.judged import Fairness
from factory.gates import bounds
from factory.gates.estimates import MEASURABLE, Estimate
from factory.gates.groups import FEW
from factory.gates.sample_size import needed
from factory.gates.significance import at_most
from factory.gates.verdict import Evidence, Missing, count, mapping, number
from factory.tasks.task import MEAN

ROUNDING = 1e-9
OF_NAIVE, OF_SPREAD = "of the naive model's error", "of its own spread"


@dataclass
class Gaps:
    """What was found of one attribute."""

    unfair: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    gaps: dict[str, float] = field(default_factory=dict)
    """The upper bound of each gap that must be shown to be small."""
    few: list[str] = field(default_factory=list)
    """The groups of which nothing need be shown: they are unfair beyond doubt, or pass."""


def judged(attribute: str, found: Evidence, rule: Fairness, scale: float) -> Gaps:
    """Compare each group of *attribute* with the rest; *scale* is the naive model's mean error."""
    said = Gaps()
    if len(found) < 2 or scale <= 0:  # noqa: PLR2004 - a group and the rest
        raise Missing(f"{attribute} has one group only, or the naive model makes no error")
    _check_rows(attribute, found)
    small = _small(found, rule.min_rows)
    said.few += [f"{attribute}={level}" for level in sorted(small)]
    for level in sorted(found):
        own, rest = (_checked(mapping(mapping(found, level), side)) for side in ("own", "rest"))
        if min(count(own, "rows"), count(rest, "rows")) < FEW:
            continue
        for words, unit, gap in _gaps(own, rest, scale):
            upper, name = bounds.upper(gap, rule.confidence), f"{attribute}={level}: {words}"
            if level not in small:
                said.gaps[name] = upper
            told = f"{name} by {gap.value:.3f} {unit}, upper bound {upper:.3f}"
            _judge(told, gap, rule, len(found), said, must_show=level not in small)
    if not said.gaps:
        raise Missing(f"no group of {attribute} has {FEW} rows")
    return said


def _check_rows(attribute: str, found: Evidence) -> None:
    """Raise Missing unless the groups, none left out, are all rows."""
    sides = [[count(mapping(mapping(found, n), s), "rows") for s in ("own", "rest")] for n in found]
    if {sum(both) for both in sides} != {sum(own for own, _ in sides)}:
        raise Missing(f"groups of {attribute} do not add up to all rows")


def _small(found: Evidence, least: int) -> set[str]:
    """Return the groups under *least* rows, of which nothing is shown; none where they are many."""
    rows = {level: count(mapping(mapping(found, level), "own"), "rows") for level in found}
    small = {level for level in rows if rows[level] < least}
    return small if sum(rows[level] for level in small) < least else set()


def _checked(side: Evidence) -> Evidence:
    mean, size = number(side, "mean"), number(side, "size")
    if abs(mean) > size * (1 + ROUNDING):
        raise Missing(f"a mean error of {mean} and a mean size of {size} cannot be")
    if min(number(side, "mean_error"), number(side, "size_error"), number(side, "spread")) < 0:
        raise Missing("a standard error or a spread below 0 cannot be")
    return side


def _gaps(own: Evidence, rest: Evidence, scale: float) -> Iterator[tuple[str, str, Estimate]]:
    """Yield what is compared in words, in what it is counted, and how far apart it is."""
    bias = _apart(own, rest, "mean", (scale, scale))
    side = "answered too high" if bias.value > 0 else "answered too low"
    yield side, OF_NAIVE, Estimate(**{**vars(bias), "value": abs(bias.value)})
    spreads = number(own, "spread") or scale, number(rest, "spread") or scale
    yield "answered less exactly", OF_SPREAD, _apart(own, rest, "size", spreads)


def _apart(own: Evidence, rest: Evidence, name: str, scales: tuple[float, float]) -> Estimate:
    """Return the difference of two means; its degrees of freedom are those of the fewer rows."""
    one, other = scales
    error = math.hypot(number(own, f"{name}_error") / one, number(rest, f"{name}_error") / other)
    return Estimate(
        value=number(own, name) / one - number(rest, name) / other,
        standard_error=error,
        units=max(MEASURABLE, min(count(own, "rows"), count(rest, "rows"))),
        interval=MEAN,
    )


def _judge(
    told: str, gap: Estimate, rule: Fairness, groups: int, said: Gaps, *, must_show: bool
) -> None:
    """Put a gap where it belongs; what need not be shown is unfair beyond doubt, or nothing."""
    if at_most(gap, rule.max_gap, rule.confidence):
        return
    beyond_doubt = 1 - (1 - rule.confidence) / groups
    if bounds.lower(gap, beyond_doubt) > rule.max_gap:
        said.unfair.append(f"{told}, at most {rule.max_gap} is allowed")
        return
    if not must_show:
        return
    more = needed(gap, rule.max_gap, rule.confidence, at_most)
    remedy = f"{more} rows more of it would" if more else "no more rows would"
    said.unproven.append(f"{told}: not shown to be {rule.max_gap} at most, {remedy} show it")
