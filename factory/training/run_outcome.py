"""What came out of a training run? What its steps wrote becomes events."""

from __future__ import annotations

import builtins
import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from factory import errors, reasons
from factory.events.event import Event
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    TrainingFailed,
)
from factory.layout.names import function_actor, model_subject
from factory.quotas.exceeded import exceeded
from factory.quotas.exceeded import incident as quota_incident
from factory.training import sayings
from factory.training.registration import SUCCEEDED, registered
from factory.training.steps import GATES, PREPARE

OWN_WORDS = {PREPARE.title, GATES.title}
"""The steps that run no code but the deployed one: an error of the factory's says what it may."""
KINDS = {
    *(name for name, kind in vars(builtins).items() if isinstance(kind, type)),
    *(name for name, kind in vars(errors).items() if isinstance(kind, type)),
    *("AlgorithmError", "CapacityError", "ClientError", "InternalServerError"),
}
"""The first words of a reason that say what kind of error it was, and nothing else."""
EXIT = re.compile(r", exit code: [0-9]{1,3}$")
"""What SageMaker adds to the words of a job."""
LONGEST, SHORT = 1024, 12

ENDED = (SUCCEEDED, "Failed", "Stopped")
"""How SageMaker says that a run has ended."""


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the gates of a run concluded."""

    artifact: str
    """SHA-256 of what was learned."""
    reason: str
    """Why the candidate was registered or refused."""
    gates: tuple[tuple[str, str, str], ...]
    """Name, verdict and reason of each gate."""

    @classmethod
    def parse(cls, document: bytes) -> Self:
        """Read what the gates wrote."""
        raw = json.loads(document)
        gates = tuple((v["gate"], v["verdict"], v["reason"]) for v in raw["verdicts"])
        return cls(artifact=raw["artifact"], reason=raw["reason"], gates=gates)


@dataclass(frozen=True, kw_only=True)
class EndedRun:
    """What is known of a run that has ended."""

    model: str
    execution: str
    """The ARN of the pipeline execution."""
    status: str
    """How SageMaker says that it ended."""
    steps: Sequence[Mapping[str, Any]]
    """As ListPipelineExecutionSteps answers."""
    evidence: str
    """The URI of the evidence document."""
    verdicts: Verdicts | None
    """None when it did not come as far as its gates."""

    @property
    def version(self) -> int | None:
        """The version that the run registered, if it did."""
        return int(self.package.rsplit("/", 1)[-1]) if self.package else None

    @property
    def package(self) -> str:
        """The ARN of the package that the run registered; empty when it registered none."""
        return registered(self.steps)

    @property
    def failure(self) -> str:
        """Why the run has no verdicts; the words of a step only where no builder's code runs."""
        failed = [
            f"{step['StepName']}: {_told(step['StepName'], step['FailureReason'])}"
            for step in self.steps
            if step.get("FailureReason")
        ]
        return "; ".join(failed) or f"the run ended as {self.status} before the gates"


def _told(step: str, reason: str) -> str:
    """Return why *step* failed: a builder's code may have written any row of its data into it."""
    if over := exceeded(reason):
        return over.words
    digest = hashlib.sha256(reason.encode()).hexdigest()[:SHORT]
    parts = reason.split(": ")
    chain = list(itertools.takewhile(KINDS.__contains__, parts))
    if step in OWN_WORDS and chain and hasattr(errors, chain[-1]):
        return reasons.shown(reason, LONGEST)
    rest = EXIT.sub("", ": ".join(parts[len(chain) :]))
    if sayings.known(rest):
        return rest
    return f"{': '.join(chain) or 'it failed'}; its words have SHA-256 {digest}"


def events(run: EndedRun) -> tuple[Event, ...]:
    """Return how *run* ended, what each gate concluded and which version there is now."""
    if run.verdicts is None:
        reason, key = run.failure, run.execution
        failed = TrainingFailed(model=run.model, execution=run.execution, reason=reason, key=key)
        return (failed, *_over_quota(run))
    return (
        _trained(run, run.verdicts),
        *_evaluated(run, run.verdicts),
        _decided(run, run.verdicts),
    )


def _over_quota(run: EndedRun) -> Iterator[Event]:
    """Yield an incident for each quota that kept a job of the run from starting."""
    over = {
        found.quota: found for s in run.steps if (found := exceeded(s.get("FailureReason", "")))
    }
    for found in over.values():
        yield quota_incident(
            model_subject(run.model),
            found,
            actor=function_actor("run_events"),
            key=run.execution,
        )


def _trained(run: EndedRun, verdicts: Verdicts) -> Event:
    return ModelTrained(
        model=run.model,
        execution=run.execution,
        artifact=verdicts.artifact,
        evidence=run.evidence,
        reason="the run came to the gates",
        key=run.execution,
    )


def _evaluated(run: EndedRun, verdicts: Verdicts) -> Iterator[Event]:
    for gate, verdict, reason in verdicts.gates:
        yield GateEvaluated(
            model=run.model,
            execution=run.execution,
            gate=gate,
            verdict=verdict,
            reason=reason,
            key=f"{run.execution}|{gate}",
        )


def _decided(run: EndedRun, verdicts: Verdicts) -> Event:
    if run.version is None:
        return ModelRefused(
            model=run.model, execution=run.execution, reason=verdicts.reason, key=run.execution
        )
    return ModelRegistered(
        model=run.model,
        version=run.version,
        execution=run.execution,
        artifact=verdicts.artifact,
        reason=verdicts.reason,
        key=run.execution,
    )
