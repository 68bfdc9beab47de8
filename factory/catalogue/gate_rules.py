"""Are the thresholds of the gates possible at all? How far they may go, `bounds` says by tier."""

from __future__ import annotations

from collections.abc import Iterator

from factory.catalogue.judged import (
    Calibration,
    Decisions,
    Fairness,
    Gates,
    Judged,
    NoLeakage,
)
from factory.reasons import quoted
from factory.tasks.task import HIGHER
from factory.values import tidy

FEWEST = 20  # rows of a slice
MOST_COST = 1_000_000  # what one error costs: products with counts of rows stay exact


def violations(model: Judged) -> Iterator[str]:
    """Yield each broken rule as `field: what is wrong; what would be right`."""
    yield from _floor_violations(model)
    yield from _gate_violations(model.gates)
    yield from _stability_violations(model)


def _gate_violations(gates: Gates) -> Iterator[str]:
    if not 0 <= gates.champion.margin <= 0.05:
        yield f"gates.champion.margin: {gates.champion.margin} is not in [0, 0.05]"
    yield from _confidence_violations("floor", gates.floor.confidence)
    yield from _confidence_violations("champion", gates.champion.confidence)
    yield from _confidence_violations("decisions", gates.decisions.confidence)
    yield from _leakage_violations(gates.leakage)
    yield from _decision_violations(gates.decisions)
    if not 0 < gates.coverage.keeps <= 1:
        yield f"gates.coverage.keeps: {gates.coverage.keeps} is not in (0, 1]"
    yield from _fairness_violations(gates.fairness)
    yield from _calibration_violations(gates.calibration)
    if not 0 < gates.members.at_least <= 1:
        yield f"gates.members.at_least: {gates.members.at_least} is not in (0, 1]"
    if not 0 < gates.members.rate <= 0.5:
        yield f"gates.members.rate: {gates.members.rate} is not in (0, 0.5]; 0.05 is usual"
    if not 0 < gates.answers.max_tied < 1:
        yield f"gates.answers.max_tied: {gates.answers.max_tied} is not in (0, 1); 0.5 is usual"


def _floor_violations(model: Judged) -> Iterator[str]:
    """Yield what is wrong with the floor: a score has a least value, an error a greatest one."""
    floor, metrics = model.gates.floor, model.task.METRICS
    name = floor.metric or next(iter(metrics))
    if name not in metrics:
        yield (
            f"gates.floor.metric: {name!r} is unknown; a {model.task.KIND} task has "
            f"{', '.join(metrics)}"
        )
        return
    higher = metrics[name].better == HIGHER
    side, other = ("at_least", "at_most") if higher else ("at_most", "at_least")
    limit, (low, high) = getattr(floor, side), metrics[name].range
    if limit is None or getattr(floor, other) is not None:
        kind = "a score" if higher else "an error"
        yield f"gates.floor: {name} is {kind}; set {side}, and {other} not"
    elif not low <= limit < high or not (higher or limit > low):
        yield (
            f"gates.floor.at_least: {limit} is not in [{low:g}, {high:g}); {low:g} is the edge"
            if higher
            else f"gates.floor.at_most: {limit} is not in ({low:g}, {high:g}); no error is "
            f"surely {low:g}"
        )
    elif not (limit if higher else 0) < floor.too_good <= 1:
        least = f"gates.floor.at_least, {limit}," if higher else "0"
        yield (
            f"gates.floor.too_good: {floor.too_good} is not above {least} and at most 1; 1 lets "
            "everything pass"
        )


def _calibration_violations(rule: Calibration) -> Iterator[str]:
    shares = {"max_bias": rule.max_bias, "max_gap": rule.max_gap, "max_missed": rule.max_missed}
    for name, share in shares.items():
        if not 0 < share <= 0.5:
            yield f"gates.calibration.{name}: {share} is not in (0, 0.5]"
    yield from _confidence_violations("calibration", rule.confidence)


