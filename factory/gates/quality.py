"""Is the candidate good enough, better than knowing nothing, and not worse than what serves?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates import bounds, estimates
from factory.gates.estimates import Estimate
from factory.gates.looks import confidence
from factory.gates.sample_size import needed
from factory.gates.significance import above, at_least, at_most
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
    sha256,
    text,
)
from factory.tasks.task import HIGHER, Metric

ROUNDING = 1e-9


def floor(evidence: Evidence, model: Judged) -> Verdict:
    """Compare the metric's confidence bound with the floor of the spec.

    A metric that is too good to be believed is INCONCLUSIVE, and so is one that is good enough but
    not surely: the words say how many more rows would show it.
    """
    rule, (name, metric) = model.gates.floor, metric_of(model)
    found = estimates.of(mapping(mapping(mapping(evidence, "quality"), "metrics"), name))
    sure, higher = confidence(evidence, rule.confidence), metric.better == HIGHER
    limit = rule.at_least if higher else rule.at_most
    if limit is None:
        raise Missing(f"the floor sets no {'at_least' if higher else 'at_most'} for {name}")
    shown = at_least if higher else at_most
    bound = (bounds.lower if higher else bounds.upper)(found, sure)
    facts = {"metric": name, "value": found.value, "bound": bound, "limit": limit}
    said = f"{metric.words} {found.value:.4f}, {'lower' if higher else 'upper'} bound {bound:.4f}"
    if skill := _too_good(evidence, model):
        why = (
            f"{skill} is above {rule.too_good}, too good to be believed; find what gives the "
            "answer away, or say in gates.floor.too_good that it is known so well"
        )
        return Verdict(gate="floor", verdict=INCONCLUSIVE, reason=why, facts=facts)
    if shown(found, limit, sure):
        why = f"{said}, reaches the floor {limit}"
        return Verdict(gate="floor", verdict=PASS, reason=why, facts=facts)
    more = needed(found, limit, sure, shown)
    if more is None:
        side = "below" if higher else "above"
        return Verdict(
            gate="floor", verdict=FAIL, reason=f"{said}, is {side} the floor {limit}", facts=facts
        )
    why = f"{said}, is not shown to reach the floor {limit}: {_more(more, found)} would show it"
    return Verdict(gate="floor", verdict=INCONCLUSIVE, reason=why, facts=facts)


def naive(evidence: Evidence, model: Judged) -> Verdict:
    """Demand that the candidate is surely better than a model that knows nothing of a row.

    By Student's t over the units, and with fewer than 100 of them by the sign test as well.
    """
    sure = confidence(evidence, model.gates.floor.confidence)
    found = mapping(evidence, "naive")
    metric = _check_metric(found, model)
    gained = estimates.of(mapping(found, "difference"))
    measured = mapping(mapping(mapping(evidence, "quality"), "metrics"), found["metric"])
    _check_difference(gained, estimates.of(measured).value, number(found, "naive"), metric)
    words = model.task.METRICS[text(found, "metric")].words
    base = f"{model.task.NAIVE} has {words} {number(found, 'naive'):.4f}"
    facts = {**found, "lower_bound": bounds.lower(gained, sure)}
    if above(gained, 0, sure):
        why = f"better by {gained.value:.4f}: {base}"
        return Verdict(gate="naive", verdict=PASS, reason=why, facts=facts)
    more = needed(gained, 0, sure, above)
    if more is None:
        why = f"no better ({gained.value:+.4f}): {base}"
        return Verdict(gate="naive", verdict=FAIL, reason=why, facts=facts)
    why = f"not shown to be better ({gained.value:+.4f}): {base}; {_more(more, gained)} would show"
    return Verdict(gate="naive", verdict=INCONCLUSIVE, reason=f"{why} it", facts=facts)


def champion(evidence: Evidence, model: Judged) -> Verdict:
    """Compare with the champion on the same rows; "none approved yet" must be stated."""
    rule, found = model.gates.champion, mapping(evidence, "champion")
    state = text(found, "state")
    if state == "none":
        why = "no version of this model is approved yet"
        return Verdict(gate="champion", verdict=PASS, reason=why, facts=dict(found))
    if state != "compared":
        raise Missing(f"the champion's state is {state!r}, neither 'none' nor 'compared'")
    text(found, "digest")
    metric = _check_metric(found, model)
    gained = estimates.of(mapping(found, "difference"))
    _check_difference(gained, number(found, "challenger"), number(found, "champion"), metric)
    margin = rule.margin * _scale(metric, evidence)
    bound = bounds.lower(gained, confidence(evidence, rule.confidence))
    facts = {**found, "lower_bound": bound, "margin": margin}
    if doubts := _doubts(found, text(mapping(evidence, "artifact"), "gated")):
        why = f"the comparison is worth nothing: {'; '.join(doubts)}"
        return Verdict(gate="champion", verdict=INCONCLUSIVE, reason=why, facts=facts)
    verdict = PASS if bound >= -margin else FAIL
    why = (
        f"better by {gained.value:+.4f} than the champion on the same rows, lower bound "
        f"{bound:+.4f}, {'within' if verdict == PASS else 'beyond'} the margin {margin:.4g}"
    )
    return Verdict(gate="champion", verdict=verdict, reason=why, facts=facts)


def metric_of(model: Judged) -> tuple[str, Metric]:
    """Return the metric of the floor, and its name; Missing when the task has none of it."""
    name = model.gates.floor.metric or next(iter(model.task.METRICS))
    if name not in model.task.METRICS:
        raise Missing(f"{name} is no metric of a {model.task.KIND} task")
    return name, model.task.METRICS[name]


def _check_metric(found: Evidence, model: Judged) -> Metric:
    usual = next(iter(model.task.METRICS))
    if text(found, "metric") != usual:
        raise Missing(f"compared by {found['metric']!r}, the task compares by {usual}")
    return model.task.METRICS[usual]


def _check_difference(gained: Estimate, own: float, other: float, metric: Metric) -> None:
    apart = own - other if metric.better == HIGHER else other - own
    if abs(apart - gained.value) > ROUNDING * max(1.0, abs(own), abs(other)):
        raise Missing(f"the difference is {gained.value}, of {own} and {other} it is {apart}")


def _scale(metric: Metric, evidence: Evidence) -> float:
    """Return in what a margin is counted: 1 for a score, the naive model's error for an error."""
    return 1.0 if metric.better == HIGHER else number(mapping(evidence, "naive"), "naive")


