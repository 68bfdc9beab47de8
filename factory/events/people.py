"""What did a person decide or command?"""

from __future__ import annotations

from dataclasses import dataclass, field

from factory.catalogue.change import Change
from factory.events import wire
from factory.events.event import PersonEvent, event


@dataclass(frozen=True, kw_only=True)
class Decision(PersonEvent):
    """What an approver decided about a version in the registry."""

    model: str
    version: int
    package: str
    """Its ARN in the registry."""
    artifact: str
    """SHA-256 of the bytes that the decision is about."""
    evidence: str
    """SHA-256 of the evidence that the approver saw."""


@event(
    "model.approved",
    by=("promote",),
    subject="model/{model}/{version}",
    key="the package and the moment of the decision",
)
class ModelApproved(Decision):
    """An approver let a version into service, and the approval holds."""

    since: int = 0
    """The version that was the champion then; 0 when there was none."""
    loosened: tuple[Change, ...] = ()
    """The thresholds that its spec loosens of the champion's, with both values."""
    unknown: str = ""
    """Why the two specs could not be compared; empty when they could."""
    shown: str = ""
    """SHA-256 of what is loosened, if the approver said to have been shown it."""


@event(
    "model.rejected",
    by=("promote",),
    subject="model/{model}/{version}",
    key="the package and the moment of the decision",
)
class ModelRejected(Decision):
    """An approver does not want a version in service."""


@event(
    "rollback.requested",
    by=("command",),
    subject="model/{model}/{version}",
    repeats=("model", "version"),
    key="the request of the command",
)
class RollbackRequested(PersonEvent):
    """An operator wants an earlier version to serve again."""

    model: str
    """Its name."""
    version: int
    """The version to go back to."""
    package: str
    """Its ARN in the registry."""
    serving: str = field(metadata={wire.NAME: "from"})
    """The configuration that served when it was asked for; another one now makes it void."""


@event(
    "guards.approved",
    by=("command",),
    subject="model/{model}",
    key="the deploy and the digest of the spec",
)
class GuardsApproved(PersonEvent):
    """Somebody who does not build a model lets its loosened guards take force."""

    model: str
    digest: str
    """SHA-256 of the spec whose guards are approved."""
    sequence: int
    """The number of the deploy that brought it; deployed again, it needs another approval."""
    guards: tuple[str, ...]
    """The fields that were held until now."""


@event(
    "training.requested",
    by=("command",),
    subject="model/{model}",
    repeats=("model",),
    key="the request of the command",
)
class TrainingRequested(PersonEvent):
    """A builder wants a model to learn again, with the recipe's training code or their own."""

    model: str
    """Its name."""
    code: str = ""
    """SHA-256 of the person's own training code; absent for the recipe's."""


@event(
    "training.stop_requested",
    by=("command",),
    subject="model/{model}",
    repeats=("model",),
    key="the request of the command",
)
class TrainingStopRequested(PersonEvent):
    """Somebody wants a run to be stopped."""

    model: str
    """Its name."""
    execution: str
    """The ARN of the pipeline execution."""


@event(
    "definition.revoked",
    by=("command",),
    subject="recipe/{recipe}",
    key="the digest",
)
class DefinitionRevoked(PersonEvent):
    """An operator withdrew a pipeline definition: what it made is not promoted any more."""

    recipe: str
    digest: str
    """SHA-256 of the definition in canonical JSON."""
