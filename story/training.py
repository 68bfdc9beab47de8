"""Does a snapshot lead to a candidate, and do the gates stop the one that is not fair?"""

from __future__ import annotations

import json
from typing import Any

import aws
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingFailed,
    TrainingStarted,
)
from factory.gates import GATES, PASS
from factory.layout.names import model_subject, package_subject
from factory.layout.objects import Run
from story.runner import Chapter, Unexpected
from story.session import PATIENCE, Life

MODEL, PLAIN = "income", "income-plain"


def evidence(life: Life, execution: str) -> dict[str, Any]:
    """Return what the gates of a run measured."""
    model = life.notes["models"][execution]
    where = aws.place(Run(life.output("EvidenceBucket"), model, execution).evidence)
    body = life.aws("s3").get_object(**where)["Body"]
    found: dict[str, Any] = json.load(body)
    return found


def _train(life: Life) -> str:
    life.standing.cloud.settle(PATIENCE)
    started = life.events(TrainingStarted)
    life.notes["models"] = {e["detail"]["execution"]: e["subject"].split("/")[1] for e in started}
    first = package_subject(MODEL, 1)
    registered = [e for e in life.events(ModelRegistered) if e["subject"] == first]
    if not registered:
        failed = [e["reason"] for e in life.events(TrainingFailed)]
        raise Unexpected(f"{MODEL} is not registered; failed: {failed}")
    found = evidence(life, registered[0]["detail"]["execution"])
    quality = found["quality"]
    if quality["value"] < 0.92:  # noqa: PLR2004 - what a plain model reaches on this data with ease
        raise Unexpected(f"AUC {quality['value']:.4f}")
    return (
        f"{len(started)} runs started because {started[0]['reason']}; {MODEL} has AUC "
        f"{quality['value']:.4f} on {quality['rows']} test rows and waits as version 1"
    )


def _gates(life: Life) -> str:
    said = life.events(GateEvaluated)
    passed = [e for e in said if e["subject"] == model_subject(MODEL)]
    if {(e["detail"]["gate"], e["detail"]["verdict"]) for e in passed} != {
        (gate, PASS) for gate in GATES
    }:
        raise Unexpected(f"{MODEL}: {[(e['detail'], e['reason']) for e in passed]}")
    refused = [e for e in life.events(ModelRefused) if e["subject"] == model_subject(PLAIN)]
    packages = life.aws("sagemaker").list_model_packages(ModelPackageGroupName=PLAIN)
    if not refused or packages["ModelPackageSummaryList"]:
        raise Unexpected(f"{PLAIN} was not refused")
    lines = [f"{e['detail']['gate']:9} {e['detail']['verdict']} {e['reason']}" for e in passed]
    return "\n".join([f"{MODEL}:", *lines, f"{PLAIN}: refused, {refused[0]['reason']}"])


TRAIN = Chapter(
    title="Train",
    expected="the snapshots start the deployed pipeline for each model; AUC at least 0.92",
    act=_train,
)
GATES_HELD = Chapter(
    title="Gates that gate",
    expected="income passes every gate; the plain model, unfair to women, is refused by fairness",
    act=_gates,
)
