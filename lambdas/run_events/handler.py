"""What came out of a training run? What its steps wrote becomes events."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import aws
from aws.batch import each
from factory.errors import NotFound
from factory.events.untyped import UntypedEvent as Event
from factory.layout import objects
from factory.layout.names import function_actor, package_subject
from factory.settings import RunEventsSettings


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Report every run that has ended."""
    settings = RunEventsSettings.from_env(os.environ)
    return each(event, lambda envelope: report(envelope["detail"], settings))


def report(detail: dict[str, Any], settings: RunEventsSettings) -> None:
    """Say how the run ended, what each gate said and which package there is now."""
    execution = detail["pipelineExecutionArn"]
    model = _model(execution)
    try:
        folder = objects.Run(settings.evidence_bucket, model, execution).folder
        verdicts = json.loads(aws.s3_get(f"{folder}verdicts.json"))
    except NotFound:
        aws.emit(settings.bus_name, "run_events", _failed(model, execution))
        return
    events = list(_events(model, execution, folder, verdicts))
    aws.emit(settings.bus_name, "run_events", *events)


def _model(execution: str) -> str:
    parameters = aws.sagemaker_list(
        "list_pipeline_parameters_for_execution",
        "PipelineParameters",
        PipelineExecutionArn=execution,
    )
    return next(str(p["Value"]) for p in parameters if p["Name"] == "Model")


def _failed(model: str, execution: str) -> Event:
    """Say why a run has no verdicts: it did not come as far as the gates."""
    found = aws.sagemaker("describe_pipeline_execution", execution, PipelineExecutionArn=execution)
    status = found["PipelineExecutionStatus"]
    said = [
        f"{step['StepName']}: {step['FailureReason']}"
        for step in _steps(execution)
        if step.get("FailureReason")
    ]
    why = "; ".join(said) or f"the run ended as {status} before the gates"
    return _event("training.failed", f"model/{model}", why, execution, {})


def _events(model: str, execution: str, folder: str, verdicts: dict[str, Any]) -> Iterator[Event]:
    subject = f"model/{model}"
    yield _event(
        "model.trained",
        subject,
        "the run came to the gates",
        execution,
        {"artifact": verdicts["artifact"], "evidence": f"{folder}evidence.json"},
    )
    for verdict in verdicts["verdicts"]:
        detail = {"gate": verdict["gate"], "verdict": verdict["verdict"]}
        key = f"{execution}|{verdict['gate']}"
        yield _event("gate.evaluated", subject, verdict["reason"], key, detail)
    version = _registered(execution)
    if version is None:
        yield _event("model.refused", subject, verdicts["reason"], execution, {})
    else:
        detail = {"artifact": verdicts["artifact"], "version": version}
        name = package_subject(model, version)
        yield _event("model.registered", name, verdicts["reason"], execution, detail)


def _registered(execution: str) -> int | None:
    """Return the version that the run registered, if it did."""
    arns = [
        step["Metadata"]["RegisterModel"]["Arn"]
        for step in _steps(execution)
        if "RegisterModel" in step.get("Metadata", {})
    ]
    return int(arns[0].rsplit("/", 1)[-1]) if arns else None


def _steps(execution: str) -> list[dict[str, Any]]:
    return aws.sagemaker_list(
        "list_pipeline_execution_steps", "PipelineExecutionSteps", PipelineExecutionArn=execution
    )


def _event(kind: str, subject: str, reason: str, key: str, detail: dict[str, Any]) -> Event:
    execution = key.split("|", 1)[0]
    return Event(
        type=kind,
        subject=subject,
        actor=function_actor("run_events"),
        reason=reason,
        key=key,
        detail={"execution": execution, **detail},
    )
