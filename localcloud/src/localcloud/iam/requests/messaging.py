"""What do calls of SQS, SNS and EventBridge need?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.iam import resources
from localcloud.iam.requests import redrive
from localcloud.iam.requests.call import Call, Want, request_tags
from localcloud.iam.requests.encrypted import encrypting

_BATCHES = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    "PublishBatch": "Publish",
}
_QUEUE_KEYS = {
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
}


def _action(call: Call) -> str:
    return f"{call.service}:{_BATCHES.get(call.operation, call.operation)}"


def sqs(call: Call) -> Iterator[Want]:
    """Ask for the queue, and its key for messages in or out."""
    if call.operation in redrive.OPERATIONS:
        yield from redrive.wants(call)
        return
    named = call.params.get("QueueUrl") or call.params.get("QueueName") or ""
    name = named.rstrip("/").split("/")[-1]
    action = _action(call)
    tags = call.params.get("tags") or call.params.get("Tags")
    yield Want(action, call.arn(name) if name else "*", request_tags(tags))
    held = resources.backend("sqs", call.account, call.region).queues.get(name)
    key = getattr(held, "kms_master_key_id", None)
    yield from encrypting(call, key, *_QUEUE_KEYS.get(action, ()))


def sns(call: Call) -> Iterator[Want]:
    """Ask for the topic (or the subscription), and the topic's key to publish."""
    name = call.params.get("Name")
    named = ("TopicArn", "TargetArn", "SubscriptionArn", "ResourceArn")
    arn = next((call.params[key] for key in named if call.params.get(key)), None)
    context: dict[str, Any] = request_tags(call.params.get("Tags"))
    for parameter in ("Protocol", "Endpoint"):
        if call.params.get(parameter):
            context[f"sns:{parameter}"] = call.params[parameter]
    yield Want(_action(call), arn or (call.arn(name) if name else "*"), context)
    topics = resources.backend("sns", call.account, call.region).topics
    held = topics.get(arn)
    key = getattr(held, "kms_master_key_id", None)
    if _action(call) == "sns:Publish":
        yield from encrypting(call, key, "kms:GenerateDataKey", "kms:Decrypt")


def events(call: Call) -> Iterator[Want]:
    """Each entry's bus with what the entry claims; rules and buses by their ARN."""
    if call.operation == "PutEvents":
        for entry in call.params.get("Entries", []):
            yield _entry(call, entry)
        return
    bus = _bus(call.params).split("/")[-1]
    rule = call.params.get("Rule") or (
        call.params.get("Name") if "Rule" in call.operation else None
    )
    resource = call.params.get("ResourceARN")
    if rule:
        resource = call.arn(f"rule/{rule}" if bus == "default" else f"rule/{bus}/{rule}")
    elif "EventBus" in call.operation and call.params.get("Name"):
        resource = call.arn(f"event-bus/{call.params['Name']}")
    yield Want(call.action, resource or "*", request_tags(call.params.get("Tags")))
    for target in call.params.get("Targets", []) if call.operation == "PutTargets" else []:
        if role := target.get("RoleArn"):
            yield Want("iam:PassRole", role, {"iam:PassedToService": "events.amazonaws.com"})


def _bus(params: Mapping[str, Any]) -> str:
    """Return the name or ARN of the bus that is meant."""
    return str(params.get("EventBusName") or "default")


def _entry(call: Call, entry: dict[str, str]) -> Want:
    bus = _bus(entry)
    arn = bus if bus.startswith("arn:") else call.arn(f"event-bus/{bus}")
    context = {"events:source": entry.get("Source"), "events:detail-type": entry.get("DetailType")}
    context["events:eventBusInvocation"] = "false"
    return Want("events:PutEvents", arn, context)
