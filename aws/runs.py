"""What does SageMaker say of an execution of a pipeline, and what was written down about it?"""

from __future__ import annotations

import json
from typing import Any

from aws.objects import s3_get
from aws.services import sagemaker, sagemaker_list
from factory.errors import NotFound
from factory.layout import objects
from factory.training.bound import Bound
from factory.training.registration import Registration
from factory.training.run_request import REQUEST, RunRequest
from factory.training.seen import Seen


def seen(execution: str) -> Seen:
    """Return who started an execution, with what and by what; its definition is part of it."""
    return seen_by(execution, definition(execution))


def seen_by(execution: str, text: str) -> Seen:
    """Return the same, of an execution whose definition is known."""
    return Seen.of(_described(execution), parameters(execution), text)


def parameters(execution: str) -> dict[str, str]:
    """Return the values of all parameters of an execution."""
    listed = sagemaker_list(
        "list_pipeline_parameters_for_execution",
        "PipelineParameters",
        PipelineExecutionArn=execution,
    )
    return {each["Name"]: str(each["Value"]) for each in listed}


def definition(execution: str) -> str:
    """Return the definition that an execution runs."""
    found = sagemaker(
        "describe_pipeline_definition_for_execution", execution, PipelineExecutionArn=execution
    )
    return str(found["PipelineDefinition"])


def status(execution: str) -> str:
    """Return how far an execution is."""
    return str(_described(execution)["PipelineExecutionStatus"])


def request(bucket: str, model: str, found: Seen) -> RunRequest | None:
    """Return the request that an execution names; None when that, or its bytes, are not there.

    What is stored under another digest than its own was not written by whoever names requests.
    """
    digest = found.parameters.get(REQUEST, "")
    if not digest.isalnum():
        return None
    body = _read(objects.request(bucket, model, digest))
    asked = RunRequest.of(body) if body else None
    return asked if asked and asked.digest == digest else None


def bound(bucket: str, model: str, execution: str) -> Bound | None:
    """Return the bound record of an execution; None when there is none."""
    body = _read(objects.bound(bucket, model, execution))
    return Bound.of(body) if body else None


def registration(bucket: str, model: str, execution: str) -> Registration | None:
    """Return what is written down of what an execution registered; None when nothing is."""
    body = _read(objects.registration(bucket, model, execution))
    return Registration.of(body) if body else None


def started(bucket: str, model: str, digest: str) -> str:
    """Return the execution that a request became; empty when it became none."""
    body = _read(objects.started(bucket, model, digest))
    return str(json.loads(body)["execution"]) if body else ""


def _described(execution: str) -> dict[str, Any]:
    return sagemaker("describe_pipeline_execution", execution, PipelineExecutionArn=execution)


def _read(uri: str) -> bytes | None:
    try:
        return s3_get(uri)
    except NotFound:
        return None
