"""What are people told? A queue that subscribes to the alerts hears it, as their mail would."""

from __future__ import annotations

import json
from typing import Any

from story.session import Life


def listen(life: Life, name: str) -> str:
    """Subscribe a queue called *name* to the alerts, and return its URL."""
    sqs, topic = life.aws("sqs"), life.output("AlertsTopicArn")
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
    life.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return url


def read(life: Life, url: str) -> list[dict[str, Any]]:
    """Return the messages since the last call."""
    sqs = life.aws("sqs")
    found: list[dict[str, Any]] = []
    while more := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in more]
        for message in more:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found
