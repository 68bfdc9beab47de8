"""What do AWS::DynamoDB resources become?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localcloud.cloudformation import table_changes
from localcloud.cloudformation.api_parameters import call, fitted, flag, tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    created,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_PITR = {"PointInTimeRecoveryEnabled": ANY, "RecoveryPeriodInDays": ANY}
_INDEX = {"IndexName": ANY, "KeySchema": ANY, "Projection": ANY}
_POLICY = {"PolicyDocument": ANY}
_SHAPE: Properties = {
    "TableName": ANY,
    "KeySchema": ANY,
    "AttributeDefinitions": ANY,
    "BillingMode": ANY,
    "GlobalSecondaryIndexes": [_INDEX],
    "LocalSecondaryIndexes": [_INDEX],
    "StreamSpecification": {"StreamViewType": ANY},
    "TimeToLiveSpecification": {"AttributeName": ANY, "Enabled": ANY},
}
_TABLE: Properties = {
    **_SHAPE,
    "GlobalSecondaryIndexes": [{**_INDEX, "ProvisionedThroughput": ANY}],
    "ProvisionedThroughput": ANY,
    "SSESpecification": {"SSEEnabled": ANY, "SSEType": ANY, "KMSMasterKeyId": ANY},
    "PointInTimeRecoverySpecification": _PITR,
    "DeletionProtectionEnabled": ANY,
    "ResourcePolicy": _POLICY,
    "Tags": ANY,
}
_REPLICA = {
    "Region": ANY,
    "ResourcePolicy": _POLICY,
    "PointInTimeRecoverySpecification": _PITR,
    "DeletionProtectionEnabled": ANY,
    "SSESpecification": {"KMSMasterKeyId": ANY},
    "Tags": ANY,
}
_GLOBAL: Properties = {
    **_SHAPE,
    "SSESpecification": {"SSEEnabled": ANY, "SSEType": ANY},
    "Replicas": [_REPLICA],
}


def _flat(properties: Properties) -> Properties:
    """Return a global table's properties as those of its one table in this region."""
    if "Replicas" not in properties:
        return properties
    if len(properties["Replicas"]) != 1:
        raise ValueError("The local cloud replicates no tables: a GlobalTable has one replica.")
    replica = dict(properties["Replicas"][0])
    replica.pop("Region")
    encryption = {**properties.get("SSESpecification", {}), **replica.pop("SSESpecification", {})}
    flat = {name: value for name, value in properties.items() if name != "Replicas"}
    return {**flat, **replica, **({"SSESpecification": encryption} if encryption else {})}


def _create(place: Place, properties: Properties) -> Made:
    given = {k: v for k, v in _flat(properties).items() if k != "ResourcePolicy"}  # put later
    name = given.get("TableName") or place.generated()
    pairs = [{"Key": key, "Value": value} for key, value in tags(given).items()]
    more: Properties = {"BillingMode": given.get("BillingMode", "PROVISIONED")}
    if "StreamSpecification" in given:
        more["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
    if "SSESpecification" in given:
        more["SSESpecification"] = _encryption(given["SSESpecification"])
    answer = call("dynamodb", "CreateTable", given, TableName=name, Tags=pairs, **more)
    table = answer["TableDescription"]
    attributes = {"Arn": table["TableArn"], "TableId": table.get("TableId")}
    return Made(name, {**attributes, "StreamArn": table.get("LatestStreamArn")})


def _encryption(value: Properties) -> Properties:
    given: Properties = {"Enabled": flag(value["SSEEnabled"])}
    if given["Enabled"]:
        given["SSEType"] = value.get("SSEType", "KMS")
    if "KMSMasterKeyId" in value:
        given["KMSMasterKeyId"] = value["KMSMasterKeyId"]
    return given


def _apply(place: Place, made: Made, properties: Properties) -> None:
    given, table, name = _flat(properties), place.aws("dynamodb"), made.physical_id
    if "TimeToLiveSpecification" in given:
        _time_to_live(table, name, given["TimeToLiveSpecification"])
    recovery = given.get("PointInTimeRecoverySpecification")
    if recovery:
        shape = table.meta.service_model.shape_for("PointInTimeRecoverySpecification")
        table.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=fitted(recovery, shape)
        )
    protected = flag(given.get("DeletionProtectionEnabled", False))
    table.update_table(TableName=name, DeletionProtectionEnabled=protected)
    if "ResourcePolicy" in given:
        _admit(table, made.attributes["Arn"], given["ResourcePolicy"])


