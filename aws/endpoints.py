"""How are endpoints read, tagged and waited for until they are gone?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws.calls import wait_for
from aws.services import sagemaker, sagemaker_list
from factory.errors import NotFound, ServiceError
from factory.serving import rollout
from factory.serving.rollout import Endpoint

EVERY, TIMES = 2, 30  # seconds between two checks, and checks


def endpoint(name: str) -> Endpoint | None:
    """Return what SageMaker and the tags say of an endpoint now; None when there is none."""
    try:
        found = sagemaker("describe_endpoint", name, EndpointName=name)
        listed = sagemaker_list("list_tags", "Tags", ResourceArn=found["EndpointArn"])
    except NotFound:
        return None
    return rollout.of(found, {tag["Key"]: tag["Value"] for tag in listed})


def endpoint_tag(arn: str, tags: Mapping[str, str]) -> None:
    """Put *tags* on an endpoint."""
    sagemaker("add_tags", arn, ResourceArn=arn, Tags=tag_list(tags))


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags in the form that AWS takes."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def endpoint_untag(arn: str, keys: Sequence[str]) -> None:
    """Remove the tags called *keys* from an endpoint; those that are not there do no harm."""
    sagemaker("delete_tags", arn, ResourceArn=arn, TagKeys=list(keys))


def endpoint_gone(name: str, *, times: int = TIMES) -> None:
    """Return when a deleted endpoint is no more; ServiceError if that takes too long."""
    try:
        wait_for("sagemaker", "endpoint_deleted", every=EVERY, times=times, EndpointName=name)
    except ServiceError as late:
        raise ServiceError(f"endpoint {name} is still being deleted: {late}") from late
