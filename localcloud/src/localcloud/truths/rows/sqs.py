"""When does a message come, again or never?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import Queue, in_time, outcome, until
from localcloud.truths.world import World

VISIBILITY = "Amazon SQS Developer Guide, Amazon SQS visibility timeout"
DEAD = "Amazon SQS Developer Guide, Using dead-letter queues"
REDRIVE = "Amazon SQS Developer Guide, Learn how to configure a dead-letter queue redrive"
QUOTAS = "Amazon SQS Developer Guide, Amazon SQS message quotas"


def bodies(messages: list[dict[str, Any]]) -> list[str]:
    """Return what is written in the messages."""
    return [message["Body"] for message in messages]


@truth("sqs", VISIBILITY, [["a"], [], ["a"], "2"])
def a_received_message_is_hidden_for_its_visibility_time(world: World) -> Any:
    """A message that was received and not deleted comes again after the visibility timeout."""

    def twice() -> tuple[Queue, list[list[str]]]:
        queue = world.queue(VisibilityTimeout="2")
        queue.send("a")
        return queue, [bodies(queue.receive()), bodies(queue.receive())]

    (queue, seen), _ = in_time(2, twice)
    asked = {"AttributeNames": ["ApproximateReceiveCount"]}
    again = until(lambda: queue.receive(**asked))
    return [*seen, bodies(again), again[0]["Attributes"]["ApproximateReceiveCount"]]


@truth("sqs", VISIBILITY, [["a"], ["a"]])
def a_visibility_of_zero_gives_the_message_back(world: World) -> Any:
    """ChangeMessageVisibility to 0 makes the message available at once."""
    queue = world.queue()
    queue.send("a")
    first = queue.receive()
    world.aws("sqs").change_message_visibility(
        QueueUrl=queue.url, ReceiptHandle=first[0]["ReceiptHandle"], VisibilityTimeout=0
    )
    return [bodies(first), bodies(until(queue.receive))]


def dying(world: World, times: int) -> Any:
    """Return a queue whose messages go to the second one after *times* receptions."""
    dead = world.queue()
    policy = {"deadLetterTargetArn": dead.arn, "maxReceiveCount": times}
    return world.queue(VisibilityTimeout="0", RedrivePolicy=json.dumps(policy)), dead


@truth("sqs", DEAD, [["a"], ["a"], [], ["a"]])
def a_message_goes_to_the_dead_after_so_many_receptions(world: World) -> Any:
    """After maxReceiveCount receptions a message is moved to the dead-letter queue."""
    queue, dead = dying(world, 2)
    queue.send("a")
    seen = [bodies(queue.receive()) for _ in range(3)]
    return [*seen, dead.after(1)]


@ministack_says(
    "StartMessageMoveTask: InvalidAction",
    "no opinion: MiniStack does not have the operation",
)
@truth("sqs", REDRIVE, [["a"], "COMPLETED"])
def a_redrive_brings_the_dead_back(world: World) -> Any:
    """StartMessageMoveTask moves messages back to the queue they came from."""
    queue, dead = dying(world, 1)
    queue.send("a")
    queue.receive()
    queue.receive()
    sqs = world.aws("sqs")
    sqs.start_message_move_task(SourceArn=dead.arn)
    queue.set(VisibilityTimeout="30")
    back = queue.after(1)
    found = until(lambda: sqs.list_message_move_tasks(SourceArn=dead.arn)["Results"],
                  lambda tasks: tasks[0]["Status"] == "COMPLETED")  # fmt: skip
    return [back, found[0]["Status"]]


@ministack_says(
    ["InvalidAction"],
    "no opinion: MiniStack does not have the operation",
)
@truth("sqs", REDRIVE, ["InvalidParameterValue"])
def a_redrive_starts_at_a_dead_letter_queue(world: World) -> Any:
    """StartMessageMoveTask refuses a source that is nobody's dead-letter queue."""
    queue = world.queue()
    return [outcome(world.aws("sqs").start_message_move_task, SourceArn=queue.arn)]


@truth("sqs", "Amazon SQS Developer Guide, Amazon SQS message timers", [["now"], ["now", "later"]])
def a_delayed_message_comes_later(world: World) -> Any:
    """A message with DelaySeconds stays invisible for that time."""

    def first() -> tuple[Queue, list[str]]:
        queue = world.queue()
        queue.send("later", DelaySeconds=2)
        queue.send("now")
        return queue, list(queue.after(1))

    (queue, seen), _ = in_time(2, first)
    return [seen, queue.after(2)]


