"""What happened to the list of models, their specs and the definitions that run them?"""

from __future__ import annotations

from factory.catalogue.change import Change
from factory.events.event import Event, event


@event(
    "catalogue.deployed",
    by=("catalogue",),
    subject="catalogue/{sequence}",
    repeats=("sequence",),
    key="the request of CloudFormation",
)
class CatalogueDeployed(Event):
    """A catalogue was deployed, and every model that differs was sent to be put in force."""

    sequence: int
    """The number of the deploy."""
    models: int
    """How many models it has."""
    changed: int
    """How many of them, or of those before, were sent."""
    deployer: str
    """Who claims to have deployed it, by a tag of the stack; empty when nobody does."""


@event(
    "model.onboarded",
    by=("onboard",),
    subject="model/{model}",
    key="the group's ARN and the deploy",
)
class ModelOnboarded(Event):
    """A model of the catalogue has its group in the registry, so that it can be trained."""

    model: str
    group: str
    """The ARN of its model package group."""
    owner: str
    """Who is responsible for it."""
    purpose: str
    """What it is for."""


@event("model.removed", by=("onboard",), subject="model/{model}", key="the deploy and the spec")
class ModelRemoved(Event):
    """The catalogue no longer names a model: it is not trained any more."""

    model: str
    """Its name in the catalogue."""


@event(
    "spec.changed",
    by=("onboard",),
    subject="model/{model}",
    key="the deploy, the spec and the revision of its entry",
)
class SpecChanged(Event):
    """A deploy brought another spec of a model, or held guards of it were approved."""

    model: str
    digest: str
    """SHA-256 of the spec as it was deployed; it is in force but for what is held."""
    before: str
    """SHA-256 of the spec that was deployed before it."""
    changes: tuple[Change, ...]
    """Each field that differs from what was in force before, in the order of their paths."""
    loosened: tuple[str, ...]
    """The fields among them whose change loosens a gate or a guard."""
    held: tuple[str, ...]
    """The guards among them that keep their old value until `guards.approved`."""
    deployed_by: str
    """Who claims to have deployed it, by a tag of the stack; empty when nobody does."""


@event("spec.refused", by=("onboard",), subject="model/{model}", key="the deploy and the spec")
class SpecRefused(Event):
    """A deploy brought a spec past what the rules allow: what was in force of the model stays."""

    model: str
    digest: str
    """SHA-256 of the spec that was refused."""
    deployed_by: str
    """Who claims to have deployed it, by a tag of the stack; empty when nobody does."""


@event(
    "definition.deployed",
    by=("catalogue",),
    subject="recipe/{recipe}",
    key="the digest and since when",
)
class DefinitionDeployed(Event):
    """A deploy brought another pipeline definition of a recipe into force."""

    recipe: str
    digest: str
    """SHA-256 of the definition in canonical JSON."""
    since: str
    """From when it was in force, in ISO 8601 and UTC."""
