"""What does a resource become that a function of the template makes?"""

from __future__ import annotations

from localcloud.cloudformation import custom
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)


def _create(place: Place, properties: Properties) -> Made:
    return custom.ask(place, "Create", properties)


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if old["ServiceToken"] != new["ServiceToken"]:
        return None
    changed = custom.ask(place, "Update", new, made, old)
    if changed.physical_id != made.physical_id:  # a new one took its place: the old one goes
        _delete(place, made, old)
    return changed


def _delete(place: Place, made: Made, properties: Properties) -> None:
    custom.ask(place, "Delete", properties, made)


def install() -> None:
    """Register custom resources, whatever they are called after ``Custom::``."""
    register(
        ResourceType(
            name="AWS::CloudFormation::CustomResource",
            attributes=None,
            honours={"*": ANY},
            create=_create,
            update=_update,
            delete=_delete,
        )
    )
