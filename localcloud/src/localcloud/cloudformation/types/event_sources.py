"""What does AWS::Lambda::EventSourceMapping become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)

_MAPPING = {
    "EventSourceArn": ANY,
    "FunctionName": ANY,
    "BatchSize": ANY,
    "MaximumBatchingWindowInSeconds": ANY,
    "FunctionResponseTypes": ANY,
    "FilterCriteria": {"Filters": [{"Pattern": ANY}]},
    "ScalingConfig": {"MaximumConcurrency": ANY},
    "Enabled": ANY,
    "StartingPosition": ANY,
    "BisectBatchOnFunctionError": ANY,
    "MaximumRetryAttempts": ANY,
    "MaximumRecordAgeInSeconds": ANY,
    "DestinationConfig": {"OnFailure": {"Destination": ANY}},
    "Tags": ANY,
}
_UNSET = {
    "MaximumBatchingWindowInSeconds": 0,
    "FunctionResponseTypes": [],
    "FilterCriteria": {"Filters": []},
    "ScalingConfig": {},
    "Enabled": True,
    "BisectBatchOnFunctionError": False,
    "MaximumRetryAttempts": -1,
    "MaximumRecordAgeInSeconds": -1,
    "DestinationConfig": {"OnFailure": {}},
}
"""What the settings are that a template has no more, but for those that depend on the source."""


def _map(_place: Place, properties: Properties) -> Made:
    answer = call("lambda", "CreateEventSourceMapping", properties, Tags=tags(properties))
    uuid = answer["UUID"]
    return Made(uuid, {"Id": uuid, "EventSourceMappingArn": answer["EventSourceMappingArn"]})


def _remap(_place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in ("EventSourceArn", "StartingPosition")):
        return None
    gone = set(old) - set(new)
    reset = {name: value for name, value in _UNSET.items() if name in gone}
    if "BatchSize" in gone:
        reset["BatchSize"] = 10 if ":sqs:" in new["EventSourceArn"] else 100
    given = {name: value for name, value in new.items() if name != "Tags"}
    call("lambda", "UpdateEventSourceMapping", {**reset, **given}, UUID=made.physical_id)
    return made


def _unmap(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("lambda").delete_event_source_mapping(UUID=made.physical_id)


def install() -> None:
    """Register the mapping of a queue or a table's stream to a function."""
    register(
        ResourceType(
            name="AWS::Lambda::EventSourceMapping",
            attributes=("Id", "EventSourceMappingArn"),
            honours=_MAPPING,
            create=_map,
            update=_remap,
            delete=_unmap,
        )
    )
