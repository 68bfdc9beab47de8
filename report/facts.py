"""What is to be told of a model? Gathered from a cloud in which the factory stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import models
from cli import cloud
from cli.status import records, registry
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.events.model import ModelDeployed
from report import drift, history, record, shape, traffic
from report.evidence import Evidence
from report.record import Ledger, deed
from report.shape import About, Report, Serving


def gather(aws: Any, name: str) -> Report:
    """Read everything about model *name* that the page shows, as the caller of *aws*."""
    model, outputs, now = _model(name), cloud.outputs(aws), cloud.now(aws)
    ledger = record.read(aws, outputs)
    registered = registry.versions(aws.client("sagemaker"), name)
    serving = _serving(aws, name, ledger)
    judged = _judged(serving, registered)
    evidence = _evidence(aws, outputs, model, ledger, judged) if judged else None
    return Report(
        written=now.isoformat(),
        about=_about(model),
        serving=serving,
        judged=judged,
        gates=evidence.gates() if evidence else [],
        fairness=evidence.fairness() if evidence else None,
        card=evidence.card if evidence else {},
        traffic=traffic.of(aws, name, ledger, now),
        drift=drift.of(aws, outputs, model),
        incidents=history.incidents(ledger, records.Records(aws).incidents(name)),
        versions=history.versions(ledger, name, registered),
        refused=history.refused(ledger, name),
        neighbours=history.neighbours(ledger, model),
        ledger=_ledger(ledger),
    )


def _model(name: str) -> Model:
    known = models.catalogue().models
    if name not in known:
        raise NotFound(f"the catalogue has no model {name!r}; it has {', '.join(sorted(known))}")
    return known[name]


def _serving(aws: Any, name: str, ledger: Ledger) -> Serving | None:
    """Return what the endpoint serves; the ledger tells which version its configuration is."""
    endpoint = registry.endpoint(aws.client("sagemaker"), name)
    if endpoint is None:
        return None
    deployed = [e for e in ledger.of(ModelDeployed) if e["detail"]["config"] == endpoint["config"]]
    if not deployed:
        return None
    return Serving(
        version=traffic.version_of(deployed[-1]["subject"]),
        config=endpoint["config"],
        status=endpoint["status"],
        since=deployed[-1]["time"],
    )


def _judged(serving: Serving | None, registered: list[dict[str, Any]]) -> int | None:
    """Return the version whose evidence is shown: the one that serves, or else the newest."""
    if serving:
        return serving["version"]
    return int(registered[-1]["version"]) if registered else None


def _evidence(
    aws: Any, outputs: Mapping[str, str], model: Model, ledger: Ledger, version: int
) -> Evidence | None:
    """Return what the run of *version* left; None for a version that no run registered."""
    execution = history.execution_of(ledger, model.name, version)
    return Evidence(aws, outputs["EvidenceBucket"], model, execution) if execution else None


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
