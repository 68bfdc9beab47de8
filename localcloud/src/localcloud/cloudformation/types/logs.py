"""What do AWS::Logs resources become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import tags
from localcloud.cloudformation.resource_types import (
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    created,
    register,
)


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("LogGroupName") or place.generated()
    key = {"kmsKeyId": properties["KmsKeyId"]} if "KmsKeyId" in properties else {}
    place.aws("logs").create_log_group(logGroupName=name, tags=tags(properties), **key)
    return Made(name, {"Arn": place.arn("logs", f"log-group:{name}:*")})


def _apply(place: Place, made: Made, properties: Properties) -> None:
    logs, name = place.aws("logs"), made.physical_id
    if "RetentionInDays" in properties:
        days = int(properties["RetentionInDays"])
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
    else:
        logs.delete_retention_policy(logGroupName=name)


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("logs").delete_log_group(logGroupName=made.physical_id)


def _create_stream(place: Place, properties: Properties) -> Made:
    name = properties.get("LogStreamName") or place.generated()
    group = properties["LogGroupName"]
    place.aws("logs").create_log_stream(logGroupName=group, logStreamName=name)
    return Made(name)


def _delete_stream(place: Place, made: Made, properties: Properties) -> None:
    place.aws("logs").delete_log_stream(
        logGroupName=properties["LogGroupName"], logStreamName=made.physical_id
    )


def install() -> None:
    """Register log group and log stream."""
    register(
        ResourceType(
            name="AWS::Logs::LogStream",
            honours=dict.fromkeys(("LogGroupName", "LogStreamName")),
            create=_create_stream,
            delete=_delete_stream,
        )
    )
    register(
        ResourceType(
            name="AWS::Logs::LogGroup",
            attributes=("Arn",),
            honours=dict.fromkeys(("LogGroupName", "RetentionInDays", "KmsKeyId", "Tags")),
            create=created(_create, _apply, _delete),
            update=applied(_apply, "LogGroupName", "KmsKeyId", "Tags"),
            delete=_delete,
        )
    )
