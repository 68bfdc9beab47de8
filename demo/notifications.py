"""Which notifications do people get? A queue subscribes to the alerts as their mail would."""

from __future__ import annotations

import json
from typing import Any

from demo.session import Session


def subscribe(session: Session, name: str) -> str:
    """Subscribe a queue called *name* to the alerts, and return its URL."""
    sqs, topic = session.aws("sqs"), session.output("AlertsTopicArn")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    session.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return url


def receive(session: Session, url: str) -> list[dict[str, Any]]:
    """Return the messages since the last call."""
    sqs = session.aws("sqs")
    received: list[dict[str, Any]] = []
    while batch := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        received += [json.loads(message["Body"]) for message in batch]
        for message in batch:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return received
