"""What does AWS::Events::EventBusPolicy become?"""

from __future__ import annotations

import json

from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)


def _bus(properties: Properties) -> str:
    return str(properties.get("EventBusName", "default")).split("/")[-1]


def _create(place: Place, properties: Properties) -> Made:
    made = Made(place.generated())
    _put(place, made, properties)
    return made


def _put(place: Place, _made: Made, properties: Properties) -> None:
    """Put one statement beside those of others: PutPermission takes the whole policy."""
    events, bus, sid = place.aws("events"), _bus(properties), properties["StatementId"]
    held = json.loads(events.describe_event_bus(Name=bus).get("Policy") or "{}")
    others = [each for each in held.get("Statement", []) if each.get("Sid") != sid]
    statement = {**properties["Statement"], "Sid": sid}
    policy = {"Version": "2012-10-17", "Statement": [*others, statement]}
    events.put_permission(EventBusName=bus, Policy=json.dumps(policy))


def _delete(place: Place, _made: Made, properties: Properties) -> None:
    place.aws("events").remove_permission(
        EventBusName=_bus(properties), StatementId=properties["StatementId"]
    )


def install() -> None:
    """Register the policy of an event bus."""
    register(
        ResourceType(
            name="AWS::Events::EventBusPolicy",
            honours={"EventBusName": ANY, "StatementId": ANY, "Statement": ANY},
            create=_create,
            update=applied(_put, "EventBusName", "StatementId"),
            delete=_delete,
        )
    )
