"""Which changes of a table are made in place, and with what call? A new table has no items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from localcloud.cloudformation.resource_types import Properties

_FIXED = ("TableName", "KeySchema", "LocalSecondaryIndexes")
_CHANGED_BY_NAME = ("BillingMode", "ProvisionedThroughput", "SSESpecification")
ONE_AT_A_TIME = "Cannot perform more than one GSI creation or deletion in a single update"


def replaces(old: Properties, new: Properties) -> bool:
    """Tell whether AWS makes a new table: for other keys, or for a key of another type."""
    if any(old.get(name) != new.get(name) for name in _FIXED):
        return True
    before, after = _types(old), _types(new)
    return any(after.get(name, kind) != kind for name, kind in before.items())


def in_place(old: Properties, new: Properties) -> Properties:
    """Return the parameters of the UpdateTable that makes *new* of *old*; none when it is alike.

    Raises ValueError where AWS refuses: for two indexes at once, or an index with another key.
    """
    given = {name: new[name] for name in _CHANGED_BY_NAME if new.get(name, old.get(name)) !=
             old.get(name)}  # fmt: skip
    if "BillingMode" in old and "BillingMode" not in new and old["BillingMode"] != "PROVISIONED":
        given["BillingMode"] = "PROVISIONED"
    if "SSESpecification" in old and "SSESpecification" not in new:
        given["SSESpecification"] = {"SSEEnabled": False}
    if indexes := _indexes(old, new):
        given["GlobalSecondaryIndexUpdates"] = indexes
    if _types(old) != _types(new):
        given["AttributeDefinitions"] = new["AttributeDefinitions"]
    return given


def _types(properties: Properties) -> dict[str, str]:
    defined = properties.get("AttributeDefinitions", [])
    return {each["AttributeName"]: each["AttributeType"] for each in defined}


def _indexes(old: Properties, new: Properties) -> list[dict[str, Any]]:
    before, after = _by_name(old), _by_name(new)
    gone = [name for name in before if name not in after]
    made = [index for name, index in after.items() if name not in before]
    kept = [(before[name], index) for name, index in after.items() if name in before]
    if len(gone) + len(made) > 1 or any(_form(was) != _form(now) for was, now in kept):
        raise ValueError(ONE_AT_A_TIME)
    sized = [now for was, now in kept if "ProvisionedThroughput" in now and was != now]
    return [
        *({"Delete": {"IndexName": name}} for name in gone),
        *({"Create": index} for index in made),
        *({"Update": {name: index[name] for name in ("IndexName", "ProvisionedThroughput")}}
          for index in sized),
    ]  # fmt: skip


def _by_name(properties: Properties) -> dict[str, Properties]:
    return {each["IndexName"]: each for each in properties.get("GlobalSecondaryIndexes", [])}


def _form(index: Properties) -> Properties:
    return {name: value for name, value in index.items() if name != "ProvisionedThroughput"}