def _admit(table: Any, arn: str, policy: Properties | None) -> None:
    """Give the table the policy that admits others, or take it away."""
    if policy:
        document = json.dumps(policy["PolicyDocument"])
        table.put_resource_policy(ResourceArn=arn, Policy=document)
    else:
        table.delete_resource_policy(ResourceArn=arn)


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    before, after = _flat(old), _flat(new)
    if table_changes.replaces(before, after):
        return None
    given = table_changes.in_place(before, after)
    if "SSESpecification" in given:
        given["SSESpecification"] = _encryption(given["SSESpecification"])
    if given:
        call("dynamodb", "UpdateTable", given, TableName=made.physical_id)
    _apply(place, made, {**_switched_off(before), **after})
    if _view(old) != _view(new):
        _stream(place, made, old, new)
    return made


def _switched_off(before: Properties) -> Properties:
    """Return what becomes of the table's features that the new template no longer has."""
    off: Properties = {}
    if "TimeToLiveSpecification" in before:
        off["TimeToLiveSpecification"] = {**before["TimeToLiveSpecification"], "Enabled": False}
    if "PointInTimeRecoverySpecification" in before:
        off["PointInTimeRecoverySpecification"] = {"PointInTimeRecoveryEnabled": False}
    if "ResourcePolicy" in before:
        off["ResourcePolicy"] = None
    return off


def _view(properties: Properties) -> Any:
    return properties.get("StreamSpecification", {}).get("StreamViewType")


def _stream(place: Place, made: Made, old: Properties, new: Properties) -> None:
    """Switch the old stream off and a new one on; a stream never changes what it shows."""
    client, name = place.aws("dynamodb"), made.physical_id
    if _view(old):
        client.update_table(TableName=name, StreamSpecification={"StreamEnabled": False})
    made.attributes["StreamArn"] = None
    if _view(new):
        wanted = {"StreamEnabled": True, "StreamViewType": _view(new)}
        answer = client.update_table(TableName=name, StreamSpecification=wanted)
        made.attributes["StreamArn"] = answer["TableDescription"]["LatestStreamArn"]


def _time_to_live(table: Any, name: str, value: Properties) -> None:
    shape = table.meta.service_model.shape_for("TimeToLiveSpecification")
    wanted = fitted(value, shape)
    had = table.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    enabled = had["TimeToLiveStatus"] == "ENABLED"
    if enabled and wanted["Enabled"] and had["AttributeName"] != wanted["AttributeName"]:
        now = f"current AttributeName is {had['AttributeName']}"
        raise ValueError(f"TimeToLive is active on a different AttributeName: {now}")
    if enabled != wanted["Enabled"]:
        table.update_time_to_live(TableName=name, TimeToLiveSpecification=wanted)


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("dynamodb").delete_table(TableName=made.physical_id)


def _refuses(properties: Properties) -> Iterator[tuple[str, str]]:
    replicas = properties.get("Replicas", [])
    if isinstance(replicas, list) and len(replicas) > 1:
        yield f"{len(replicas)} Replicas", "leave one: tables are not replicated here"


def install() -> None:
    """Register table and global table."""
    for name, shape in {"Table": _TABLE, "GlobalTable": _GLOBAL}.items():
        register(
            ResourceType(
                name=f"AWS::DynamoDB::{name}",
                honours=shape,
                attributes=("Arn", "StreamArn", *(["TableId"] if name == "GlobalTable" else [])),
                create=created(_create, _apply, _delete),
                update=_update,
                delete=_delete,
                refuses=_refuses,
            )
        )
