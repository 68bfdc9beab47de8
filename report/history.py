"""What happened to each version, each incident and the other models, according to the ledger?"""

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
from report.ledger_reader import VerifiedLedger, entry
from report.schema import Entry, Incident, OtherModel, Version
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


def execution_of(ledger: VerifiedLedger, model: str, version: int) -> str:
    """Return the execution that registered a version; empty if the ledger has none."""
    subject = package_subject(model, version)
    executions = (e["detail"]["execution"] for e in ledger.of(ModelRegistered, subject=subject))
    return str(next(executions, ""))


def versions(ledger: VerifiedLedger, model: str, registered: Iterable[Summary]) -> list[Version]:
    """Return each version's approval status and its history; newest first."""
    return [
        Version(
            version=summary.version,
            approval=summary.status,
            floor=_floor(ledger, execution_of(ledger, model, summary.version)),
            events=_events_of(ledger, package_subject(model, summary.version)),
        )
        for summary in sorted(registered, key=lambda summary: -summary.version)
    ]


def _floor(ledger: VerifiedLedger, execution: str) -> str:
    """Return the floor gate's reason for the candidate of one execution."""
    results = (e for e in ledger.of(GateEvaluated) if e["detail"]["execution"] == execution)
    return next((str(e["reason"]) for e in results if e["detail"]["gate"] == "floor"), "")


def _events_of(ledger: VerifiedLedger, subject: str) -> list[Entry]:
    return [entry(event) for event in ledger.of(*OF_A_VERSION, subject=subject)]


def refused(ledger: VerifiedLedger, model: str) -> list[Entry]:
    """Return the candidates that the gates refused."""
    return [entry(e) for e in ledger.of(ModelRefused, subject=model_subject(model))]


def incidents(ledger: VerifiedLedger, records: Iterable[Mapping[str, Any]]) -> list[Incident]:
    """Return each incident in the factory's table with the events that followed from it."""
    return [
        Incident(
            id=item["pk"],
            status=item["status"],
            start=item.get("opened_at", ""),
            end=item.get("closed_at", ""),
            opened_because=item.get("opened_because", ""),
            reasons=list(item.get("reasons", [])),
            closed_because=item.get("closed_because", ""),
            events=[entry(e) for e in _caused_by(ledger, item["pk"])],
        )
        for item in records
    ]


def _caused_by(ledger: VerifiedLedger, incident: str) -> list[Record]:
    """Return the events that name an incident, and those of the run that it caused."""
    candidates, runs = list(ledger.of(*OF_AN_INCIDENT)), set[str]()
    for event in candidates:
        if event["type"] == TrainingStarted.TYPE and event["detail"].get("cause") == incident:
            runs.add(event["detail"]["execution"])
    return [e for e in candidates if _names(e, incident) or e["detail"].get("execution") in runs]


def _names(event: Record, incident: str) -> bool:
    if event["type"] == DeploymentFailed.TYPE:
        return incident.endswith(f"/{event['detail']['config']}")
    return incident in {event["detail"].get("incident"), event["detail"].get("cause")}


def other_models(ledger: VerifiedLedger, others: Iterable[Model]) -> list[OtherModel]:
    """Return the state of *others*, members of a family next to each other."""
    return [
        _other_model(ledger, other) for other in sorted(others, key=lambda m: (m.family, m.name))
    ]


def _other_model(ledger: VerifiedLedger, model: Model) -> OtherModel:
    prefix = f"{model_subject(model.name)}/"
    registered = [e for e in ledger.of(ModelRegistered) if e["subject"].startswith(prefix)]
    return OtherModel(
        name=model.name,
        owner=model.owner,
        rows=rows_of(model),
        version=version_of(registered[-1]["subject"]) if registered else None,
        outcome=_outcome(ledger, model),
    )


def rows_of(model: Model) -> str:
    """Return the row filter of a model as text."""
    return ", ".join(f"{c} = {v}" for c, v in model.where.items()) or "all"


def _outcome(ledger: VerifiedLedger, model: Model) -> str:
    """Return how the last run of a model ended, as a sentence."""
    subject = model_subject(model.name)
    ended = [
        e
        for e in ledger.of(ModelRefused, TrainingFailed, GateEvaluated, subject=subject)
        if e["type"] != GateEvaluated.TYPE or e["detail"]["gate"] == "floor"
    ]
    return str(ended[-1]["reason"]) if ended else "has not been trained yet"
