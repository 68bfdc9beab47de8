"""What do AWS::KMS resources become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import flag, tags, text
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

WINDOW_DAYS = 30


def _create(place: Place, properties: Properties) -> Made:
    given = {"Policy": text(properties["KeyPolicy"])} if "KeyPolicy" in properties else {}
    for name in ("KeySpec", "KeyUsage", "Description"):
        if name in properties:
            given[name] = properties[name]
    pairs = [{"TagKey": key, "TagValue": value} for key, value in tags(properties).items()]
    key = place.aws("kms").create_key(**given, Tags=pairs)["KeyMetadata"]
    return Made(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})


def _apply(place: Place, made: Made, properties: Properties) -> None:
    kms, key = place.aws("kms"), made.physical_id
    if "KeyPolicy" in properties:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=text(properties["KeyPolicy"]))
    if flag(properties.get("EnableKeyRotation", False)):
        kms.enable_key_rotation(KeyId=key)
    elif "EnableKeyRotation" in properties:
        kms.disable_key_rotation(KeyId=key)
    if flag(properties.get("Enabled", True)):
        kms.enable_key(KeyId=key)
    else:
        kms.disable_key(KeyId=key)


def _delete(place: Place, made: Made, properties: Properties) -> None:
    days = int(properties.get("PendingWindowInDays", WINDOW_DAYS))
    place.aws("kms").schedule_key_deletion(KeyId=made.physical_id, PendingWindowInDays=days)


def _create_alias(place: Place, properties: Properties) -> Made:
    name, key = properties["AliasName"], properties["TargetKeyId"]
    place.aws("kms").create_alias(AliasName=name, TargetKeyId=key)
    return Made(name)


def _update_alias(place: Place, made: Made, properties: Properties) -> None:
    place.aws("kms").update_alias(AliasName=made.physical_id, TargetKeyId=properties["TargetKeyId"])


def _delete_alias(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("kms").delete_alias(AliasName=made.physical_id)


def install() -> None:
    """Register key and alias."""
    register(
        ResourceType(
            name="AWS::KMS::Key",
            attributes=("Arn", "KeyId"),
            honours=dict.fromkeys(
                (
                    "KeyPolicy",
                    "EnableKeyRotation",
                    "Enabled",
                    "KeySpec",
                    "KeyUsage",
                    "Description",
                    "PendingWindowInDays",
                    "Tags",
                )
            ),
            create=created(_create, _apply, _delete),
            update=applied(_apply, "KeySpec", "KeyUsage", "Tags", "Description"),
            delete=_delete,
        )
    )
    register(
        ResourceType(
            name="AWS::KMS::Alias",
            honours={"AliasName": ANY, "TargetKeyId": ANY},
            create=_create_alias,
            update=applied(_update_alias, "AliasName"),
            delete=_delete_alias,
        )
    )
