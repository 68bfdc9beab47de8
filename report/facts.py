"""What is to be told of a model? Gathered from a cloud in which the factory stands."""

from __future__ import annotations

from collections.abc import Sequence

import aws
from aws import identity, incidents, registry
from aws.outputs import outputs
from aws.registry import Summary
from factory.catalogue.spec import Model
from factory.events.model import ModelDeployed
from report import drift, history, record, shape, specs, traffic
from report.evidence import Evidence
from report.record import Ledger, deed
from report.shape import About, Report, Serving


def gather(name: str) -> Report:
    """Read everything about model *name* that the page shows, as whoever calls."""
    places = outputs()
    model, now = specs.in_force(places, name), identity.service_time()
    ledger = record.read(places)
    registered = list(registry.versions(name))
    serving = _serving(name, ledger)
    judged = _judged(serving, registered)
    evidence = _evidence(places["EvidenceBucket"], model, ledger, judged) if judged else None
    opened = incidents.of_model(incidents.listed(places["IncidentsTable"]), name)
    return Report(
        written=now.isoformat(),
        about=_about(model),
        serving=serving,
        judged=judged,
        gates=evidence.gates() if evidence else [],
        fairness=evidence.fairness() if evidence else None,
        card=evidence.card if evidence else {},
        traffic=traffic.of(name, ledger, now),
        drift=drift.of(places, model),
        incidents=history.incidents(ledger, opened),
        versions=history.versions(ledger, name, registered),
        refused=history.refused(ledger, name),
        neighbours=history.neighbours(ledger, specs.beside(places, model)),
        ledger=_ledger(ledger),
    )


def _serving(name: str, ledger: Ledger) -> Serving | None:
    """Return what the endpoint serves; the ledger tells which version its configuration is."""
    endpoint = aws.endpoint(name)
    if endpoint is None:
        return None
    deployed = [e for e in ledger.of(ModelDeployed) if e["detail"]["config"] == endpoint.serves]
    if not deployed:
        return None
    return Serving(
        version=traffic.version_of(deployed[-1]["subject"]),
        config=endpoint.serves,
        status=endpoint.status,
        since=deployed[-1]["time"],
    )


def _judged(serving: Serving | None, registered: Sequence[Summary]) -> int | None:
    """Return the version whose evidence is shown: the one that serves, or else the newest."""
    if serving:
        return serving["version"]
    return registered[0].version if registered else None


def _evidence(bucket: str, model: Model, ledger: Ledger, version: int) -> Evidence | None:
    """Return what the run of *version* left; None for a version that no run registered."""
    execution = history.execution_of(ledger, model.name, version)
    return Evidence(bucket, model, execution) if execution else None


def _about(model: Model) -> About:
    return About(
        name=model.name,
        purpose=model.purpose,
        owner=model.owner,
        builders=list(model.builders),
        family=model.family,
        train=model.train,
        test=model.test,
        label=f"{model.label.column} = {model.label.positive}",
        features=list(model.features),
        rows=history.rows_of(model),
        intended_use=model.card.intended_use,
        limitations=model.card.limitations,
        ethics=model.card.ethics,
    )


def _ledger(ledger: Ledger) -> shape.Ledger:
    return shape.Ledger(
        bucket=ledger.bucket,
        segments=ledger.segments,
        head=ledger.head,
        findings=list(ledger.findings),
        deeds=[deed(event) for event in ledger.events],
    )
