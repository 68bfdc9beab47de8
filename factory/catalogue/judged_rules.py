"""Is what a run depends on right? Every rule about it, with what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from factory.catalogue import field_types
from factory.catalogue.judged import (
    Calibration,
    Decisions,
    Fairness,
    Gates,
    Judged,
    NoLeakage,
)
from factory.errors import InvalidSpec
from factory.reasons import quoted
from factory.tasks.task import HIGHER
from factory.values import tidy

Record = TypeVar("Record", bound=Judged)
LONGEST = 256  # characters of a hyperparameter that is a text
LARGEST = 2**53 - 1  # of one that is a number
FEWEST = 20  # rows of a slice
MOST_COST = 1_000_000  # what one error costs: products with counts of rows stay exact
NAME = re.compile(r"[a-z][a-z0-9-]{0,34}[a-z0-9]")  # as `names.resource` says


def checked(model: Record) -> Record:
    """Return *model*, or raise InvalidSpec with all that is wrong with what its runs depend on."""
    return valid(model, list(field_types.violations(model)) or list(violations(model)))


def valid(model: Record, found: Iterable[str]) -> Record:
    """Return *model*, or raise InvalidSpec with the violations that were *found*."""
    if words := "; ".join(found):
        raise InvalidSpec(f"model {quoted(model.name)}: {words}")
    return model


def violations(model: Judged) -> Iterator[str]:
    """Yield each broken rule as `field: what is wrong; what would be right`; types are right."""
    yield from _name_violations(model)
    yield from text_violations(_texts(model))
    yield from _column_violations(model)
    yield from _where_violations(model)
    yield from model.task.violations(model)
    yield from model.split.violations()
    yield from _entity_violations(model)
    yield from _hyperparameter_violations(model.hyperparameters)
    yield from _floor_violations(model)
    yield from _gate_violations(model.gates)
    yield from _stability_violations(model)


def _name_violations(model: Judged) -> Iterator[str]:
    if not NAME.fullmatch(model.name):
        yield (
            f"name: {model.name!r} is not 2 to 36 lower-case letters, digits and hyphens "
            "that start with a letter; say for example 'income'"
        )


def _texts(model: Judged) -> dict[str, str]:
    return {
        "recipe": model.recipe,
        "key": model.key,
        **{f"task.{field}": column for field, column in model.task.columns.items()},
    }


def text_violations(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield each of *texts*, by its field, that says nothing."""
    for name, text in texts.items():
        if not text.strip():
            yield f"{name}: is empty; say it in words"


def _column_violations(model: Judged) -> Iterator[str]:
    if not model.features and not model.task.sent:
        yield "features: is empty; list the columns the endpoint expects, in order"
    twice = sorted({c for c in model.features if model.features.count(c) > 1})
    if twice:
        yield f"features: {', '.join(twice)} stands there twice; list each column once"
    yield from _twice(model)
    for role, column in _roles(model):
        if column in model.features:
            yield f"features: {column!r} is also {role}; take it out of the features"
    attributes = model.gates.fairness.attributes
    twice = sorted({a for a in attributes if attributes.count(a) > 1})
    if twice:
        yield f"gates.fairness.attributes: {', '.join(twice)} stands there twice; list each once"
    for role, column in _roles(model):
        if column in attributes:
            yield f"gates.fairness.attributes: {column!r} is also {role}; name another column"


def _twice(model: Judged) -> Iterator[str]:
    """Yield a column that is two things of which none can be the other."""
    roles = [*_roles(model), *([("weight", model.weight)] if model.weight else [])]
    for place, (role, column) in enumerate(roles):
        if other := next((first for first, same in roles[:place] if same == column), ""):
            yield f"{role}: {column!r} is also {other}; name another column"


def _roles(model: Judged) -> Iterator[tuple[str, str]]:
    """Yield the columns that are no features, each with the field that names it."""
    yield from ((f"task.{field}", column) for field, column in model.task.columns.items())
    yield "key", model.key


def _entity_violations(model: Judged) -> Iterator[str]:
    """Yield it when a model would learn who somebody is: the next one is somebody else."""
    for field, column in model.split.columns.items():
        if column == model.split.entity_column and column in model.features:
            yield f"features: {column!r} is also split.{field}; take it out of the features"


def _where_violations(model: Judged) -> Iterator[str]:
    for role, column in _roles(model):
        if column in model.where:
            yield f"where: {column!r} is also {role}; choose rows by another column"
    constant = [column for column in model.where if column in model.features]
    if constant:
        yield (
            f"where: {', '.join(constant)} has one value in all its rows and is one of the "
            "features; take it out of the features"
        )
    groups = [column for column in model.where if column in model.gates.fairness.attributes]
    if groups:
        yield (
            f"gates.fairness.attributes: {', '.join(groups)} has one value in all its rows by "
            "`where`; take it out, and say in `exempt` why its groups are not compared"
        )
    if model.family and not model.where:
        yield "where: is empty in a member of a family; say which rows are its own"
    if model.family == model.name:
        yield f"family: {model.family!r} is its own name; a family's base is not a model"


def _hyperparameter_violations(found: Mapping[str, float | int | str]) -> Iterator[str]:
    """Yield values that an event could not tell of, or that would not be read as they are meant."""
    for name, value in found.items():
        if isinstance(value, str):
            if len(value) > LONGEST or not value.isprintable():
                yield f"hyperparameters.{name}: is not a word of up to {LONGEST} letters to be seen"
        elif not abs(value) <= LARGEST:
            yield f"hyperparameters.{name}: is not a finite number of at most 2**53 - 1"


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
    elif not low <= limit < high:
        within = f"[{low:g}, {high:g}); {low:g} is the edge"
        yield (
            f"gates.floor.at_least: {limit} is not in {within}"
            if higher
            else f"gates.floor.at_most: {limit} is not in {within}"
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
