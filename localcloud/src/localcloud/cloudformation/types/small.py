"""What do the types become that are one API call each, or none?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.problem import literals
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPES = {"String", "StringList"}


def _put_parameter(place: Place, made: Made, properties: Properties) -> None:
    given = {name: value for name, value in properties.items() if name != "Tags"}
    call("ssm", "PutParameter", given, Name=made.physical_id, Overwrite=True)
    made.attributes.update({"Type": properties["Type"], "Value": properties["Value"]})
    del place


def _create_parameter(place: Place, properties: Properties) -> Made:
    if properties["Type"] not in _TYPES:
        raise ValueError(f"{properties['Type']} is not a supported Type: {sorted(_TYPES)} are")
    made = Made(properties.get("Name") or place.generated())
    _put_parameter(place, made, properties)
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    if pairs:
        place.aws("ssm").add_tags_to_resource(
            ResourceType="Parameter", ResourceId=made.physical_id, Tags=pairs
        )
    return made


def _refuses_parameter(properties: Properties) -> Iterator[tuple[str, str]]:
    for kind in literals(properties.get("Type")):
        if kind not in _TYPES:
            yield f"the Type {kind}", f"choose of {sorted(_TYPES)}"


def _delete_parameter(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("ssm").delete_parameter(Name=made.physical_id)


def install() -> None:
    """Register SSM parameter and CDK metadata."""
    register(
        ResourceType(
            name="AWS::SSM::Parameter",
            attributes=("Type", "Value"),
            honours=dict.fromkeys(("Name", "Type", "Value", "Description", "Tier", "Tags")),
            create=_create_parameter,
            update=applied(_put_parameter, "Name", "Tags"),
            delete=_delete_parameter,
            refuses=_refuses_parameter,
        )
    )
    register(
        ResourceType(
            name="AWS::CDK::Metadata",
            honours={"Analytics": ANY},
            create=lambda place, _properties: Made(place.generated()),
            update=lambda _place, made, _old, _new: made,
        )
    )
