"""Is what a run depends on right? Every rule about it, with what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from factory.catalogue import field_types, gate_rules
from factory.catalogue.judged import Judged
from factory.errors import InvalidSpec
from factory.reasons import quoted

Record = TypeVar("Record", bound=Judged)
LONGEST = 256  # characters of a hyperparameter that is a text
LARGEST = 2**53 - 1  # of one that is a number
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
    yield from gate_rules.violations(model)


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
