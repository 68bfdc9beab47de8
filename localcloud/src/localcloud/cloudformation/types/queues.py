"""What do AWS::SQS resources become?"""

from __future__ import annotations

from typing import Any

from localcloud.cloudformation.api_parameters import tags, text
from localcloud.cloudformation.resource_types import (
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

NAME_LENGTH = 80
_ATTRIBUTES = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "RedrivePolicy",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
    "FifoQueue",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
)
_DEFAULTS = {
    "DelaySeconds": 0,
    "MaximumMessageSize": 262144,
    "MessageRetentionPeriod": 345600,
    "ReceiveMessageWaitTimeSeconds": 0,
    "VisibilityTimeout": 30,
    "RedrivePolicy": "",
}


def _attributes(properties: Properties) -> dict[str, str]:
    return {name: text(properties[name]) for name in _ATTRIBUTES if name in properties}


def _create(place: Place, properties: Properties) -> Made:
    fifo = "FifoQueue" in properties and text(properties["FifoQueue"]) == "true"
    suffix = ".fifo" if fifo else ""
    name = properties.get("QueueName") or place.generated(NAME_LENGTH - len(suffix)) + suffix
    url = place.aws("sqs").create_queue(
        QueueName=name, Attributes=_attributes(properties), tags=tags(properties)
    )["QueueUrl"]
    return Made(url, {"Arn": place.arn("sqs", name), "QueueName": name, "QueueUrl": url})


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in ("QueueName", "FifoQueue", "Tags")):
        return None
    reset = {name: text(value) for name, value in _DEFAULTS.items() if name in old}
    attributes = {**reset, **_attributes(new)}
    attributes.pop("FifoQueue", None)
    place.aws("sqs").set_queue_attributes(QueueUrl=made.physical_id, Attributes=attributes)
    return made


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("sqs").delete_queue(QueueUrl=made.physical_id)


def _admit(place: Place, properties: Properties) -> Made:
    made = Made(place.generated())
    _readmit(place, made, properties)
    return made


def _readmit(place: Place, _made: Made, properties: Properties) -> None:
    _set_policies(place.aws("sqs"), properties["Queues"], text(properties["PolicyDocument"]))


def _set_policies(sqs: Any, queues: list[str], policy: str) -> None:
    for url in queues:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _unadmit(place: Place, _made: Made, properties: Properties) -> None:
    _set_policies(place.aws("sqs"), properties["Queues"], "")


def install() -> None:
    """Register queue and queue policy."""
    register(
        ResourceType(
            name="AWS::SQS::Queue",
            attributes=("Arn", "QueueName", "QueueUrl"),
            honours=dict.fromkeys(("QueueName", "Tags", *_ATTRIBUTES)),
            create=_create,
            update=_update,
            delete=_delete,
        )
    )
    register(
        ResourceType(
            name="AWS::SQS::QueuePolicy",
            honours=dict.fromkeys(("Queues", "PolicyDocument")),
            create=_admit,
            update=applied(_readmit, "Queues"),
            delete=_unadmit,
        )
    )
