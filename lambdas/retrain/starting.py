"""How does a run begin? Its request is written down first, and then which execution it became."""

from __future__ import annotations

import json

import aws
from factory.errors import Conflict
from factory.layout import objects
from factory.layout.names import pipeline
from factory.settings import RetrainSettings
from factory.training.plan import Start


def start(plan: Start, settings: RetrainSettings) -> str:
    """Start the run and return its ARN; asked twice with the same token, SageMaker starts one.

    A request that nobody followed up is no harm; an execution without one would be.
    """
    request, bucket = plan.document, settings.evidence_bucket
    _once(objects.request(bucket, request.model, request.digest), request.body())
    answer = aws.sagemaker(
        "start_pipeline_execution",
        request.model,
        PipelineName=pipeline(settings.stage, request.recipe),
        PipelineExecutionDisplayName=f"{request.model}-{plan.request.key[:12]}",
        PipelineParameters=plan.parameters.given(),
        ClientRequestToken=plan.request.key,
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
        print(f"{uri} is there already: this request was taken up before")
