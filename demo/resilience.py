"""Is a message lost when a function fails, or processed twice when it is delivered twice?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo.data import TEST, land
from demo.runner import Step, Unexpected
from demo.session import Session
from factory.events.incident import IncidentOpened

FUNCTION = "incident"
FILE = "nothing.csv.gz"
FAILING = 2
"""Messages that fail: that a file was refused, and that somebody changed a role by hand."""
BY_HAND = "changed/"
"""Begins the ids of incidents about what somebody changed by hand."""


def _redrive(session: Session) -> str:
    queues = queues_of(session, FUNCTION)
    before, known = len(incidents(session)), session.event_ids()
    with without_permission(session, FUNCTION):
        land(session, TEST, FILE, b"")
        session.advance_until(
            "the messages to reach the dead-letter queue",
            lambda: visible_messages(session, queues["dlq"]) >= FAILING,
        )
        alarm = session.advance_until("its alarm", lambda: dlq_alarms(session))
    if len(incidents(session)) != before:
        raise Unexpected("a function without permission wrote the incident")
    session.aws("sqs").start_message_move_task(SourceArn=queues["dlq"])
    session.cloud.settle()
    after = incidents(session)
    if len(after) != before + 1 or visible_messages(session, queues["dlq"]):
        raise Unexpected(f"{len(after) - before} incidents after the redrive")
    _deliver_again(session, known, queues["url"])
    if incidents(session) != after:
        raise Unexpected("a message that was delivered twice was processed twice")
    return (
        f"every attempt failed, the message moved to the dead-letter queue, alarm {alarm[0]}\n"
        "redriven: the incident is recorded; delivered once more: nothing changed\n"
        f"what had caused it was noticed: {_noticed(session, known)}"
    )


@contextmanager
def without_permission(
    session: Session, function: str, action: str = "dynamodb:*"
) -> Iterator[None]:
    """Deny *action* to a function, as a mistaken policy change would."""
    iam, role = session.aws("iam"), _configuration(session, function)["Role"].rsplit("/", 1)[-1]
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    iam.put_role_policy(RoleName=role, PolicyName="mistake", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="mistake")


def _configuration(session: Session, function: str) -> dict[str, Any]:
    pages = session.aws("lambda").get_paginator("list_functions").paginate()
    functions = [f for page in pages for f in page["Functions"]]
    handler = f"lambdas/{function}/handler.handle"
    return dict(next(f for f in functions if f["Handler"] == handler))


def queues_of(session: Session, function: str) -> dict[str, str]:
    """Return the URL of a function's queue, and the ARN of its dead-letter queue."""
    sources = session.aws("lambda").list_event_source_mappings(
        FunctionName=_configuration(session, function)["FunctionName"]
    )["EventSourceMappings"]
    name = sources[0]["EventSourceArn"].rsplit(":", 1)[-1]
    url = session.aws("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    found = session.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(found["Attributes"]["RedrivePolicy"])
    return {"url": url, "dlq": policy["deadLetterTargetArn"]}


def visible_messages(session: Session, arn: str) -> int:
    """Return how many messages of a queue are visible."""
    sqs = session.aws("sqs")
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    wanted = ["ApproximateNumberOfMessages"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)
    return int(found["Attributes"][wanted[0]])


def dlq_alarms(session: Session) -> list[str]:
    """Return the alarms about messages in dead-letter queues."""
    pages = session.aws("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    names = [a["AlarmName"] for page in pages for a in page["MetricAlarms"]]
    return [name for name in names if "Failed" in name]


def incidents(session: Session) -> list[dict[str, Any]]:
    """Return what is in their table, but for what is told of a change by hand."""
    table = session.output("IncidentsTable")
    pages = session.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    found = [i for page in pages for i in page["Items"] if not i["pk"]["S"].startswith(BY_HAND)]
    return sorted(found, key=lambda i: str(i["pk"]))


def _noticed(session: Session, known: set[str]) -> str:
    """Return how people were told that somebody changed the function's role."""
    opened = session.new_events(known, IncidentOpened)
    reasons = [e["reason"] for e in opened if str(e["key"]).startswith(BY_HAND)]
    if not reasons:
        raise Unexpected("somebody changed a role by hand, and nobody noticed")
    return str(reasons[0]).partition(" (")[0]


def _deliver_again(session: Session, known: set[str], url: str) -> None:
    """Deliver the incident of the landed file again, as EventBridge may."""
    opened = session.new_events(known, IncidentOpened)
    event = next(e for e in opened if not str(e["key"]).startswith(BY_HAND))
    body = {k: event[k] for k in ("id", "subject", "actor", "reason", "key", "detail")}
    named = {"detail-type": event["type"], "source": event["source"], "time": event["time"]}
    envelope = {**named, "detail": body}
    session.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(envelope))
    session.cloud.settle()


REDRIVE = Step(
    title="Lose no message",
    expected="a failing message is dead-lettered, with an alarm; redriven, it is processed once",
    act=_redrive,
)
