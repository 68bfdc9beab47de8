"""Who hears of a bucket's objects?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.things import Queue, outcome
from localcloud.truths.world import World

STRUCTURE = "Amazon S3 User Guide, Event message structure"
FILTERS = "Amazon S3 User Guide, Configuring event notifications using object key name filtering"
CREATED, REMOVED = "s3:ObjectCreated:*", "s3:ObjectRemoved:*"


def configuration(queue: Queue, event: str, **rules: str) -> dict[str, Any]:
    """Return the configuration of a queue for one event and these filter rules."""
    named = [{"Name": name, "Value": value} for name, value in rules.items()]
    filters = {"Filter": {"Key": {"FilterRules": named}}} if named else {}
    return {"QueueArn": queue.arn, "Events": [event], **filters}


def notified(world: World, *wanted: tuple[str, dict[str, str]]) -> tuple[str, Queue, str]:
    """Return a bucket, the queue that it admits, and what became of the configuration."""
    bucket, queue = world.bucket(), world.queue()
    queue.admit("s3", f"arn:aws:s3:::{bucket}")
    items = [configuration(queue, event, **rules) for event, rules in wanted]
    put = world.aws("s3").put_bucket_notification_configuration
    given = {"QueueConfigurations": items}
    return bucket, queue, outcome(put, Bucket=bucket, NotificationConfiguration=given)


def records(queue: Queue, count: int) -> list[dict[str, Any]]:
    """Return the records as soon as there are *count* of them, after the test event."""
    bodies = [json.loads(body) for body in queue.after(count + 1)]
    return [record for body in bodies for record in body.get("Records", [])]


@truth("s3", STRUCTURE, ["2.1", "aws:s3", "ObjectCreated:Put", "a+b.csv", 3],
       needs="s3 sqs")  # fmt: skip
def a_queue_gets_the_record_of_an_object(world: World) -> Any:
    """A notification is a record of version 2.1 with the event's name, and the key URL-encoded."""
    bucket, queue, _ = notified(world, (CREATED, {}))
    world.aws("s3").put_object(Bucket=bucket, Key="a b.csv", Body=b"123")
    (record,) = records(queue, 1)
    shown = record["s3"]["object"]
    about = [record["eventVersion"], record["eventSource"], record["eventName"]]
    return [*about, shown["key"], shown["size"]]


@truth("s3", "Amazon S3 User Guide, Enabling and configuring event notifications",
       ["Amazon S3", "s3:TestEvent"], needs="s3 sqs")  # fmt: skip
def a_configuration_is_tested(world: World) -> Any:
    """When notifications are configured S3 sends a test message to the queue."""
    _, queue, _ = notified(world, (CREATED, {}))
    (test,) = [json.loads(body) for body in queue.after(1)]
    return [test["Service"], test["Event"]]


@truth("s3", "Amazon S3 User Guide, Event notification types and destinations",
       ["ObjectRemoved:DeleteMarkerCreated", "ObjectRemoved:Delete"], needs="s3 sqs")  # fmt: skip
def a_delete_marker_is_told_from_a_deletion(world: World) -> Any:
    """Of a versioned object ObjectRemoved:Delete is sent when a version is permanently deleted."""
    bucket, queue, _ = notified(world, (REMOVED, {}))
    s3, where = world.aws("s3"), {"Bucket": bucket, "Key": "k"}
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    version = s3.put_object(**where, Body=b"1")["VersionId"]
    s3.delete_object(**where)
    s3.delete_object(**where, VersionId=version)
    return [record["eventName"] for record in records(queue, 2)]


@truth("s3", FILTERS, ["in/a.csv"], needs="s3 sqs")
def a_filter_is_a_prefix_and_a_suffix(world: World) -> Any:
    """Only objects whose keys have the prefix and the suffix are told of."""
    bucket, queue, _ = notified(world, (CREATED, {"prefix": "in/", "suffix": ".csv"}))
    for key in ("in/a.txt", "out/a.csv", "in/a.csv"):
        world.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"1")
    return [record["s3"]["object"]["key"] for record in records(queue, 1)]


@truth("s3", FILTERS, ["InvalidArgument", "InvalidArgument", "done"], needs="s3 sqs")
def filters_must_not_overlap(world: World) -> Any:
    """Overlapping prefixes are refused for one event type, but for suffixes that differ."""
    a, ab = {"prefix": "a"}, {"prefix": "ab"}
    csv, txt = {**a, "suffix": ".csv"}, {**a, "suffix": ".txt"}
    pairs = ((a, ab), (a, {"suffix": ".csv"}), (csv, txt))
    return [notified(world, *((CREATED, rules) for rules in pair))[2] for pair in pairs]


@truth("s3", "Amazon S3 User Guide, Event notification types and destinations: "
       "supported destinations", "InvalidArgument", needs="s3 sqs")  # fmt: skip
def a_fifo_queue_is_not_a_destination(world: World) -> Any:
    """FIFO queues are not supported as destinations of S3's notifications."""
    bucket, queue = world.bucket(), world.queue(".fifo", FifoQueue="true")
    queue.admit("s3", f"arn:aws:s3:::{bucket}")
    given = {"QueueConfigurations": [configuration(queue, CREATED)]}
    put = world.aws("s3").put_bucket_notification_configuration
    return outcome(put, Bucket=bucket, NotificationConfiguration=given)
