"""What decides about a wanted run? The spec in force, what has run before, and what is new."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aws
from aws import registry, snapshots
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.layout import objects, tables
from factory.layout.files import NO_CHAMPION
from factory.layout.names import person_of, resource
from factory.layout.products import Snapshot
from factory.settings import RetrainSettings
from factory.training import run_policy
from factory.training.exam import Looks, exam_of
from factory.training.plan import Champion, Facts
from factory.training.request import Wanted

NONE = Champion(uri="", digest=NO_CHAMPION)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was read."""

    facts: Facts
    history: Mapping[str, Any] | None
    """The item that the runs were read from."""


@dataclass(frozen=True)
class Shared:
    """What is read once for all messages of one batch.

    Who wants a run because of a snapshot does so after the pointer names it, and what is read here
    is read after the messages were received: it is not older than any of them asks for.
    """

    newest: Callable[[str], Snapshot | None]
    """Tells the newest snapshot of a product, if it has one."""
    definition: Callable[[str], str]
    """Tells the digest of the pipeline definition of a recipe that is in force."""


def shared(settings: RetrainSettings) -> Shared:
    """Return what reads each pointer and each definition once."""
    return Shared(
        functools.cache(functools.partial(snapshots.latest, settings.products_bucket)),
        functools.cache(functools.partial(_definition, settings.index_table)),
    )


def gather(wanted: Wanted, shared: Shared, settings: RetrainSettings) -> Found | None:
    """Read all that decides about *wanted*; None when its model was removed since.

    Snapshots are not looked for when the cause has started a run already, nor earlier looks and
    the champion when a snapshot is missing.
    """
    entry, history = _items(wanted.model, settings)
    if entry.removed:
        return None
    runs = history["runs"] if history else []
    model = aws.specs.spec(settings.specs_bucket, entry)
    known = run_policy.started(runs, wanted.cause)
    there = {} if known else _snapshots(model, shared)
    complete = len(there) == len(model.products)
    facts = Facts(
        wanted=wanted,
        model=model,
        judged=entry.judged,
        spec_uri=objects.judged(settings.specs_bucket, model.name, entry.judged),
        history=runs,
        now=aws.now(),
        snapshots={product: snapshot.folder for product, snapshot in there.items()},
        looks=_looks(model, there[model.test], settings) if complete else None,
        champion=_champion(model, settings) if complete else NONE,
        definition="" if known else shared.definition(model.recipe),
        spec_by=str((entry.news or {}).get("by", "")),
        code_uri=_code(wanted, settings),
    )
    return Found(facts=facts, history=history)


def again(found: Found, settings: RetrainSettings) -> Found:
    """Return *found* with the runs of its model as they are now."""
    key = {tables.PK: tables.history(found.facts.model.name)}
    (item,) = aws.items_get((settings.runs_table, key))
    runs = item["runs"] if item else []
    return replace(found, facts=replace(found.facts, history=runs), history=item)


def _items(model: str, settings: RetrainSettings) -> tuple[Entry, dict[str, Any] | None]:
    """Return what is in force of a model, and the item of its runs: of two tables in one call."""
    in_force, history = aws.items_get(
        (settings.index_table, tables.model_item(model)._asdict()),
        (settings.runs_table, {tables.PK: tables.history(model)}),
    )
    if in_force is None:
        raise NotFound(f"model {model!r} is not in the catalogue, or not in force yet")
    return Entry.of(in_force), history


def _definition(table: str, recipe: str) -> str:
    """Return the digest of the definition in force, whose code the run will execute."""
    (found,) = aws.items_get((table, tables.current_item(recipe)._asdict()))
    return str(found["digest"]) if found else ""


def _code(wanted: Wanted, settings: RetrainSettings) -> str:
    """Return where the person has brought the code, which `command` has compared with its name."""
    person = person_of(wanted.asked_by)
    return objects.training_code(settings.work_bucket, person, wanted.code) if wanted.code else ""


def _snapshots(model: Model, shared: Shared) -> dict[str, Snapshot]:
    """Return the newest snapshot of each product that has one."""
    found = {product: shared.newest(product) for product in model.products}
    return {product: snapshot for product, snapshot in found.items() if snapshot}


def _looks(model: Model, test: Snapshot, settings: RetrainSettings) -> Looks:
    """Return how often the rows that *model* is judged on were looked at, by whatever model."""
    exam = exam_of(model, test.number)
    places = ((settings.runs_table, {tables.PK: key}) for key in (exam.key, exam.own_key))
    return Looks.of(exam, *aws.items_get(*places))


def _champion(model: Model, settings: RetrainSettings) -> Champion:
    """Return the newest approved package, or the note that there is none."""
    found = registry.champion(resource(settings.stage, model.name))
    if found is None:
        return replace(NONE, uri=objects.no_champion(settings.work_bucket))
    return Champion(**found._asdict())
