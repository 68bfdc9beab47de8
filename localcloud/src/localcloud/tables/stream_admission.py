"""Which mappings of streams to functions does Lambda refuse to make?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import InvalidParameterValueException
from moto.awslambda.models import LambdaBackend
from moto.core.exceptions import JsonRESTError

from localcloud import moto_patches, service_roles

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping

SERVICE = "lambda.amazonaws.com"
STREAM = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
_POSITIONS = ("TRIM_HORIZON", "LATEST")
_RANGES = {
    "BatchSize": (1, 10_000),
    "MaximumRetryAttempts": (-1, 10_000),
    "MaximumRecordAgeInSeconds": (-1, 604_800),
    "MaximumBatchingWindowInSeconds": (0, 300),
}
_UNSERVED = {"TumblingWindowInSeconds": (0,), "ParallelizationFactor": (1,)}
"""Settings that are not honoured, and those of their values that ask for nothing."""


def install() -> None:
    """Check mappings of DynamoDB's streams, and refuse those of Kinesis."""
    moto_patches.wrap(
        LambdaBackend,
        "create_event_source_mapping",
        _creating,
        fixes="maps streams that the function may not read, twice, and from no position",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaBackend,
        "update_event_source_mapping",
        _updating,
        fixes="takes settings out of range for streams",
        upstream=moto_patches.UNREPORTED,
    )


def is_stream(arn: str) -> bool:
    """Tell whether an event source is a stream of DynamoDB."""
    return arn.split(":")[2:3] == ["dynamodb"]


def _creating(create: Any) -> Any:
    def created(self: LambdaBackend, spec: dict[str, Any]) -> Any:
        arn = spec.get("EventSourceArn") or ""
        if arn.split(":")[2:3] == ["kinesis"]:
            raise NotImplementedError("mappings of Kinesis: streams of DynamoDB, and queues, are")
        if is_stream(arn) and spec.get("FunctionName"):
            _demand_position(spec.get("StartingPosition"))
            _demand_settings(spec)
            _demand_readable(self, spec["FunctionName"], arn)
        return create(self, spec)

    return created


def _updating(update: Any) -> Any:
    def updated(self: LambdaBackend, uuid: str, spec: dict[str, Any]) -> Any:
        mapping = self.get_event_source_mapping(uuid)
        if mapping is not None and is_stream(mapping.event_source_arn):
            _demand_settings(spec)
        return update(self, uuid, spec)

    return updated


def _demand_position(position: str | None) -> None:
    if position is None:
        raise InvalidParameterValueException(
            "StartingPosition is required for Amazon Kinesis and Amazon DynamoDB Stream event "
            "sources."
        )
    if position not in _POSITIONS:
        raise InvalidParameterValueException(
            f"Unsupported starting position for DynamoDB event source: {position}"
        )


def _demand_settings(spec: dict[str, Any]) -> None:
    for name, (least, most) in _RANGES.items():
        value = spec.get(name)
        if value is not None and not least <= int(value) <= most:
            raise InvalidParameterValueException(f"{name} {value} is not within {least} and {most}")
    for name, idle in _UNSERVED.items():
        if spec.get(name) not in {None, *idle}:
            raise NotImplementedError(f"{name} {spec[name]}: a shard is read by one run at a time")
    target = (spec.get("DestinationConfig") or {}).get("OnFailure", {}).get("Destination") or ""
    if target and target.split(":")[2:3] not in (["sqs"], ["sns"]):
        raise NotImplementedError(f"OnFailure {target}: queues and topics get failed batches here")


def _demand_readable(backend: LambdaBackend, name: str, stream: str) -> None:
    """Raise unless the function's role may read the stream, and nothing maps it there already."""
    function = backend.get_function(name)
    for operation in STREAM:
        if not service_roles.may(function.role, SERVICE, f"dynamodb:{operation}", stream):
            raise InvalidParameterValueException(
                f"Cannot access stream {stream}. Please ensure the role can perform the "
                "GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your "
                "stream in IAM."
            )
    for other in backend._event_source_mappings.values():
        if _same(other, function.function_arn, stream):
            raise JsonRESTError(
                "ResourceConflictException",
                f'The event source arn (" {stream} ") and function (" {name} ") provided mapping '
                "already exists. Please update or delete the existing mapping with UUID "
                f"{other.uuid}",
            )


def _same(mapping: EventSourceMapping, function: str, stream: str) -> bool:
    return mapping.event_source_arn == stream and mapping.function_arn == function
