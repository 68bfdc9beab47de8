"""What happened to the list of models, their specs and the definitions that run them?"""

from __future__ import annotations

from factory.catalogue.change import Change
from factory.events.event import Event, event


@event(
    "catalogue.changed",
    by=("catalogue",),
    subject="catalogue/{digest:.12}",
    repeats=("digest",),
    key="the digest",
)
class CatalogueChanged(Event):
    """A catalogue was deployed."""

    digest: str
    """SHA-256 of the rendered catalogue."""
    models: tuple[str, ...]
    """The names of its models."""


@event("model.onboarded", by=("onboard",), subject="model/{model}", key="the group's ARN")
class ModelOnboarded(Event):
    """A model of the catalogue has its group in the registry, so that it can be trained."""

    model: str
    group: str
    """The ARN of its model package group."""
    owner: str
    """Who is responsible for it."""
    purpose: str
    """What it is for."""


@event("spec.changed", by=("onboard",), subject="model/{model}", key="the deploy's sequence number")
class SpecChanged(Event):
    """A deploy brought another spec of a model, or its first."""

    model: str
    digest: str
    """SHA-256 of the spec that is in force now."""
    before: str
    """SHA-256 of the spec that was in force before; empty for the first."""
    changes: tuple[Change, ...]
    """Each field that differs, in the order of their paths."""
    loosened: tuple[str, ...]
    """The fields among them whose change loosens a gate or a guard."""
    held: tuple[str, ...]
    """The guards among them that keep their old value until `guards.approved`."""
    deployed_by: str
    """Who claims to have deployed it, by a tag of the stack; empty when nobody does."""


@event(
    "definition.deployed",
    by=("catalogue",),
    subject="recipe/{recipe}",
    key="the digest and the deploy's sequence number",
)
class DefinitionDeployed(Event):
    """A deploy brought another pipeline definition of a recipe into force."""

    recipe: str
    digest: str
    """SHA-256 of the definition in canonical JSON."""
    before: str
    """SHA-256 of the definition that was in force before; empty for the first."""
