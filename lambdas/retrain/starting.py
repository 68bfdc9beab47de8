"""How does a run begin? Its request is written down first, and then which execution it became.

Before it starts it counts: many are wanted at once, and each must see what the others have taken of
the day's budget. One that counts and has not started is started when its message comes again.
"""

from __future__ import annotations

import json

import aws
from factory.errors import Conflict
from factory.layout import objects
from factory.layout.names import pipeline
from factory.settings import RetrainSettings
from factory.training.run_request import RunRequest


def write(request: RunRequest, settings: RetrainSettings) -> None:
    """Write the request; one that nobody follows up is no harm, an execution without one would."""
    _once(objects.request(settings.evidence_bucket, request.model, request.digest), request.body())


def written(model: str, digest: str, settings: RetrainSettings) -> RunRequest:
    """Return the request of a run that counts and has not started."""
    return RunRequest.of(aws.s3_get(objects.request(settings.evidence_bucket, model, digest)))


def start(request: RunRequest, key: str, settings: RetrainSettings) -> str:
    """Start the run and return its ARN; asked twice with the same *key*, SageMaker starts one."""
    bucket = settings.evidence_bucket
    answer = aws.sagemaker(
        "start_pipeline_execution",
        request.model,
        PipelineName=pipeline(settings.stage, request.recipe),
        PipelineExecutionDisplayName=f"{request.model}-{key[:12]}",
        PipelineParameters=request.given(),
        ClientRequestToken=key,
    )
    execution = str(answer["PipelineExecutionArn"])
    became = json.dumps({"execution": execution}).encode()
    _once(objects.started(bucket, request.model, request.digest), became)
    return execution


def _once(uri: str, body: bytes) -> None:
    """Write a document; what is there already was written for the same request."""
    try:
        aws.s3_put(uri, body, if_none_match=True)
    except Conflict:
        aws.log(f"{uri} is there already: this request was taken up before")
