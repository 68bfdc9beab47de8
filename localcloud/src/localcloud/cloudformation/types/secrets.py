"""What does AWS::SecretsManager::Secret become?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.resource_types import (
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSWORD = (
    "ExcludeCharacters",
    "ExcludeLowercase",
    "ExcludeNumbers",
    "ExcludePunctuation",
    "ExcludeUppercase",
    "IncludeSpace",
    "PasswordLength",
    "RequireEachIncludedType",
)
_SHAPE = {
    **dict.fromkeys(("Name", "Description", "KmsKeyId", "SecretString", "Tags")),
    "GenerateSecretString": dict.fromkeys(
        (*_PASSWORD, "SecretStringTemplate", "GenerateStringKey")
    ),
}
_VALUES = ("SecretString", "GenerateSecretString")


class Contradiction(Exception):
    """Properties of a secret that exclude each other, or of which one needs another."""


def _value(properties: Properties) -> dict[str, str]:
    """Return the secret's text, if the template has one or wants one to be made."""
    if "SecretString" in properties:
        return {"SecretString": str(properties["SecretString"])}
    if "GenerateSecretString" not in properties:
        return {}
    wanted = properties["GenerateSecretString"] or {}
    given = {name: wanted[name] for name in _PASSWORD if name in wanted}
    password = call("secretsmanager", "GetRandomPassword", given)["RandomPassword"]
    if "SecretStringTemplate" not in wanted:
        return {"SecretString": password}
    whole = {**json.loads(wanted["SecretStringTemplate"]), wanted["GenerateStringKey"]: password}
    return {"SecretString": json.dumps(whole)}


def _demand_whole(properties: Properties) -> None:
    for wrong in _wrong(properties):
        raise Contradiction(wrong)


def _wrong(properties: Properties) -> Iterator[str]:
    if all(name in properties for name in _VALUES):
        yield "You can't specify both SecretString and GenerateSecretString"
    parts = ("SecretStringTemplate", "GenerateStringKey")
    wanted: Any = properties.get("GenerateSecretString") or {}
    if len([name for name in parts if name in wanted]) == 1:
        yield f"{' and '.join(parts)} need each other"


def _create(place: Place, properties: Properties) -> Made:
    _demand_whole(properties)
    given = {name: properties[name] for name in ("Description", "KmsKeyId") if name in properties}
    arn = place.aws("secretsmanager").create_secret(
        Name=properties.get("Name") or place.generated(),
        Tags=[{"Key": key, "Value": value} for key, value in tags(properties).items()],
        **given,
        **_value(properties),
    )["ARN"]
    return Made(arn, {"Id": arn})


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    """Change the secret; its value only if what the template says of it has changed."""
    if old.get("Name") != new.get("Name"):
        return None
    _demand_whole(new)
    given = {"Description": new.get("Description", ""), "KmsKeyId": new.get("KmsKeyId", "")}
    client = place.aws("secretsmanager")
    changed = any(old.get(name) != new.get(name) for name in _VALUES)
    client.update_secret(SecretId=made.physical_id, **given, **(_value(new) if changed else {}))
    return made


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("secretsmanager").delete_secret(
        SecretId=made.physical_id, ForceDeleteWithoutRecovery=True
    )


def install() -> None:
    """Register the secret."""
    register(
        ResourceType(
            name="AWS::SecretsManager::Secret",
            attributes=("Id",),
            honours=_SHAPE,
            create=_create,
            update=_update,
            delete=_delete,
        )
    )
