"""Is a model's value right? Every rule, with what would be right."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from factory.errors import InvalidSpec
from factory.spec import Fairness, Gates, Model

NAME = re.compile(r"[a-z][a-z0-9-]{0,50}[a-z0-9]")  # SageMaker's names, in lower case as in ARNs


def violations(model: Model) -> Iterator[str]:
    """Yield each broken rule of *model* as `field: what is wrong; what would be right`."""
    wrong_types = list(_type_violations(model, ""))
    if wrong_types:
        yield from wrong_types  # the other rules would stumble over them
        return
    yield from _text_violations(model)
    yield from _column_violations(model)
    yield from _gate_violations(model.gates)
    yield from _serving_violations(model)


def checked(model: Model) -> Model:
    """Return *model*, or raise InvalidSpec with all its violations."""
    found = list(violations(model))
    if found:
        raise InvalidSpec(f"model {model.name!r}: " + "; ".join(found))
    return model


def _text_violations(model: Model) -> Iterator[str]:
    if not NAME.fullmatch(model.name):
        yield (
            f"name: {model.name!r} is not 2 to 52 lower-case letters, digits and hyphens "
            "that start with a letter; say for example 'income'"
        )
    texts = {
        "purpose": model.purpose,
        "owner": model.owner,
        "recipe": model.recipe,
        "train": model.train,
        "test": model.test,
        "key": model.key,
        "label.column": model.label.column,
        "label.positive": model.label.positive,
        "card.intended_use": model.card.intended_use,
        "card.limitations": model.card.limitations,
        "card.ethics": model.card.ethics,
    }
    for name, text in texts.items():
        if not text.strip():
            yield f"{name}: is empty; say it in words"
    if not model.builders or not all(b.strip() for b in model.builders):
        yield "builders: names nobody; name the source identities of those who build the model"


def _column_violations(model: Model) -> Iterator[str]:
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


def _serving_violations(model: Model) -> Iterator[str]:
    if not model.serving.instance_type.startswith("ml."):
        yield (
            f"serving.instance_type: {model.serving.instance_type!r} is no SageMaker instance; "
            "say for example 'ml.m5.large'"
        )
    if model.serving.instances < 1:
        yield f"serving.instances: {model.serving.instances} is below 1"
    if not 1 <= model.serving.capture_percent <= 100:
        yield f"serving.capture_percent: {model.serving.capture_percent} is not in 1 to 100"
    if model.runs_per_day < 1:
        yield f"runs_per_day: {model.runs_per_day} is below 1; say `retired=True` to stop training"


def _type_violations(value: Any, path: str) -> Iterator[str]:
    """Compare the fields of a dataclass with their annotations; Python itself does not."""
    hints = typing.get_type_hints(type(value))
    for field in dataclasses.fields(value):
        name, found = f"{path}{field.name}", getattr(value, field.name)
        kind = hints[field.name]
        if dataclasses.is_dataclass(kind) and isinstance(found, typing.cast("type", kind)):
            yield from _type_violations(found, f"{name}.")
        elif not _fits(found, kind):
            yield f"{name}: {found!r} is a {type(found).__name__}; {_wanted(kind)}"


def _fits(value: Any, kind: Any) -> bool:
    if kind == tuple[str, ...]:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if typing.get_origin(kind) is Mapping:
        return isinstance(value, Mapping) and all(
            isinstance(k, str) and type(v) in {float, int, str} for k, v in value.items()
        )
    if kind is float:
        return type(value) in {float, int}
    return type(value) is kind


def _wanted(kind: Any) -> str:
    if kind == tuple[str, ...]:
        return 'a tuple of texts is wanted, for example ("a",)'
    if typing.get_origin(kind) is Mapping:
        return 'a mapping of texts to numbers or texts is wanted, for example {"depth": 3}'
    return f"a value of type {kind.__name__} is wanted"
