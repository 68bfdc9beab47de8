"""What is the state of every model? One row for each, from registry, ledger and incidents."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, TypedDict

from aws import identity, incidents, registry
from aws.outputs import STAGE, outputs
from factory.events.catalogue import ModelOnboarded
from factory.events.model import ApprovalRefused, ModelDeployed
from factory.events.people import ModelApproved, ModelRejected
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingFailed,
)
from factory.layout.names import model_subject
from report import ledger_reader
from report.ledger_reader import VerifiedLedger
from report.traffic import version_of

DECISIONS = (ModelApproved.TYPE, ModelRejected.TYPE, ApprovalRefused.TYPE)
ENDS = (ModelRefused.TYPE, TrainingFailed.TYPE, GateEvaluated.TYPE)


class Row(TypedDict):
    """The state of one model."""

    name: str
    owner: str
    serves: int | None
    """The version that was deployed last, or None."""
    waiting: list[int]
    """Versions without a decision."""
    incidents: int
    """The number of open ones."""
    outcome: str
    """How its last run ended."""


class Fleet(TypedDict):
    """Everything on the page about all models."""

    written: str
    models: list[Row]


def gather(stage: str = "") -> Fleet:
    """Read the state of every onboarded model; the number of calls does not grow with them."""
    stacks, now = outputs(stage), identity.service_time()
    records = incidents.listed(stacks["IncidentsTable"])
    open_subjects = [str(item["subject"]) for item in records if item["status"] == "open"]
    models = rows(registry.groups(stacks[STAGE]), ledger_reader.read(stacks), open_subjects)
    return Fleet(written=now.isoformat(), models=models)


def rows(
    groups: Container[str], ledger: VerifiedLedger, open_incidents: Iterable[str]
) -> list[Row]:
    """Return a row for each model that the factory onboarded and that still has its group.

    *groups* may include those of others; *open_incidents* are their subjects.
    """
    by_name: dict[str, Row] = {}
    for event in ledger.events:
        name = _model(event["subject"])
        if event["type"] == ModelOnboarded.TYPE and name in groups:
            by_name.setdefault(name, _row(name, event["detail"]))
        if name in by_name:
            _apply(by_name[name], event)
    for subject in open_incidents:
        if (name := _model(subject)) in by_name:
            by_name[name]["incidents"] += 1
    return [by_name[name] for name in sorted(by_name)]


def _row(name: str, detail: Mapping[str, Any]) -> Row:
    return Row(
        name=name,
        owner=str(detail["owner"]),
        serves=None,
        waiting=[],
        incidents=0,
        outcome="has not been trained yet",
    )


def _apply(row: Row, event: Mapping[str, Any]) -> None:
    """Update *row* with *event*."""
    kind, detail = event["type"], event["detail"]
    if kind == ModelRegistered.TYPE:
        row["waiting"].append(version_of(event["subject"]))
    elif kind in DECISIONS and version_of(event["subject"]) in row["waiting"]:
        row["waiting"].remove(version_of(event["subject"]))
    elif kind == ModelDeployed.TYPE:
        row["serves"] = version_of(event["subject"])
    elif kind in ENDS and detail.get("gate", "floor") == "floor":
        row["outcome"] = str(event["reason"])


def _model(subject: str) -> str:
    """Return the model of a subject, which is a model or one of its versions."""
    start = model_subject("")
    return subject.removeprefix(start).split("/")[0] if subject.startswith(start) else ""