def _too_good(evidence: Evidence, model: Judged) -> str:
    """Return how good it is in words where it is too good, or nothing.

    It is looked at by the floor's metric and by the task's usual one, whichever the spec has chosen
    for the floor. An error is compared with the naive model's, which is known of the usual metric.
    """
    most, usual = model.gates.floor.too_good, next(iter(model.task.METRICS))
    for name in dict.fromkeys((metric_of(model)[0], usual)):
        metric = model.task.METRICS[name]
        value = estimates.of(mapping(mapping(mapping(evidence, "quality"), "metrics"), name)).value
        said = f"{metric.words} {value:.4f}"
        if metric.better == HIGHER and value > most:
            return said
        if metric.better != HIGHER and name == usual:
            section = mapping(evidence, "naive")
            other = number(section, "naive") if text(section, "metric") == name else 0.0
            if other and (saved := 1 - value / other) > most:
                return f"{said}, which saves {saved:.4f} of the naive model's,"
    return ""


def _more(more: int, found: Estimate) -> str:
    rows = "rows of the same kind" if found.smaller is not None else "units"
    return f"{more} more {rows}"


def _doubts(found: Evidence, gated: str) -> list[str]:
    """Return why the champion's answers may not be its own, or not those that it gives others."""
    now = f"{sha256(found, 'asked')}:{sha256(found, 'answers')}"
    stored, doubts = text(found, "stored"), []
    if stored.partition(":")[0] == found["asked"] and stored != now:
        doubts.append("the champion answers the same rows otherwise than when it was judged")
    count(found, "again")
    if different := count(found, "different"):
        doubts.append(f"{different} of its answers depend on how it is asked")
    same = sha256(found, "challenger_answers") == found["answers"] and found["digest"] != gated
    if same and stored != now:
        doubts.append(
            "two artifacts of different bytes answer alike, and no record says that the champion "
            "answered so when it was judged"
        )
    return doubts
