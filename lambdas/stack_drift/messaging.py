"""How are rules, buses, queues and topics read?"""

from __future__ import annotations

import json
from typing import Any

import aws
from factory.stack_drift.deployed import Resource


def rule(resource: Resource) -> dict[str, Any]:
    """Read a rule and its targets."""
    bus, _, name = resource.name.rpartition("/")
    where = {"EventBusName": bus} if bus else {}
    found = aws.ask("events", "describe_rule", name, Name=name, **where)
    pattern = found.get("EventPattern")
    targets = aws.ask("events", "list_targets_by_rule", name, Rule=name, **where)
    return {
        **found,
        "EventPattern": json.loads(pattern) if pattern else None,
        "Targets": targets["Targets"],
    }


def bus(resource: Resource) -> dict[str, Any]:
    """Read the policy of a bus."""
    found = aws.ask("events", "describe_event_bus", resource.name, Name=resource.name)
    return {"Policy": _parsed(found, "Policy")}


def queue(resource: Resource) -> dict[str, Any]:
    """Read the attributes of a queue."""
    found = aws.ask(
        "sqs",
        "get_queue_attributes",
        resource.name,
        QueueUrl=resource.physical_id,
        AttributeNames=["All"],
    ).get("Attributes", {})
    parsed = {name: _parsed(found, name) for name in ("Policy", "RedrivePolicy")}
    return {**found, **parsed}


def topic(resource: Resource) -> dict[str, Any]:
    """Read the attributes of a topic."""
    arn = resource.physical_id
    found = aws.ask("sns", "get_topic_attributes", arn, TopicArn=arn)["Attributes"]
    return {**found, "Policy": _parsed(found, "Policy")}


def _parsed(found: dict[str, Any], name: str) -> Any:
    return json.loads(found[name]) if found.get(name) else None
