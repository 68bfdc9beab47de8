"""Is anything lost when a function cannot do its work, or hears of it twice?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from factory.events.incident import IncidentOpened
from story.data import TEST, land
from story.runner import Chapter, Unexpected
from story.session import Life

FUNCTION = "incident"
FILE = "nothing.csv.gz"


def _nothing_lost(life: Life) -> str:
    queues = queues_of(life, FUNCTION)
    before = len(_incidents(life))
    with forbidden(life, FUNCTION):
        land(life, TEST, FILE, b"")
        life.pass_time("the message to be set aside", lambda: waiting(life, queues["failed"]))
        alarm = life.pass_time("its alarm", lambda: alarms(life))
    if len(_incidents(life)) != before:
        raise Unexpected("the incident was kept by a function that may not keep it")
    life.aws("sqs").start_message_move_task(SourceArn=queues["failed"])
    life.standing.cloud.settle()
    kept = _incidents(life)
    if len(kept) != before + 1 or waiting(life, queues["failed"]):
        raise Unexpected(f"{len(kept) - before} incidents after the redrive")
    _again(life, queues["url"])
    if _incidents(life) != kept:
        raise Unexpected("a message that came twice did its work twice")
    return (
        f"five attempts failed, one message was set aside, alarm {alarm[0]}\n"
        "redriven: the incident is kept; the same message once more: nothing changed"
    )


@contextmanager
def forbidden(life: Life, function: str, action: str = "dynamodb:*") -> Iterator[None]:
    """Take a right away from a function, as a wrong change of a policy would."""
    iam, role = life.aws("iam"), _configuration(life, function)["Role"].rsplit("/", 1)[-1]
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    iam.put_role_policy(RoleName=role, PolicyName="mistake", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="mistake")


def _configuration(life: Life, function: str) -> dict[str, Any]:
    pages = life.aws("lambda").get_paginator("list_functions").paginate()
    functions = [f for page in pages for f in page["Functions"]]
    handler = f"lambdas/{function}/handler.handle"
    return dict(next(f for f in functions if f["Handler"] == handler))


def queues_of(life: Life, function: str) -> dict[str, str]:
    """Return the URL of the queue that feeds a function, and the ARN of where failures go."""
    sources = life.aws("lambda").list_event_source_mappings(
        FunctionName=_configuration(life, function)["FunctionName"]
    )["EventSourceMappings"]
    name = sources[0]["EventSourceArn"].rsplit(":", 1)[-1]
    url = life.aws("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    found = life.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    policy = json.loads(found["Attributes"]["RedrivePolicy"])
    return {"url": url, "failed": policy["deadLetterTargetArn"]}


def waiting(life: Life, arn: str) -> int:
    """Return how many messages of a queue can be seen."""
    sqs = life.aws("sqs")
    url = sqs.get_queue_url(QueueName=arn.rsplit(":", 1)[-1])["QueueUrl"]
    wanted = ["ApproximateNumberOfMessages"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)
    return int(found["Attributes"][wanted[0]])


def alarms(life: Life) -> list[str]:
    """Return the alarms that say that a message was set aside."""
    pages = life.aws("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    names = [a["AlarmName"] for page in pages for a in page["MetricAlarms"]]
    return [name for name in names if "Failed" in name]


def _incidents(life: Life) -> list[dict[str, Any]]:
    table = life.output("IncidentsTable")
    pages = life.aws("dynamodb").get_paginator("scan").paginate(TableName=table)
    return sorted((i for page in pages for i in page["Items"]), key=lambda i: str(i["pk"]))


def _again(life: Life, url: str) -> None:
    """Deliver the last incident once more, as EventBridge may."""
    event = life.events(IncidentOpened)[-1]
    body = {k: event[k] for k in ("id", "subject", "actor", "reason", "key", "detail")}
    envelope = {"detail-type": event["type"], "time": event["time"], "detail": body}
    life.aws("sqs").send_message(QueueUrl=url, MessageBody=json.dumps(envelope))
    life.standing.cloud.settle()


NOTHING_LOST = Chapter(
    title="Nothing is lost",
    expected="three failed attempts set a message aside, with an alarm; redriven, it is done, once",
    act=_nothing_lost,
)
