"""Does a snapshot lead to a candidate, and do the gates refuse the unfair one?"""

from __future__ import annotations

import json
from typing import Any

import aws
from demo.runner import Step, Unexpected
from demo.session import TIMEOUT, Session
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingFailed,
    TrainingStarted,
)
from factory.gates import GATES, PASS
from factory.layout.names import model_subject, package_subject, resource
from factory.layout.objects import Run
from factory.stage import DEV

MODEL, PLAIN = "income", "income-plain"
ENDPOINT = resource(DEV.name, MODEL)


def evidence(session: Session, execution: str) -> dict[str, Any]:
    """Return what the gates measured in an execution."""
    model = session.notes["models"][execution]
    location = aws.place(Run(session.output("EvidenceBucket"), model, execution).evidence)
    body = session.aws("s3").get_object(**location)["Body"]
    measured: dict[str, Any] = json.load(body)
    return measured


def _train(session: Session) -> str:
    session.cloud.settle(TIMEOUT)
    started = session.events(TrainingStarted)
    session.notes["models"] = {
        e["detail"]["execution"]: e["subject"].split("/")[1] for e in started
    }
    first = package_subject(MODEL, 1)
    registered = [e for e in session.events(ModelRegistered) if e["subject"] == first]
    if not registered:
        failed = [e["reason"] for e in session.events(TrainingFailed)]
        raise Unexpected(f"{MODEL} is not registered; failed: {failed}")
    measured = evidence(session, registered[0]["detail"]["execution"])
    quality = measured["quality"]["metrics"]["auc"]
    if quality["value"] < 0.92:  # noqa: PLR2004 - a plain model easily reaches it on this data
        raise Unexpected(f"AUC {quality['value']:.4f}")
    return (
        f"{len(started)} runs started because {started[0]['reason']}; {MODEL} has an AUC of "
        f"{quality['value']:.4f} on {quality['units']} test rows and waits for approval as "
        "version 1"
    )


def _gates(session: Session) -> str:
    evaluated = session.events(GateEvaluated)
    passed = [e for e in evaluated if e["subject"] == model_subject(MODEL)]
    if {(e["detail"]["gate"], e["detail"]["verdict"]) for e in passed} != {
        (gate, PASS) for gate in GATES
    }:
        raise Unexpected(f"{MODEL}: {[(e['detail'], e['reason']) for e in passed]}")
    refused = [e for e in session.events(ModelRefused) if e["subject"] == model_subject(PLAIN)]
    packages = session.aws("sagemaker").list_model_packages(
        ModelPackageGroupName=resource(DEV.name, PLAIN)
    )
    if not refused or packages["ModelPackageSummaryList"]:
        raise Unexpected(f"{PLAIN} was not refused")
    lines = [f"{e['detail']['gate']:11} {e['detail']['verdict']} {e['reason']}" for e in passed]
    return "\n".join([f"{MODEL}:", *lines, f"{PLAIN}: refused, {refused[0]['reason']}"])


TRAIN = Step(
    title="Train",
    expected="the snapshots start the deployed pipeline for each model; AUC is at least 0.92",
    act=_train,
)
GATES_EVALUATED = Step(
    title="Evaluate the gates",
    expected="income passes every gate; the fairness gate refuses the plain model, unfair to women",
    act=_gates,
)
