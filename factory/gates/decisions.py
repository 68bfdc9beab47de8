"""Are the classes decided rightly often enough, and do decisions follow the score?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from factory.catalogue.judged import Decisions, Judged
from factory.gates import bounds, estimates
from factory.gates.intervals import share_lower_bound, share_upper_bound
from factory.gates.looks import confidence
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
from factory.tasks.task import AUC

YES, NO = "yes", "no"
ORDER = 0.05
"""What the AUC of each class must have beyond that of no order at all."""


@dataclass(frozen=True)
class _Class:
    """How many rows of a class there are, and how many are decided rightly."""

    rows: int
    right: int


def decisions(evidence: Evidence, model: Judged) -> Verdict:
    """Demand decisions that are better than by lot, and that no better score is refused.

    Balanced accuracy, the mean over the classes of what is decided rightly, or where the spec says
    costs the share of them that is saved, is judged by bounds of each class (Clopper and Pearson).
    Among rows of one threshold, nobody with a lower score may be selected before somebody with a
    higher one. Of several classes each must be told from the others: one that is never thought
    probable, or as often whoever is asked about, hides behind the larger ones.
    """
    if not model.task.DECIDES:
        why = "nothing is decided about a row; its number is the answer"
        return Verdict(gate="decisions", verdict=PASS, reason=why)
    found, rule = mapping(evidence, "decisions"), model.gates.decisions
    classes = _classes(found)
    rule = replace(rule, confidence=confidence(evidence, rule.confidence))
    name, value, low, high, least = _measured(classes, rule)
    facts = {"metric": name, "value": value, "lower_bound": low, "at_least": least, **found}
    against = _against(found, model) or _untold(evidence, len(classes), rule, model)
    if against:
        return Verdict(gate="decisions", verdict=FAIL, reason=against, facts=facts)
    verdict = PASS if low >= least else FAIL if high < least else INCONCLUSIVE
    words = {PASS: "reaches", FAIL: "is below", INCONCLUSIVE: "is not shown to reach"}[verdict]
    why = f"{name} {value:.4f}, lower bound {low:.4f}, {words} the floor {least:.4g}"
    return Verdict(gate="decisions", verdict=verdict, reason=why, facts=facts)


def _classes(found: Evidence) -> dict[str, _Class]:
    listed = mapping(found, "classes")
    classes = {
        name: _Class(count(mapping(listed, name), "rows"), count(mapping(listed, name), "right"))
        for name in listed
    }
    if len(classes) < 2 or not all(each.rows for each in classes.values()):  # noqa: PLR2004 - or nothing is told apart
        raise Missing("a class has no rows")
    if any(each.right > each.rows for each in classes.values()):
        raise Missing("more rows are decided rightly than there are")
    return classes


def _measured(
    classes: dict[str, _Class], rule: Decisions
) -> tuple[str, float, float, float, float]:
    """Return the metric, its value, lower and upper bound, and the floor.

    By lot so many classes give a share of 1/n: the floor of two is moved there in proportion.
    """
    number = len(classes)
    shares = {name: _bounds(each, rule.confidence, number) for name, each in classes.items()}
    if not (rule.false_negative and rule.false_positive and set(classes) == {YES, NO}):
        value, low, high = (sum(each) / number for each in zip(*shares.values(), strict=True))
        least = 1 - (1 - rule.at_least) * 2 * (1 - 1 / number)
        return "balanced accuracy", value, low, high, least
    all_no = rule.false_negative * classes[YES].rows
    all_yes = rule.false_positive * classes[NO].rows
    value, low, high = (
        1 - (all_no * (1 - y) + all_yes * (1 - n)) / min(all_no, all_yes)
        for y, n in zip(shares[YES], shares[NO], strict=True)
    )
    return "saved share of the cost of one answer for all", value, low, high, rule.saving


def _bounds(found: _Class, confidence: float, number: int) -> tuple[float, float, float]:
    """Return a share, its lower and its upper bound, so that those of all classes hold together."""
    each = 1 - (1 - confidence) / number
    low = share_lower_bound(found.right, found.rows, each)
    high = share_upper_bound(found.right, found.rows, each)
    return found.right / found.rows, low, high


def _untold(evidence: Evidence, classes: int, rule: Decisions, model: Judged) -> str:
    """Return in words that some class is beyond doubt not told from the others, or nothing.

    A task that is judged by an AUC, as one of two classes is, has it compared with no order at all.
    """
    usual, *others = model.task.METRICS.items()
    for name, metric in others:
        if metric.interval != AUC or usual[1].interval == AUC:
            continue
        found = estimates.of(mapping(mapping(mapping(evidence, "quality"), "metrics"), name))
        high = bounds.upper(found, 1 - (1 - rule.confidence) / classes)
        if high < metric.range[0] + ORDER:
            return (
                f"{metric.words} {found.value:.4f}, upper bound {high:.4f}: it is not told from "
                "the others; put it together with another one, or learn what tells it"
            )
    return ""


def _against(found: Evidence, model: Judged) -> str:
    """Return in words which decisions go against the score, or nothing."""
    columns = model.task.threshold_columns(model)
    if columns is None:
        return ""
    order = mapping(found, "order")
    by: Any = order.get("by")
    if by != list(columns):
        raise Missing(f"the order is measured by {by!r}, thresholds by {columns}")
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
