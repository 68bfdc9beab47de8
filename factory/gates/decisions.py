"""Are yes and no right often enough, and do they follow the score?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from factory.catalogue.judged import Decisions, Judged
from factory.gates.intervals import share_lower_bound, share_upper_bound
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
    text,
)


@dataclass(frozen=True)
class _Decided:
    """How many rows of each class are decided rightly."""

    positives: int
    true_positives: int
    negatives: int
    true_negatives: int


def decisions(evidence: Evidence, model: Judged) -> Verdict:
    """Demand decisions that are better than by lot, and that no better score is refused.

    Balanced accuracy, or where the spec says costs the share of them that is saved, is judged by
    bounds of each class (Clopper and Pearson). Among rows of one threshold, nobody with a lower
    score may be selected before somebody with a higher one.
    """
    found, rule = mapping(evidence, "decisions"), model.gates.decisions
    decided = _decided(found)
    name, value, low, high, least = _measured(decided, rule)
    facts = {"metric": name, "value": value, "lower_bound": low, "at_least": least, **found}
    against = _against(mapping(found, "order"), model)
    if against:
        return Verdict(gate="decisions", verdict=FAIL, reason=against, facts=facts)
    verdict = PASS if low >= least else FAIL if high < least else INCONCLUSIVE
    words = {PASS: "reaches", FAIL: "is below", INCONCLUSIVE: "is not shown to reach"}[verdict]
    why = f"{name} {value:.4f}, lower bound {low:.4f}, {words} the floor {least}"
    return Verdict(gate="decisions", verdict=verdict, reason=why, facts=facts)


def _decided(found: Evidence) -> _Decided:
    decided = _Decided(
        *(count(found, n) for n in ("positives", "true_positives", "negatives", "true_negatives"))
    )
    if not decided.positives or not decided.negatives:
        raise Missing("a class has no rows")
    if decided.true_positives > decided.positives or decided.true_negatives > decided.negatives:
        raise Missing("more rows are decided rightly than there are")
    return decided


def _measured(decided: _Decided, rule: Decisions) -> tuple[str, float, float, float, float]:
    """Return the metric, its value, lower and upper bound, and the floor."""
    yes = _bounds(decided.true_positives, decided.positives, rule.confidence)
    no = _bounds(decided.true_negatives, decided.negatives, rule.confidence)
    if not (rule.false_negative and rule.false_positive):
        value, low, high = ((y + n) / 2 for y, n in zip(yes, no, strict=True))
        return "balanced accuracy", value, low, high, rule.at_least
    all_no = rule.false_negative * decided.positives
    all_yes = rule.false_positive * decided.negatives
    value, low, high = (
        1 - (all_no * (1 - y) + all_yes * (1 - n)) / min(all_no, all_yes)
        for y, n in zip(yes, no, strict=True)
    )
    return "saved share of the cost of one answer for all", value, low, high, rule.saving


def _bounds(hits: int, rows: int, confidence: float) -> tuple[float, float, float]:
    """Return a share, its lower and its upper bound, so that those of two shares hold together."""
    each = (1 + confidence) / 2
    low, high = share_lower_bound(hits, rows, each), share_upper_bound(hits, rows, each)
    return hits / rows, low, high


def _against(order: Evidence, model: Judged) -> str:
    """Return in words which decisions go against the score, or nothing."""
    by: Any = order.get("by")
    if by != list(model.threshold_columns):
        raise Missing(f"the order is measured by {by!r}, thresholds by {model.threshold_columns}")
    rows, groups = count(order, "against"), count(order, "groups")
    worst = text(order, "worst")
    if not groups:
        raise Missing("no group has an order")
    if not rows:
        return ""
    return (
        f"{rows} decisions go against the score of their group ({groups} groups, most in {worst}): "
        "a lower score is selected and a higher or equal one is not; decide each by one threshold"
    )
