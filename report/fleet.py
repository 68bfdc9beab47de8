"""How do all models stand? One line for each, by the registry, the ledger and the incidents."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, TypedDict

from aws import identity, incidents, registry
from aws.outputs import outputs
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
from report import record
from report.record import Ledger
from report.traffic import version_of

DECISIONS = (ModelApproved.TYPE, ModelRejected.TYPE, ApprovalRefused.TYPE)
ENDS = (ModelRefused.TYPE, TrainingFailed.TYPE, GateEvaluated.TYPE)


class Line(TypedDict):
    """What is said of one model."""

    name: str
    owner: str
    serves: int | None
    """The version that was deployed last; None before the first."""
    waiting: list[int]
    """Versions that nobody has decided about."""
    incidents: int
    """How many are open."""
    outcome: str
    """How its last run ended."""


class Fleet(TypedDict):
    """Everything on the page of all models."""

    written: str
    models: list[Line]


def gather() -> Fleet:
    """Read how every onboarded model stands, in as many calls for one as for a thousand."""
    places, now = outputs(), identity.service_time()
    kept = incidents.listed(places["IncidentsTable"])
    still = [str(item["subject"]) for item in kept if item["status"] == "open"]
    models = lines(registry.groups(), record.read(places), still)
    return Fleet(written=now.isoformat(), models=models)


def lines(groups: Container[str], ledger: Ledger, troubled: Iterable[str]) -> list[Line]:
    """Return a line for each model that the factory onboarded and that still has its group.

    The registry may hold *groups* of others; *troubled* are the subjects of open incidents.
    """
    found: dict[str, Line] = {}
    for event in ledger.events:
        name = _model(event["subject"])
        if event["type"] == ModelOnboarded.TYPE and name in groups:
            found.setdefault(name, _line(name, event["detail"]))
        if name in found:
            _note(found[name], event)
    for subject in troubled:
        if (name := _model(subject)) in found:
            found[name]["incidents"] += 1
    return [found[name] for name in sorted(found)]


def _line(name: str, detail: Mapping[str, Any]) -> Line:
    return Line(
        name=name,
        owner=str(detail["owner"]),
        serves=None,
        waiting=[],
        incidents=0,
        outcome="has not been trained yet",
    )


def _note(line: Line, event: Mapping[str, Any]) -> None:
    """Let *line* say what is so after *event*."""
    kind, detail = event["type"], event["detail"]
    if kind == ModelRegistered.TYPE:
        line["waiting"].append(version_of(event["subject"]))
    elif kind in DECISIONS and version_of(event["subject"]) in line["waiting"]:
        line["waiting"].remove(version_of(event["subject"]))
    elif kind == ModelDeployed.TYPE:
        line["serves"] = version_of(event["subject"])
    elif kind in ENDS and detail.get("gate", "floor") == "floor":
        line["outcome"] = str(event["reason"])


def _model(subject: str) -> str:
    """Return the model that a subject is about: its own name, or that of one of its versions."""
    begin = model_subject("")
    return subject.removeprefix(begin).split("/")[0] if subject.startswith(begin) else ""
