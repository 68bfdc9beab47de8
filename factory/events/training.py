"""What happened to a training run?"""

from __future__ import annotations

from factory.events.event import Event, event


@event(
    "retraining.requested",
    by=("respond",),
    subject="model/{model}",
    repeats=("model",),
    key="the incident",
)
class RetrainingRequested(Event):
    """A model has drifted and should learn again."""

    model: str
    """Its name."""
    incident: str
    """The id of the incident."""


@event("run.started", by=("run_events",), subject="model/{model}", key="the execution")
class RunStarted(Event):
    """An execution of a pipeline of the factory began, also one that nobody asked for.

    The reason says who asked and why, or that nobody did.
    """

    model: str
    """The model that it says it trains; `?` when that is no model's name."""
    execution: str
    """The ARN of the pipeline execution."""
    asked_by: str
    """Who or what asked: `person/NAME` or `function/NAME`; empty when nobody did."""
    request: str
    """SHA-256 of the request that is written down; empty when there is none."""
    record: str
    """SHA-256 of the bound record."""
    differs: tuple[str, ...]
    """In what it is not what was asked for."""


@event("training.started", by=("retrain",), subject="model/{model}", key="the request's digest")
class TrainingStarted(Event):
    """A run of a model's pipeline was started."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
    train: str
    """The URI of the snapshot that it learns from."""
    test: str
    """The URI of the snapshot that it is judged on."""
    champion: str
    """The artifact's digest of the version that it must not be worse than, or `none`."""
    cause: str
    """A publication in words, the id of an incident, or a person's command."""
    asked_by: str = ""
    """Who or what asked: `person/NAME` or `function/NAME`."""
    request: str = ""
    """SHA-256 of the request that is written down."""
    look: int = 0
    """Which look at the labels of `test` it takes; 0 from before looks were counted."""
    exam: str = ""
    """What is looked at: the label, the product and its snapshot, in words."""


@event(
    "training.deferred", by=("retrain",), subject="model/{model}", key="the cause and the reason"
)
class TrainingDeferred(Event):
    """A run has to wait, because an input is not there yet."""

    model: str
    cause: str
    """A publication in words, the id of an incident, or a person's command."""


@event("training.refused", by=("retrain",), subject="model/{model}", key="the cause and the reason")
class TrainingRefused(Event):
    """A run was asked for and not started, because the run policy does not allow it."""

    model: str
    cause: str
    """A publication in words, the id of an incident, or a person's command."""


@event("training.failed", by=("run_events",), subject="model/{model}", key="the execution")
class TrainingFailed(Event):
    """A run ended before its gates."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""


@event("model.trained", by=("run_events",), subject="model/{model}", key="the execution")
class ModelTrained(Event):
    """A run came to its gates."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
    artifact: str
    """SHA-256 of what was learned."""
    evidence: str
    """The URI of the evidence document."""


@event(
    "gate.evaluated", by=("run_events",), subject="model/{model}", key="the execution and the gate"
)
class GateEvaluated(Event):
    """A gate gave its verdict about a run's candidate; the reason holds the numbers."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
    gate: str
    """The name of the gate."""
    verdict: str
    """PASS, FAIL or INCONCLUSIVE."""


@event(
    "model.registered",
    by=("run_events",),
    subject="model/{model}/{version}",
    repeats=("version",),
    key="the execution",
)
class ModelRegistered(Event):
    """A run's candidate passed its gates and waits in the registry for an approver."""

    model: str
    version: int
    """Its number in the registry."""
    execution: str
    """The ARN of the pipeline execution."""
    artifact: str
    """SHA-256 of what was learned."""


@event("model.refused", by=("run_events",), subject="model/{model}", key="the execution")
class ModelRefused(Event):
    """A run's candidate did not pass its gates, and was not registered."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
