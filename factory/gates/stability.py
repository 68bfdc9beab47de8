"""Is there a slice of the test split that the candidate answers as if it knew nothing?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from factory.catalogue.judged import Judged
from factory.gates import bounds, estimates
from factory.gates.estimates import Estimate
from factory.gates.verdict import FAIL, PASS, Evidence, Missing, Verdict, count, mapping, text
from factory.tasks.task import AUC, HIGHER, Metric

CONFIDENCE = 0.95
"""Of all slices together that one which fails does so rightly."""
ORDER = 0.05
"""What an AUC must have beyond that of no order at all: chance alone is rarely below it."""
SHOWN = 4  # slices in a reason, the largest first


@dataclass(frozen=True)
class _Slice:
    """The rows of one level of one column."""

    name: str
    rows: int
    measured: Evidence

    def estimate(self, name: str) -> Estimate:
        """Return what was measured of it."""
        return estimates.of(mapping(self.measured, name))


def stability(evidence: Evidence, model: Judged) -> Verdict:
    """Refuse a candidate that knows nothing of one large slice, whatever it knows of all.

    A slice fails when its AUC is beyond doubt below 0.55, or its error beyond doubt above that of
    the naive model on the same rows, or either beyond what the spec sets. The chance of a wrong
    word is shared by all slices.
    """
    found, rule = mapping(evidence, "stability"), model.gates.stability
    name, metric = next(iter(model.task.METRICS.items()))
    if text(found, "metric") != name:
        raise Missing(f"slices are measured by {found['metric']!r}, the task's metric is {name}")
    slices = _slices(found, rule.min_rows)
    each = 1 - (1 - CONFIDENCE) / max(len(slices), 1)
    problems = [words for part in slices for words in _problems(part, metric, model, each)]
    if problems:
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        why = "; ".join([*problems[:SHOWN], *more])
        return Verdict(gate="stability", verdict=FAIL, reason=why, facts=dict(found))
    why = _told(slices, metric, rule.min_rows)
    if unmeasured := count(found, "of") - len(slices):
        why += f"; {unmeasured} more are too many, or have one class"
    return Verdict(gate="stability", verdict=PASS, reason=why, facts=dict(found))


def _slices(found: Evidence, least: int) -> list[_Slice]:
    listed: Any = found.get("slices")
    if not isinstance(listed, list) or count(found, "unmeasured") + len(listed) != count(
        found, "of"
    ):
        raise Missing("slices is not a list of all that were to be measured")
    slices = [
        _Slice(f"{text(each, 'column')}={text(each, 'level')}", count(each, "rows"), each)
        for each in listed
    ]
    if small := [part.name for part in slices if part.rows < least]:
        raise Missing(f"{', '.join(small)} has fewer than {least} rows")
    return slices


def _problems(part: _Slice, metric: Metric, model: Judged, confidence: float) -> Iterator[str]:
    said = f"{part.name} ({part.rows} rows)"
    if metric.interval != AUC:
        gain = part.estimate("gain")
        high = bounds.upper(gain, confidence)
        if high < 0:
            yield (
                f"{said}: worse by {-gain.value:.4g} than {model.task.NAIVE}, at least {-high:.4g}"
            )
    limit, outside, bound = _limit(metric, model)
    if limit is None:
        return
    value = part.estimate("value")
    edge = bound(value, confidence)
    if outside(edge, limit):
        yield f"{said}: {metric.words} {value.value:.4f}, bound {edge:.4f}, the limit is {limit:g}"


def _limit(
    metric: Metric, model: Judged
) -> tuple[float | None, Callable[[float, float], bool], Callable[[Estimate, float], float]]:
    """Return the limit of the value, what is outside of it, and the bound that must not be."""
    rule = model.gates.stability
    if metric.better != HIGHER:
        return rule.at_most, float.__gt__, bounds.lower
    least = [metric.range[0] + ORDER] if metric.interval == AUC else []
    least += [] if rule.at_least is None else [rule.at_least]
    return max(least, default=None), float.__lt__, bounds.upper


def _told(slices: list[_Slice], metric: Metric, least: int) -> str:
    if not slices:
        return f"no level of a category has {least} rows and can be measured"
    values = {part.name: part.estimate("value").value for part in slices}
    worst = (min if metric.better == HIGHER else max)(values, key=lambda name: values[name])
    return (
        f"{len(slices)} slices of {least} rows or more are better than nothing; worst: {worst}, "
        f"{metric.words} {values[worst]:.4f}"
    )
