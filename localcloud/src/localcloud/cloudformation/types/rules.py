"""What do AWS::Events resources become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call, tags, text
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    created,
    register,
)

_TARGET = {
    "Arn": ANY,
    "Id": ANY,
    "RoleArn": ANY,
    "Input": ANY,
    "InputPath": ANY,
    "InputTransformer": {"InputPathsMap": ANY, "InputTemplate": ANY},
    "DeadLetterConfig": {"Arn": ANY},
    "RetryPolicy": {"MaximumRetryAttempts": ANY, "MaximumEventAgeInSeconds": ANY},
    "SqsParameters": {"MessageGroupId": ANY},
    "SageMakerPipelineParameters": {"PipelineParameterList": [{"Name": ANY, "Value": ANY}]},
}
_RULE = {
    "Name": ANY,
    "Description": ANY,
    "EventBusName": ANY,
    "EventPattern": ANY,
    "ScheduleExpression": ANY,
    "State": ANY,
    "Tags": ANY,
    "Targets": [_TARGET],
}


def _create_bus(place: Place, properties: Properties) -> Made:
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    given = {name: properties[name] for name in ("Name", "Description") if name in properties}
    arn = place.aws("events").create_event_bus(**given, Tags=pairs)["EventBusArn"]
    return Made(properties["Name"], {"Arn": arn, "Name": properties["Name"]})


def _delete_bus(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("events").delete_event_bus(Name=made.physical_id)


def _bus(properties: Properties) -> str:
    return str(properties.get("EventBusName", "default")).split("/")[-1]


def _put_rule(place: Place, made: Made, properties: Properties) -> None:
    given = {name: value for name, value in properties.items() if name != "Targets"}
    if "EventPattern" in given:
        given["EventPattern"] = text(given["EventPattern"])
    name = made.attributes["name"]
    given.update({"Name": name, "EventBusName": _bus(properties)})
    made.attributes["Arn"] = call("events", "PutRule", given)["RuleArn"]
    _put_targets(place, name, properties)


def _put_targets(place: Place, rule: str, properties: Properties) -> None:
    events, bus = place.aws("events"), _bus(properties)
    had = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    wanted = properties.get("Targets", [])
    gone = sorted({target["Id"] for target in had} - {target["Id"] for target in wanted})
    if gone:
        events.remove_targets(Rule=rule, EventBusName=bus, Ids=gone)
    if wanted:
        answer = call("events", "PutTargets", {"Targets": wanted}, Rule=rule, EventBusName=bus)
        if answer["FailedEntryCount"]:
            raise ValueError(f"PutTargets of rule {rule} failed: {answer['FailedEntries']}")


def _name_rule(place: Place, properties: Properties) -> Made:
    name = properties.get("Name") or place.generated(64)
    bus = _bus(properties)
    return Made(name if bus == "default" else f"{bus}|{name}", {"name": name})


def _delete_rule(place: Place, made: Made, properties: Properties) -> None:
    events, bus, name = place.aws("events"), _bus(properties), made.attributes["name"]
    if "Arn" not in made.attributes:
        return
    had = events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"]
    if had:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=[target["Id"] for target in had])
    events.delete_rule(Name=name, EventBusName=bus)


def install() -> None:
    """Register bus and rule."""
    register(
        ResourceType(
            name="AWS::Events::EventBus",
            attributes=("Arn", "Name"),
            honours=dict.fromkeys(("Name", "Description", "Tags")),
            create=_create_bus,
            delete=_delete_bus,
        )
    )
    register(
        ResourceType(
            name="AWS::Events::Rule",
            attributes=("Arn",),
            honours=_RULE,
            create=created(_name_rule, _put_rule, _delete_rule),
            update=applied(_put_rule, "Name", "EventBusName"),
            delete=_delete_rule,
        )
    )
