"""How did a training run end? What its steps wrote becomes events."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.errors import NotFound
from factory.layout.objects import Run
from factory.settings import RunEventsSettings
from factory.training import run_outcome
from factory.training.run_outcome import EndedRun, Verdicts


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Report every run that has ended."""
    settings = RunEventsSettings.from_env(os.environ)
    return each(event, lambda envelope: report(envelope["detail"], settings))


def report(detail: dict[str, Any], settings: RunEventsSettings) -> None:
    """Emit how the run ended; a redelivery emits the same under the same ids."""
    run = _gather(detail["pipelineExecutionArn"], settings.evidence_bucket)
    aws.emit(settings.bus_name, "run_events", *run_outcome.events(run))


def _gather(execution: str, bucket: str) -> EndedRun:
    model = _model(execution)
    found = aws.sagemaker("describe_pipeline_execution", execution, PipelineExecutionArn=execution)
    steps = aws.sagemaker_list(
        "list_pipeline_execution_steps", "PipelineExecutionSteps", PipelineExecutionArn=execution
    )
    files = Run(bucket, model, execution)
    return EndedRun(
        model=model,
        execution=execution,
        status=found["PipelineExecutionStatus"],
        steps=steps,
        evidence=files.evidence,
        verdicts=_verdicts(files),
    )


def _model(execution: str) -> str:
    parameters = aws.sagemaker_list(
        "list_pipeline_parameters_for_execution",
        "PipelineParameters",
        PipelineExecutionArn=execution,
    )
    return next(str(p["Value"]) for p in parameters if p["Name"] == "Model")


def _verdicts(files: Run) -> Verdicts | None:
    try:
        return Verdicts.parse(aws.s3_get(files.verdicts))
    except NotFound:
        return None
