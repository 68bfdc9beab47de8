"""What does the page about one model show? Gathered from a deployed factory."""

from __future__ import annotations

from collections.abc import Sequence

import aws
from aws import identity, incidents, registry
from aws.outputs import STAGE, outputs
from aws.registry import Summary
from factory.catalogue.spec import Model
from factory.events.model import ModelDeployed
from factory.layout import names
from report import drift, history, ledger_reader, schema, specs, traffic
from report.evidence import Evidence
from report.ledger_reader import VerifiedLedger, entry
from report.schema import About, Report, Serving


def gather(name: str, stage: str = "") -> Report:
    """Read everything that the page about *name* shows, with the caller's permissions."""
    stacks = outputs(stage)
    resource = names.resource(stacks[STAGE], name)
    model, now = specs.in_force(stacks, name), identity.service_time()
    ledger = ledger_reader.read(stacks)
    registered = list(registry.versions(resource))
    serving = _serving(stacks["ApprovedBucket"], resource, ledger)
    judged = _judged(serving, registered)
    evidence = _evidence(stacks["EvidenceBucket"], model, ledger, judged) if judged else None
    records = incidents.of_model(incidents.listed(stacks["IncidentsTable"]), name)
    return Report(
        written=now.isoformat(),
        about=_about(model),
        serving=serving,
        judged=judged,
        gates=evidence.gates() if evidence else [],
        fairness=evidence.fairness() if evidence else None,
        card=evidence.card if evidence else {},
        traffic=traffic.of(resource, ledger, now),
        drift=drift.of(stacks, model),
        incidents=history.incidents(ledger, records),
        versions=history.versions(ledger, name, registered),
        refused=history.refused(ledger, name),
        other_models=history.other_models(ledger, specs.sharing_data_with(stacks, model)),
        ledger=_ledger(ledger),
    )


def _serving(bucket: str, resource: str, ledger: VerifiedLedger) -> Serving | None:
    """Return what the endpoint serves; the ledger maps its configuration to a version."""
    endpoint = aws.endpoint(resource, aws.intent(bucket, resource))
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
    """Return the version whose evidence is shown: the serving one, or else the newest."""
    if serving:
        return serving["version"]
    return registered[0].version if registered else None


def _evidence(bucket: str, model: Model, ledger: VerifiedLedger, version: int) -> Evidence | None:
    """Return the evidence of the run of *version*; None if no run registered it."""
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
        predicted=model.task.predicted,
        features=list(model.features),
        rows=history.rows_of(model),
        intended_use=model.card.intended_use,
        limitations=model.card.limitations,
        ethics=model.card.ethics,
    )


def _ledger(ledger: VerifiedLedger) -> schema.Ledger:
    return schema.Ledger(
        bucket=ledger.bucket,
        segments=ledger.segments,
        head=ledger.head,
        findings=list(ledger.findings),
        events=[entry(event) for event in ledger.events],
    )
