"""Ways through `stack_drift`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aws.items import serialized
from factory.events.aws import API_CALL
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.incidents.differences import OPEN, Record
from factory.stack_drift.kinds import KINDS
from localcloud.places import ACCOUNT
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.walk import Scene

EVERYTHING = {"check": "everything"}
RULE, FUNCTION, BUCKET = "AWS::Events::Rule", "AWS::Lambda::Function", "AWS::S3::Bucket"


def _call(*named: str) -> dict[str, Any]:
    """Return the message of a call that names some things by their physical ids."""
    detail = {
        "eventName": "SomeCall",
        "eventTime": "2026-01-01T00:00:00Z",
        "userIdentity": {"arn": f"arn:aws:iam::{ACCOUNT}:user/mallory"},
        "requestParameters": {"name": list(named)},
    }
    return {"detail-type": API_CALL, "detail": detail}


def _of(house: House, kind: str) -> list[str]:
    """Return the physical ids of all things of one kind, in the order of the stacks."""
    return [physical for _, each, physical in _things(house) if each == kind]


def _things(house: House) -> Iterator[tuple[str, str, str]]:
    """Yield the stack, the type and the physical id of everything that the stacks made."""
    listing = house.aws("cloudformation").get_paginator("list_stack_resources")
    for stack in house.setting("stack_drift", "STACKS").split(","):
        for page in listing.paginate(StackName=stack):
            for each in page["StackResourceSummaries"]:
                yield stack, each["ResourceType"], each["PhysicalResourceId"]


def _one_of_each(house: House) -> Any:
    """A call names one thing of each kind, and of buckets one that has a lock."""
    found = {kind: physical for _, kind, physical in _things(house) if kind in KINDS}
    return batch(_call(*{**found, BUCKET: house.outputs["LedgerBucket"]}.values()))


def _new_code(house: House) -> Any:
    """What is remembered of a function's code is of an earlier deployment."""
    name = _of(house, FUNCTION)[0]
    house.done("stack_drift", batch(_call(name)))
    table = house.setting("stack_drift", "CODES_TABLE")
    (item,) = house.aws("dynamodb").scan(TableName=table)["Items"]
    house.aws("dynamodb").put_item(TableName=table, Item={**item, "code": {"S": "earlier"}})
    return batch(_call(name))


def _disabled(house: House) -> Any:
    name = _of(house, RULE)[0]
    house.aws("events").disable_rule(**_rule(name))
    return batch(_call(name))


def _enabled(house: House) -> Any:
    """A rule is disabled, that is told, and it is enabled again."""
    told = _disabled(house)
    house.done("stack_drift", told)
    house.aws("events").enable_rule(**_rule(_of(house, RULE)[0]))
    return told


def _otherwise(house: House) -> Any:
    """A rule is disabled, that is told, and then it is deleted."""
    told = _disabled(house)
    house.done("stack_drift", told)
    where = _rule(_of(house, RULE)[0])
    rule = {**where, "Rule": where["Name"]}
    del rule["Name"]
    found = house.aws("events").list_targets_by_rule(**rule)["Targets"]
    house.aws("events").remove_targets(**rule, Ids=[target["Id"] for target in found])
    house.aws("events").delete_rule(**where)
    return told


def _rule(physical_id: str) -> dict[str, str]:
    bus, _, name = physical_id.rpartition("|")
    return {"Name": name, "EventBusName": bus} if bus else {"Name": name}


def _taken_away(house: House) -> Any:
    """What differed is not in its stack any more; everything else is as it was deployed."""
    stack = house.setting("stack_drift", "STACKS").split(",")[0]
    record = Record(
        thing=f"{ACCOUNT}/{stack}/TakenAway",
        status=OPEN,
        revision=2,
        number=1,
        about=f"stack/{stack}",
        what="it was changed",
        reason="it was changed by hand",
    )
    house.done("stack_drift", batch(EVERYTHING))
    table = house.setting("stack_drift", "DIFFERENCES_TABLE")
    house.aws("dynamodb").put_item(TableName=table, Item=serialized(record.item()))
    return batch(EVERYTHING)


_OPENED, _CLOSED = IncidentOpened.TYPE, IncidentClosed.TYPE
SCENES = (
    Scene("stack_drift", "calls name one thing of each kind", _one_of_each),
    Scene("stack_drift", "a function has the code of another deployment", _new_code),
    Scene("stack_drift", "a rule was disabled", _disabled, (_OPENED,)),
    Scene("stack_drift", "a change by hand was undone", _enabled, (_CLOSED,)),
    Scene("stack_drift", "a change by hand gave way to another", _otherwise, (_CLOSED, _OPENED)),
    Scene("stack_drift", "of everything, one thing is taken away", _taken_away, (_CLOSED,)),
)