@truth("sqs", "SQS API Reference, ReceiveMessage: WaitTimeSeconds", [["a"], True])
def a_long_poll_waits_for_a_message(world: World) -> Any:
    """ReceiveMessage with WaitTimeSeconds returns as soon as a message arrives."""
    longest = 20

    def waited() -> list[str]:
        queue = world.queue()
        queue.send("a", DelaySeconds=1)
        return bodies(queue.receive(WaitTimeSeconds=longest))

    return list(in_time(longest, waited))


@truth("sqs", QUOTAS, ["1048576", "done", "InvalidParameterValue"])
def a_message_is_of_a_mebibyte_at_most(world: World) -> Any:
    """A message may have 1,048,576 bytes, which is the default of MaximumMessageSize."""
    queue = world.queue()
    attributes = world.aws("sqs").get_queue_attributes(
        QueueUrl=queue.url, AttributeNames=["MaximumMessageSize"]
    )["Attributes"]
    most = 1_048_576
    sizes = [outcome(queue.send, "a" * size) for size in (most, most + 1)]
    return [attributes["MaximumMessageSize"], *sizes]


@truth("sqs", "SQS API Reference, SendMessageBatch",
       ["AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"])  # fmt: skip
def a_batch_has_ten_entries_of_different_ids(world: World) -> Any:
    """A batch holds at most ten entries, each with an id of its own."""
    queue, send = world.queue(), world.aws("sqs").send_message_batch
    batches = [range(11), (1, 1)]
    return [
        outcome(send, QueueUrl=queue.url, Entries=[{"Id": f"{n}", "MessageBody": "x"} for n in ids])
        for ids in batches
    ]


@truth("sqs", "SQS API Reference, CreateQueue", ["QueueAlreadyExists", "done"])
def a_queue_is_created_again_with_the_same_attributes_alone(world: World) -> Any:
    """CreateQueue of an existing name fails when an attribute is another."""
    sqs, name = world.aws("sqs"), world.name()
    sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "5"})
    return [
        outcome(sqs.create_queue, QueueName=name, Attributes={"VisibilityTimeout": seconds})
        for seconds in ("6", "5")
    ]


@ministack_says(
    ["InvalidAttributeValue", "InvalidAttributeValue", "done"],
    "QueueName's pattern has no dot but in .fifo (CreateQueue); MiniStack makes the queue",
)
@truth("sqs", "SQS API Reference, SetQueueAttributes; CreateQueue",
       ["InvalidAttributeValue", "InvalidAttributeValue", "InvalidParameterValue"])  # fmt: skip
def a_queues_attributes_have_their_ranges(world: World) -> Any:
    """A visibility timeout is of 12 hours at most, a delay of 15 minutes; .fifo ends the names of
    FIFO queues alone."""
    create = world.aws("sqs").create_queue
    wrong = [{"VisibilityTimeout": "43201"}, {"DelaySeconds": "901"}]
    return [
        *(outcome(create, QueueName=world.name(), Attributes=each) for each in wrong),
        outcome(create, QueueName=f"{world.name()}.fifo"),
    ]


@truth("sqs", "SQS API Reference, GetQueueUrl", ["AWS.SimpleQueueService.NonExistentQueue"])
def a_missing_queue_is_reported(world: World) -> Any:
    """GetQueueUrl of an unknown name fails with QueueDoesNotExist."""
    return [outcome(world.aws("sqs").get_queue_url, QueueName=world.name())]


@truth("sqs", "SQS API Reference, GetQueueAttributes", ["1", "1", "1"])
def a_queue_counts_what_waits_flies_and_is_delayed(world: World) -> Any:
    """The attributes tell how many messages are visible, in flight and delayed."""
    queue, names = world.queue(), ("", "NotVisible", "Delayed")
    for body in ("a", "b"):
        queue.send(body)
    queue.send("c", DelaySeconds=60)
    queue.receive(MaxNumberOfMessages=1)
    found = world.aws("sqs").get_queue_attributes(QueueUrl=queue.url, AttributeNames=["All"])
    return [found["Attributes"][f"ApproximateNumberOfMessages{name}"] for name in names]


@truth("sqs", "Amazon SQS API Reference, SetQueueAttributes", [True, "7", False, "7"])
def attributes_that_are_not_set_stay_as_they_are(world: World) -> Any:
    """SetQueueAttributes changes what it names: a policy stays until it is set to nothing."""
    queue, sqs = world.queue(), world.aws("sqs")

    def now() -> list[Any]:
        names = ["Policy", "VisibilityTimeout"]
        asked = {"QueueUrl": queue.url, "AttributeNames": names}
        found = sqs.get_queue_attributes(**asked)["Attributes"]
        return [bool(found.get("Policy")), found["VisibilityTimeout"]]

    who = {"Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue.arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [who]})
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": policy})
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"VisibilityTimeout": "7"})
    kept = now()
    sqs.set_queue_attributes(QueueUrl=queue.url, Attributes={"Policy": ""})
    return [*kept, *now()]
