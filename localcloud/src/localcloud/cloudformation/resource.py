"""How does moto's CloudFormation see a resource of ours?"""

from __future__ import annotations

from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError

from localcloud import moto_patches
from localcloud.cloudformation.resource_types import Made, Place, Properties, ResourceType, type_of


class Resource:
    """One made resource of one stack: what it was last made of, and its tags of the stack."""

    def __init__(
        self, place: Place, kind: ResourceType, properties: Properties, made: Made
    ) -> None:
        self.place = place
        self.kind = kind
        self.properties = properties
        self.made = made
        self.inherited: dict[str, str] = {}
        self.logical_resource_id = place.logical_id
        self.cf_resource_type = place.type

    @property
    def physical_resource_id(self) -> str:
        """Return what Ref gives."""
        return self.made.physical_id

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Leave it to the resource, which knows its attributes once it is made."""
        return bool(attr)

    def get_cfn_attribute(self, attribute: str) -> Any:
        """Return what GetAtt asks for, or the error moto words as AWS does."""
        if attribute not in self.made.attributes or not self.kind.gives(attribute):
            raise UnformattedGetAttTemplateException
        return self.made.attributes[attribute]


def install() -> None:
    """Make moto know our types and no others."""
    moto_patches.replace(
        parsing,
        "resource_class_from_type",
        _class_of,
        fixes="passes over types it does not know",
        upstream="policy: types are ours: each says what it honours, and others are refused",
    )


def _class_of(resource_type: str) -> type[Resource]:
    if type_of(resource_type) is None:
        raise ValidationError(
            message=f"Template format error: Unrecognized resource types: [{resource_type}]"
        )
    return Resource