def _stability_violations(model: Judged) -> Iterator[str]:
    """Yield what is wrong with what slices must reach: it is of the task's usual metric."""
    rule, (name, metric) = model.gates.stability, next(iter(model.task.METRICS.items()))
    if rule.min_rows < FEWEST:
        yield f"gates.stability.min_rows: {rule.min_rows} is below {FEWEST}; so few say nothing"
    higher, (low, high) = metric.better == HIGHER, metric.range
    side, other = ("at_least", "at_most") if higher else ("at_most", "at_least")
    if getattr(rule, other) is not None:
        kind = "a score" if higher else "an error"
        yield f"gates.stability.{other}: {name} is {kind}; set {side}, or nothing"
    limit = getattr(rule, side)
    if limit is not None and not low <= limit < high:
        yield f"gates.stability.{side}: {limit} is not in [{low:g}, {high:g})"


def _leakage_violations(rule: NoLeakage) -> Iterator[str]:
    if not 0.5 < rule.max_column_auc < 1:
        yield f"gates.leakage.max_column_auc: {rule.max_column_auc} is not in (0.5, 1)"
    if not 0 < rule.max_column_lead <= 0.5:
        yield f"gates.leakage.max_column_lead: {rule.max_column_lead} is not in (0, 0.5]"
    if not 0 < rule.max_pair_gain <= 0.5:
        yield f"gates.leakage.max_pair_gain: {rule.max_pair_gain} is not in (0, 0.5]"
    if not 0.5 < rule.max_order_auc <= 1:
        yield f"gates.leakage.max_order_auc: {rule.max_order_auc} is not in (0.5, 1]"
    if not 0 < rule.max_near_rows <= 1:
        yield f"gates.leakage.max_near_rows: {rule.max_near_rows} is not in (0, 1]"
    if not 0 <= rule.max_left_out < 1:
        yield f"gates.leakage.max_left_out: {rule.max_left_out} is not in [0, 1)"


def _decision_violations(rule: Decisions) -> Iterator[str]:
    if not 0.5 <= rule.at_least < 1:
        yield f"gates.decisions.at_least: {rule.at_least} is not in [0.5, 1); 0.5 is by lot"
    if not 0 <= rule.saving < 1:
        yield f"gates.decisions.saving: {rule.saving} is not in [0, 1)"
    costs = {"false_negative": rule.false_negative, "false_positive": rule.false_positive}
    for name, cost in costs.items():
        if not (cost == 0 or 1 / MOST_COST <= cost <= MOST_COST) or cost == 0 < max(costs.values()):
            yield (
                f"gates.decisions.{name}: {cost} is no cost beside {max(costs.values())}; "
                f"both are above 0 and at most {MOST_COST:,}, or both are 0 for no costs"
            )


def _fairness_violations(rule: Fairness) -> Iterator[str]:
    if not 0 < rule.at_least <= 1:
        yield f"gates.fairness.at_least: {rule.at_least} is not in (0, 1]"
    if not 0 < rule.max_gap <= 1:
        yield f"gates.fairness.max_gap: {rule.max_gap} is not in (0, 1]"
    if not rule.attributes and not rule.exempt.strip():
        yield (
            "gates.fairness: names no protected attribute; list the columns, "
            "or say in `exempt` why there is none"
        )
    for attribute, level in rule.fallback.items():
        if attribute not in rule.attributes or not level or level != tidy(level):
            yield (
                f"gates.fairness.fallback: {quoted(attribute)} {quoted(level)} is not one of the "
                "attributes with a level of it; name both as the data has them"
            )
    yield from _confidence_violations("fairness", rule.confidence)
    yield from _least_violations("fairness", rule.min_rows)
    if rule.joint_rows < 1:
        yield f"gates.fairness.joint_rows: {rule.joint_rows} is below 1"


def _confidence_violations(gate: str, confidence: float) -> Iterator[str]:
    if not 0.5 < confidence < 1:
        yield f"gates.{gate}.confidence: {confidence} is not in (0.5, 1); 0.95 is usual"


def _least_violations(gate: str, least: int) -> Iterator[str]:
    if least < 1:
        yield f"gates.{gate}.min_rows: {least} is below 1"
