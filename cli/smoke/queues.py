"""Where does arrive what AWS sends on its own account? On a queue of this run's, that is read."""

from __future__ import annotations

import json
from typing import Any

from aws import identity
from aws.calls import ask
from cli.smoke.bench import Bench


def queue(bench: Bench, suffix: str, service: str, source: str) -> tuple[str, str]:
    """Make a queue to which *service* may send for *source*, an ARN; return its URL and its ARN."""
    name = bench.name(suffix)
    arn = identity.arn("sqs", name)
    sends = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": source}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [sends]})
    bench.journal.note("queue", name)
    made = ask(
        "sqs",
        "create_queue",
        name,
        QueueName=name,
        Attributes={"Policy": policy},
        tags=bench.tagged(),
    )
    return str(made["QueueUrl"]), arn


def received(url: str) -> dict[str, Any] | None:
    """Return the next message of a queue; None when there is none yet."""
    found = ask("sqs", "receive_message", url, QueueUrl=url, WaitTimeSeconds=1)
    for message in found.get("Messages", ()):
        ask("sqs", "delete_message", url, QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return dict(json.loads(message["Body"]))
    return None
