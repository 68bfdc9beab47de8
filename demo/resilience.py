"""Is a message lost when a function fails, or processed twice when it is delivered twice?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo.data import TEST, land
from demo.runner import Step, Unexpected
from demo.session import Session
from factory.events.incident import IncidentOpened

FUNCTION = "incident"
FILE = "nothing.csv.gz"
ALLOWED = 180
"""Minutes in which a message fails five times: ingest's queue hides it for half an hour."""
BY_HAND = "changed/"
"""Begins the ids of incidents about what somebody changed by hand."""


def _redrive(session: Session) -> str:
    queues = queues_of(session, FUNCTION)
    before, known = len(incidents(session)), session.event_ids()
    with without_permission(session, FUNCTION):
        land(session, TEST, FILE, b"")
        set_aside(session, queues)
    alarm = session.advance_until("its alarm", lambda: queue_alarms(session, queues["dlq"]))
    if len(incidents(session)) != before:
        raise Unexpected("a function without permission wrote the incident")
    redrive(session, queues)
    after = incidents(session)
    if len(after) != before + 1:
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


def set_aside(session: Session, queues: dict[str, str]) -> None:
    """Let time pass until whatever a function was told has failed, and its queue is empty.

    Others speak meanwhile: that a permission was taken away by hand is an incident too.
    """

    def failed() -> bool:
        return messages(session, queues["dlq"]) > 0 and not messages(session, queues["url"])

    session.advance_until("the messages to be set aside", failed, minutes=ALLOWED)


def redrive(session: Session, queues: dict[str, str]) -> None:
    """Redrive what a function failed at until nothing is left, also of what fails late.

    A message whose last attempt has failed is set aside only when its queue shows it again.
    """

    def done() -> bool:
        if messages(session, queues["dlq"]):
            session.aws("sqs").start_message_move_task(SourceArn=queues["dlq"])
            session.cloud.settle()
        return not any(messages(session, queues[each]) for each in ("url", "dlq"))

    session.advance_until("what was redriven to be done", done, minutes=ALLOWED)


def messages(session: Session, queue: str) -> int:
    """Return how many messages a queue holds, by its ARN or URL: also those that it hides."""
    sqs = session.aws("sqs")
    url = sqs.get_queue_url(QueueName=re.split("[:/]", queue)[-1])["QueueUrl"]
    names = [f"ApproximateNumberOfMessages{each}" for each in ("", "NotVisible", "Delayed")]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


def queue_alarms(session: Session, queue: str) -> list[str]:
    """Return the alarms that ring about the messages of one queue, by its ARN or URL."""
    pages = session.aws("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    about = {"Name": "QueueName", "Value": re.split("[:/]", queue)[-1]}
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    return [a["AlarmName"] for a in alarms if about in a.get("Dimensions", [])]


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
