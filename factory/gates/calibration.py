"""Does what is expected come about, in the mean, and do intervals hold what they promise?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import Any

from factory.catalogue.judged import Calibration, Judged
from factory.gates import bounds, estimates, sample_size
from factory.gates.significance import at_most
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
    number,
)
from factory.tasks.task import SHARE

WIDEST = 2.0
"""How many times as wide as the naive model needs them intervals may be: wide enough, any hold."""
NOISE = 0.95
"""Confidence at which all bins of one kind together are within their noise."""


@dataclass
class _Findings:
    """What was found of all that a model expects, in words."""

    wrong: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)

    def sort(self, words: str, *, shown: bool, refuted: bool, more: int | None) -> None:
        """Put *words* where they belong; *more* units would settle what is neither."""
        if shown:
            self.right.append(words)
        elif refuted or more is None:
            self.wrong.append(words)
        else:
            self.unproven.append(f"{words}; {more} more rows would show it")


def calibration(evidence: Evidence, model: Judged) -> Verdict:
    """Demand that expectations agree with what came about, and intervals hold their share of rows.

    The mean of all must agree by bounds to both sides, as a share of what the naive model is wrong
    by; so must the mean of each tenth of the rows, by what was expected, beyond noise. Intervals
    must hold the promised share of rows by Clopper and Pearson's bound, less what the spec allows,
    and be not more than twice as wide as those that the naive model would need.
    """
    if not model.task.EXPECTS and model.task.covers is None:
        why = "not applicable: the answers are no expectations"
        return Verdict(gate="calibration", verdict=PASS, reason=why)
    found, rule, said = mapping(evidence, "calibration"), model.gates.calibration, _Findings()
    pairs: Any = found.get("pairs")
    if not isinstance(pairs, list) or bool(pairs) is not model.task.EXPECTS:
        raise Missing("pairs of what was expected and what came about are not listed")
    for pair in pairs:
        _mean(pair, rule, said)
        _bins(pair, rule, said)
    if model.task.covers is not None:
        _intervals(mapping(found, "inside"), model.task.covers, rule, said)
        _widths(mapping(found, "width"), said)
    for verdict, problems in ((FAIL, said.wrong), (INCONCLUSIVE, said.unproven)):
        if problems:
            why = "; ".join(problems)
            return Verdict(gate="calibration", verdict=verdict, reason=why, facts=dict(found))
    return Verdict(
        gate="calibration", verdict=PASS, reason="; ".join(said.right), facts=dict(found)
    )


def _mean(pair: Evidence, rule: Calibration, said: _Findings) -> None:
    """Compare the mean of all that was expected with the mean of all that came about."""
    scale, bias = _scale(pair), estimates.of(mapping(pair, "bias"))
    size = replace(bias, value=abs(bias.value) / scale, standard_error=bias.standard_error / scale)
    high = bounds.upper(size, rule.confidence)  # the other side is farther away
    side = "more" if bias.value > 0 else "less"
    words = (
        f"{abs(bias.value):.4g} {side} is expected than comes about in the mean, {size.value:.3f} "
        f"of the naive model's error, upper bound {high:.3f}, at "
        f"most {rule.max_bias}"
    )
    said.sort(
        words,
        shown=high <= rule.max_bias,
        refuted=bounds.lower(size, rule.confidence) > rule.max_bias,
        more=sample_size.needed(size, rule.max_bias, rule.confidence, at_most),
    )


def _bins(pair: Evidence, rule: Calibration, said: _Findings) -> None:
    """Add up by how much bins are off beyond their noise, weighted by their rows."""
    bins: Any = pair.get("bins")
    if not isinstance(bins, list) or not bins:
        raise Missing("bins is not a list of bins")
    scale, z = _scale(pair), NormalDist().inv_cdf(1 - (1 - NOISE) / (2 * len(bins)))
    rows = [count(each, "rows") for each in bins]
    if sum(rows) != count(pair, "rows") or not all(rows):
        raise Missing(f"{sum(rows)} rows in {len(bins)} bins cannot be")
    gap = sum(n * g for n, g in zip(rows, _gaps(bins, z), strict=True)) / sum(rows) / scale
    words = (
        f"expectations of the {len(bins)} bins miss by {gap:.3f} of the naive model's error in the "
        f"mean, beyond noise, at most {rule.max_gap}"
    )
    (said.right if gap <= rule.max_gap else said.wrong).append(words)


def _gaps(bins: list[Any], z: float) -> Iterator[float]:
    for each in bins:
        error = number(each, "standard_error")
        if error < 0:
            raise Missing(f"a standard error of {error} cannot be")
        yield max(abs(number(each, "observed") - number(each, "expected")) - z * error, 0.0)


def _intervals(found: Evidence, promised: float, rule: Calibration, said: _Findings) -> None:
    if number(found, "promised") != promised:
        raise Missing(f"intervals promised {found['promised']}, the spec says {promised}")
    held, least = estimates.of(found), promised - rule.max_missed
    if held.interval != SHARE:
        raise Missing(f"what intervals hold is a {held.interval}, not a share")
    low = bounds.lower(held, rule.confidence)
    said.sort(
        f"intervals hold {held.value:.3f} of {held.units} independent rows, lower bound {low:.3f}, "
        f"at least {least:.3f}",
        shown=low >= least,
        refuted=bounds.upper(held, rule.confidence) < least,
        more=sample_size.needed(held, least, rule.confidence),
    )


def _widths(found: Evidence, said: _Findings) -> None:
    """Demand intervals that tell more than the naive model's do."""
    own, other = number(found, "mean"), number(found, "naive")
    if min(own, other) < 0:
        raise Missing("an interval is not narrower than nothing")
    words = f"intervals are {own:.4g} wide in the mean, the naive model needs {other:.4g}"
    if own > WIDEST * other:
        said.wrong.append(f"{words}: more than {WIDEST:g} times as wide tells nothing")
    else:
        said.right.append(words)


def _scale(pair: Evidence) -> float:
    """Return what the naive model is wrong by in the mean, in which gaps are counted."""
    scale = number(pair, "scale")
    if scale <= 0:
        raise Missing("the naive model makes no error, in which gaps are counted")
    return scale
