"""What decides about a wanted run? The spec in force, what has run before, and what is new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aws
from aws import registry, snapshots
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.layout import objects, tables
from factory.layout.files import NO_CHAMPION
from factory.settings import RetrainSettings
from factory.training import run_policy
from factory.training.plan import Champion, Facts
from factory.training.request import Wanted

NONE = Champion(uri="", digest=NO_CHAMPION)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was read."""

    facts: Facts
    history: Mapping[str, Any] | None
    """The item that the runs were read from."""


def gather(wanted: Wanted, settings: RetrainSettings) -> Found | None:
    """Read all that decides about *wanted*; None when its model was removed since.

    Snapshots are not looked for when the cause has started a run already, nor the champion when
    a snapshot is missing.
    """
    entry, history = _items(wanted.model, settings)
    if entry.removed:
        return None
    runs = history["runs"] if history else []
    model = aws.specs.spec(settings.specs_bucket, entry)
    known = run_policy.started(runs, wanted.cause)
    newest = {} if known else _snapshots(model, settings)
    facts = Facts(
        wanted=wanted,
        model=model,
        judged=entry.judged,
        spec_uri=objects.judged(settings.specs_bucket, model.name, entry.judged),
        history=runs,
        now=aws.now(),
        snapshots=newest,
        champion=_champion(model, settings) if len(newest) == len(model.products) else NONE,
    )
    return Found(facts=facts, history=history)


def _items(model: str, settings: RetrainSettings) -> tuple[Entry, dict[str, Any] | None]:
    """Return what is in force of a model, and the item of its runs: of two tables in one call."""
    in_force, history = aws.items_get(
        (settings.index_table, tables.model_item(model)._asdict()),
        (settings.runs_table, {tables.PK: tables.history(model)}),
    )
    if in_force is None:
        raise NotFound(f"model {model!r} is not in the catalogue, or not in force yet")
    return Entry.of(in_force), history


def _snapshots(model: Model, settings: RetrainSettings) -> dict[str, str]:
    """Return the folder of the newest snapshot of each product that has one."""
    found = {p: snapshots.latest(settings.products_bucket, p) for p in model.products}
    return {product: snapshot.folder for product, snapshot in found.items() if snapshot}


def _champion(model: Model, settings: RetrainSettings) -> Champion:
    """Return the newest approved package, or the note that there is none."""
    found = registry.champion(model.name)
    if found is None:
        return Champion(uri=objects.no_champion(settings.work_bucket), digest=NO_CHAMPION)
    return Champion(uri=found.uri, digest=found.digest)
