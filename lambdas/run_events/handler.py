"""How did a training run begin and end? What it is made of is bound, and what came of it told."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws import runs
from aws.batch import each
from factory.errors import NotFound
from factory.layout.objects import Run
from factory.settings import RunEventsSettings
from factory.training import bound, run_outcome
from factory.training.registration import SUCCEEDED
from factory.training.run_outcome import ENDED, EndedRun, Verdicts
from lambdas.run_events import binding


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Bind every run that has begun, and report every one that has ended."""
    settings = RunEventsSettings.from_env(os.environ)
    return each(event, lambda envelope: hear(envelope["detail"], settings))


def hear(detail: dict[str, Any], settings: RunEventsSettings) -> None:
    """Bind or report a run; one of whose beginning nobody has heard is bound at its end."""
    execution = detail["pipelineExecutionArn"]
    if detail["currentPipelineExecutionStatus"] not in ENDED:
        binding.bind(execution, settings)
        return
    if not binding.known(execution, _model(execution), settings):
        binding.bind(execution, settings)
    report(detail, settings)


def report(detail: dict[str, Any], settings: RunEventsSettings) -> None:
    """Emit how the run ended; a redelivery emits the same under the same ids.

    What it registered is written down first: whoever hears of a version can have it promoted.
    """
    run = _gather(detail["pipelineExecutionArn"], settings.evidence_bucket)
    if run.status == SUCCEEDED and run.package:
        binding.register(run.execution, run.model, run.package, settings)
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
    return bound.model_of(runs.parameters(execution))


def _verdicts(files: Run) -> Verdicts | None:
    try:
        return Verdicts.parse(aws.s3_get(files.verdicts))
    except NotFound:
        return None
