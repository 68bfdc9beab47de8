"""What became of each version, of each incident and of the other models, by the ledger?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from aws.registry import Summary
from factory.catalogue.spec import Model
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    PromotionDeferred,
    RollbackRefused,
)
from factory.events.people import ModelApproved, ModelRejected, RollbackRequested
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    RetrainingRequested,
    TrainingDeferred,
    TrainingFailed,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout.names import model_subject, package_subject
from factory.ledger.chain import Record
from report.record import Ledger, deed
from report.shape import Deed, Incident, Neighbour, Version
from report.traffic import version_of

OF_A_VERSION = (
    ModelRegistered,
    ApprovalRefused,
    ModelApproved,
    ModelRejected,
    PromotionDeferred,
    ModelDeployed,
    DeploymentFailed,
    RollbackRequested,
    RollbackRefused,
)
OF_AN_INCIDENT = (
    RetrainingRequested,
    TrainingStarted,
    TrainingDeferred,
    TrainingRefused,
    TrainingFailed,
    DeploymentFailed,
    ModelRegistered,
    ModelRefused,
)


def execution_of(ledger: Ledger, model: str, version: int) -> str:
    """Return the run that registered a version; empty when the ledger does not know of one."""
    subject = package_subject(model, version)
    found = (e["detail"]["execution"] for e in ledger.of(ModelRegistered, subject=subject))
    return str(next(found, ""))


def versions(ledger: Ledger, model: str, registered: Iterable[Summary]) -> list[Version]:
    """Return what the registry calls each version now, and how it came to that; newest first."""
    return [
        Version(
            version=known.version,
            approval=known.status,
            floor=_floor(ledger, execution_of(ledger, model, known.version)),
            deeds=_deeds(ledger, package_subject(model, known.version)),
        )
        for known in sorted(registered, key=lambda known: -known.version)
    ]


def _floor(ledger: Ledger, execution: str) -> str:
    """Return what the floor gate said of the candidate of one run."""
    said = (e for e in ledger.of(GateEvaluated) if e["detail"]["execution"] == execution)
    return next((str(e["reason"]) for e in said if e["detail"]["gate"] == "floor"), "")


def _deeds(ledger: Ledger, subject: str) -> list[Deed]:
    return [deed(event) for event in ledger.of(*OF_A_VERSION, subject=subject)]


def refused(ledger: Ledger, model: str) -> list[Deed]:
    """Return the candidates that never became a version."""
    return [deed(e) for e in ledger.of(ModelRefused, subject=model_subject(model))]


def incidents(ledger: Ledger, kept: Iterable[Mapping[str, Any]]) -> list[Incident]:
    """Return each incident of the factory's table with what the ledger says was done about it."""
    return [
        Incident(
            id=item["pk"],
            status=item["status"],
            start=item.get("opened_at", ""),
            end=item.get("closed_at", ""),
            because=item.get("opened_because", ""),
            reasons=list(item.get("reasons", [])),
            over=item.get("closed_because", ""),
            deeds=[deed(e) for e in _about(ledger, item["pk"])],
        )
        for item in kept
    ]


def _about(ledger: Ledger, incident: str) -> list[Record]:
    """Return what followed from an incident: what names it, and the run that it caused."""
    known, runs = list(ledger.of(*OF_AN_INCIDENT)), set[str]()
    for event in known:
        if event["type"] == TrainingStarted.TYPE and event["detail"].get("cause") == incident:
            runs.add(event["detail"]["execution"])
    return [e for e in known if _names(e, incident) or e["detail"].get("execution") in runs]


def _names(event: Record, incident: str) -> bool:
    if event["type"] == DeploymentFailed.TYPE:
        return incident.endswith(f"/{event['detail']['config']}")
    return incident in {event["detail"].get("incident"), event["detail"].get("cause")}


def neighbours(ledger: Ledger, others: Iterable[Model]) -> list[Neighbour]:
    """Return what became of *others*, those of one family together."""
    return [_neighbour(ledger, other) for other in sorted(others, key=lambda m: (m.family, m.name))]


def _neighbour(ledger: Ledger, model: Model) -> Neighbour:
    prefix = f"{model_subject(model.name)}/"
    registered = [e for e in ledger.of(ModelRegistered) if e["subject"].startswith(prefix)]
    return Neighbour(
        name=model.name,
        owner=model.owner,
        rows=rows_of(model),
        version=version_of(registered[-1]["subject"]) if registered else None,
        words=_standing(ledger, model),
    )


def rows_of(model: Model) -> str:
    """Return in words which rows of its data products a model learns from."""
    return ", ".join(f"{c} = {v}" for c, v in model.where.items()) or "all"


def _standing(ledger: Ledger, model: Model) -> str:
    """Return in words how the last run of a model ended."""
    subject = model_subject(model.name)
    ended = [
        e
        for e in ledger.of(ModelRefused, TrainingFailed, GateEvaluated, subject=subject)
        if e["type"] != GateEvaluated.TYPE or e["detail"]["gate"] == "floor"
    ]
    return str(ended[-1]["reason"]) if ended else "has not been trained yet"
