"""Is a model's value right? Every rule, with what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeVar

from factory.catalogue import field_types
from factory.catalogue.spec import Fairness, Gates, Judged, Model, Serving, Watch
from factory.errors import InvalidSpec

Record = TypeVar("Record", bound=Judged)
NAME = re.compile(r"[a-z][a-z0-9-]{0,46}[a-z0-9]")  # 63 of SageMaker less 15 of a config


def violations(model: Judged) -> Iterator[str]:
    """Yield each broken rule of *model* as `field: what is wrong; what would be right`."""
    wrong_types = list(field_types.violations(model))
    if wrong_types:
        yield from wrong_types  # the other rules would stumble over them
        return
    yield from _name_violations(model)
    yield from _text_violations(_judged_texts(model))
    yield from _column_violations(model)
    yield from _where_violations(model)
    yield from _gate_violations(model.gates)
    if isinstance(model, Model):
        yield from _own_violations(model)


def checked(model: Record) -> Record:
    """Return *model*, or raise InvalidSpec with all its violations."""
    found = list(violations(model))
    if found:
        raise InvalidSpec(f"model {model.name!r}: " + "; ".join(found))
    return model


def _own_violations(model: Model) -> Iterator[str]:
    """Yield the broken rules about what no run and no gate depends on."""
    yield from _text_violations(_texts(model))
    if not model.builders or not all(b.strip() for b in model.builders):
        yield "builders: names nobody; name the source identities of those who build the model"
    yield from _serving_violations(model.serving)
    yield from _watch_violations(model.watch)
    if model.runs_per_day < 1:
        yield f"runs_per_day: {model.runs_per_day} is below 1; say `retired=True` to stop training"


def _name_violations(model: Judged) -> Iterator[str]:
    if not NAME.fullmatch(model.name):
        yield (
            f"name: {model.name!r} is not 2 to 48 lower-case letters, digits and hyphens "
            "that start with a letter; say for example 'income'"
        )


def _judged_texts(model: Judged) -> dict[str, str]:
    return {
        "recipe": model.recipe,
        "train": model.train,
        "test": model.test,
        "key": model.key,
        "label.column": model.label.column,
        "label.positive": model.label.positive,
    }


def _texts(model: Model) -> dict[str, str]:
    return {
        "purpose": model.purpose,
        "owner": model.owner,
        "card.intended_use": model.card.intended_use,
        "card.limitations": model.card.limitations,
        "card.ethics": model.card.ethics,
    }


def _text_violations(texts: Mapping[str, str]) -> Iterator[str]:
    for name, text in texts.items():
        if not text.strip():
            yield f"{name}: is empty; say it in words"


def _column_violations(model: Judged) -> Iterator[str]:
    if not model.features:
        yield "features: is empty; list the columns the endpoint expects, in order"
    twice = sorted({c for c in model.features if model.features.count(c) > 1})
    if twice:
        yield f"features: {', '.join(twice)} stands there twice; list each column once"
    for role, column in (("label.column", model.label.column), ("key", model.key)):
        if column in model.features:
            yield f"features: {column!r} is also {role}; take it out of the features"
    unknown = [a for a in model.gates.fairness.attributes if a not in model.features]
    if unknown:
        yield (
            f"gates.fairness.attributes: {', '.join(unknown)} is not one of the features; "
            f"choose from {', '.join(model.features)}"
        )


def _where_violations(model: Judged) -> Iterator[str]:
    for role, column in (("label.column", model.label.column), ("key", model.key)):
        if column in model.where:
            yield f"where: {column!r} is also {role}; choose rows by another column"
    constant = [column for column in model.where if column in model.features]
    if constant:
        yield (
            f"where: {', '.join(constant)} has one value in all its rows and is one of the "
            "features; take it out of the features"
        )
    if model.family and not model.where:
        yield "where: is empty in a member of a family; say which rows are its own"
    if model.family == model.name:
        yield f"family: {model.family!r} is its own name; a family's base is not a model"


def _gate_violations(gates: Gates) -> Iterator[str]:
    if gates.floor.metric != "auc":
        yield f"gates.floor.metric: {gates.floor.metric!r} is unknown; 'auc' is what is measured"
    if not 0.5 <= gates.floor.at_least < 1:
        yield f"gates.floor.at_least: {gates.floor.at_least} is not in [0.5, 1); 0.5 is guessing"
    if not 0 <= gates.champion.margin <= 0.05:
        yield f"gates.champion.margin: {gates.champion.margin} is not in [0, 0.05]"
    if not 0.5 < gates.leakage.max_column_auc < 1:
        yield f"gates.leakage.max_column_auc: {gates.leakage.max_column_auc} is not in (0.5, 1)"
    for name, rule in (("floor", gates.floor), ("champion", gates.champion)):
        yield from _confidence_violations(name, rule.confidence)
    yield from _least_violations("floor", gates.floor.min_rows)
    yield from _fairness_violations(gates.fairness)


def _fairness_violations(rule: Fairness) -> Iterator[str]:
    if not 0 < rule.at_least <= 1:
        yield f"gates.fairness.at_least: {rule.at_least} is not in (0, 1]"
    if not rule.attributes and not rule.exempt.strip():
        yield (
            "gates.fairness: names no protected attribute; list the columns, "
            "or say in `exempt` why there is none"
        )
    yield from _confidence_violations("fairness", rule.confidence)
    yield from _least_violations("fairness", rule.min_rows)


def _confidence_violations(gate: str, confidence: float) -> Iterator[str]:
    if not 0.5 < confidence < 1:
        yield f"gates.{gate}.confidence: {confidence} is not in (0.5, 1); 0.95 is usual"


def _least_violations(gate: str, least: int) -> Iterator[str]:
    if least < 1:
        yield f"gates.{gate}.min_rows: {least} is below 1"


def _serving_violations(serving: Serving) -> Iterator[str]:
    if not serving.instance_type.startswith("ml."):
        yield (
            f"serving.instance_type: {serving.instance_type!r} is not a SageMaker instance; "
            "say for example 'ml.m5.large'"
        )
    if serving.instances < 1:
        yield f"serving.instances: {serving.instances} is below 1"
    if not 1 <= serving.capture_percent <= 100:
        yield f"serving.capture_percent: {serving.capture_percent} is not in 1 to 100"
    if not 1 <= serving.bake_minutes <= 60:
        yield f"serving.bake_minutes: {serving.bake_minutes} is not in 1 to 60"
    if not 0 <= serving.max_error_rate < 1:
        yield f"serving.max_error_rate: {serving.max_error_rate} is not in [0, 1)"


def _watch_violations(watch: Watch) -> Iterator[str]:
    if not 0 < watch.max_psi < 10:
        yield f"watch.max_psi: {watch.max_psi} is not in (0, 10); 0.25 is usual"
    if watch.min_rows < 1:
        yield f"watch.min_rows: {watch.min_rows} is below 1"
    if not 1 <= watch.breaches <= watch.windows:
        yield f"watch.breaches: {watch.breaches} is not in 1 to watch.windows, {watch.windows}"
    if watch.cool_down_hours < 0:
        yield f"watch.cool_down_hours: {watch.cool_down_hours} is below 0"
