"""How are others informed? Events on the bus, messages on queues, and notifications to people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from aws.calls import client, translated
from factory import reasons
from factory.errors import MalformedEvent, ServiceError
from factory.events.envelope import SOURCE_PREFIX
from factory.events.event import Event

SUBJECT, LINE, LINES = 99, 2000, 30  # characters, characters and lines; 240 KB in UTF-8
ENTRIES = 10  # PutEvents and SendMessageBatch take ten at a time


def emit(bus_name: str, function: str, *events: Event) -> None:
    """Put *events* on the factory's bus as *function*.

    Raises when the bus refuses one; MalformedEvent when *function* may not emit one, before any is
    put.
    """
    entries = [
        {
            "EventBusName": bus_name,
            "Source": f"{SOURCE_PREFIX}{function}",
            "DetailType": _type(event, function),
            "Detail": json.dumps(event.body(), sort_keys=True),
        }
        for event in events
    ]
    for start in range(0, len(entries), ENTRIES):
        _put_events(entries[start : start + ENTRIES])


def _type(event: Event, function: str) -> str:
    if function not in event.EMITTERS:
        emitters = ", ".join(event.EMITTERS) or "no function"
        raise MalformedEvent(
            f"{event.TYPE}: {function} may not emit it, {emitters} may; name it at the class"
        )
    if event.origin != f"{SOURCE_PREFIX}{function}":
        raise MalformedEvent(f"{event.TYPE}: actor is {event.actor}, and {function} emits it")
    return event.TYPE


def _put_events(entries: Sequence[Mapping[str, str]]) -> None:
    with translated(entries[0]["EventBusName"]):
        answer = client("events").put_events(Entries=entries)
    if answer["FailedEntryCount"]:
        refused = [e for e in answer["Entries"] if "ErrorCode" in e]
        raise ServiceError(f"PutEvents {entries[0]['EventBusName']}: {refused}")


def send(queue_url: str, body: Mapping[str, Any], *, delay: int = 0) -> None:
    """Put one message on a queue; it is seen after *delay* seconds, 900 at most."""
    with translated(queue_url):
        client("sqs").send_message(
            QueueUrl=queue_url, MessageBody=json.dumps(body), DelaySeconds=delay
        )


def send_text(queue_url: str, text: str) -> None:
    """Put a message on a queue as it came from another."""
    with translated(queue_url):
        client("sqs").send_message(QueueUrl=queue_url, MessageBody=text)


def send_many(queue_url: str, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Put messages on a queue, ten with each call; raise when the queue refuses one."""
    for start in range(0, len(bodies), ENTRIES):
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(body)}
            for number, body in enumerate(bodies[start : start + ENTRIES])
        ]
        with translated(queue_url):
            answer = client("sqs").send_message_batch(QueueUrl=queue_url, Entries=entries)
        if answer.get("Failed"):
            raise ServiceError(f"SendMessageBatch {queue_url}: {answer['Failed']}")


def publish(topic_arn: str, *, subject: str, message: str) -> None:
    """Notify the subscribers of a topic.

    SNS refuses subjects of 100 characters, with line breaks or with control characters, and
    messages of more than 256 KB; whatever goes into them, people are told.
    """
    lines = (reasons.shown(line, LINE) for line in message.split("\n")[:LINES])
    with translated(topic_arn):
        client("sns").publish(
            TopicArn=topic_arn, Subject=reasons.shown(subject, SUBJECT), Message="\n".join(lines)
        )
