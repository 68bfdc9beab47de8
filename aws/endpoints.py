"""How are endpoints read, what they are meant to serve, and when are they gone?"""

from __future__ import annotations

from typing import Any

from aws.calls import wait_for
from aws.objects import s3_put, s3_read
from aws.services import sagemaker
from factory.errors import NotFound, ServiceError
from factory.layout import objects
from factory.serving import rollout
from factory.serving.intent import Intent
from factory.serving.rollout import Endpoint

EVERY, TIMES = 2, 30  # seconds between two checks, and checks


def endpoint(name: str, intent: Intent) -> Endpoint | None:
    """Return what SageMaker says now of an endpoint that is meant as *intent* says.

    None when there is none.
    """
    found = endpoint_described(name)
    return rollout.of(found, intent) if found else None


def endpoint_described(name: str) -> dict[str, Any]:
    """Return SageMaker's whole description of an endpoint; empty when there is none."""
    try:
        return sagemaker("describe_endpoint", name, EndpointName=name)
    except NotFound:
        return {}


def intent(bucket: str, endpoint: str) -> Intent:
    """Return what is written down in *bucket* about what an endpoint is meant to serve."""
    try:
        body, etag = s3_read(objects.intent(bucket, endpoint))
    except NotFound:
        return Intent()
    return Intent.of(body, etag)


def intent_put(bucket: str, endpoint: str, wanted: Intent) -> None:
    """Write down what an endpoint is meant to serve; Conflict when somebody has since it was read.

    NotFound when it was taken away meanwhile.
    """
    first = not wanted.known
    uri = objects.intent(bucket, endpoint)
    s3_put(uri, wanted.body(), if_none_match=first, if_match=wanted.etag)


def endpoint_gone(name: str, *, times: int = TIMES) -> None:
    """Return when a deleted endpoint is no more; ServiceError if that takes too long."""
    try:
        wait_for("sagemaker", "endpoint_deleted", every=EVERY, times=times, EndpointName=name)
    except ServiceError as late:
        raise ServiceError(f"endpoint {name} is still being deleted: {late}") from late
