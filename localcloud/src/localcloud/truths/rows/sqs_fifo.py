"""In which order, and how often, does a message of a FIFO queue come?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.rows.sqs import bodies
from localcloud.truths.things import outcome
from localcloud.truths.world import World

FIFO = "Amazon SQS Developer Guide, FIFO queue delivery logic"


@truth("sqs", FIFO, [["a1", "b1"], ["a2"]])
def a_group_waits_for_its_message_in_flight(world: World) -> Any:
    """While a message of a FIFO group is in flight, the group's next ones are not delivered."""
    queue = world.queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    for body in ("a1", "a2", "b1"):
        queue.send(body, MessageGroupId=body[0])
    first = queue.receive(MaxNumberOfMessages=1) + queue.receive(MaxNumberOfMessages=1)
    if sorted(bodies(first)) != ["a1", "b1"]:
        return bodies(first)
    world.aws("sqs").delete_message(QueueUrl=queue.url, ReceiptHandle=first[0]["ReceiptHandle"])
    return [sorted(bodies(first)), bodies(queue.receive())]


@truth("sqs", "Amazon SQS Developer Guide, Exactly-once processing in Amazon SQS", ["a", "b"])
def a_fifo_queue_takes_a_message_once(world: World) -> Any:
    """A second message with the same deduplication id within five minutes is not delivered."""
    queue = world.queue(".fifo", FifoQueue="true")
    for body, number in (("a", "1"), ("copy", "1"), ("b", "2")):
        queue.send(body, MessageGroupId="g", MessageDeduplicationId=number)
    return queue.after(2)


@truth("sqs", "SQS API Reference, SendMessage: MessageGroupId", ["MissingParameter"])
def a_fifo_queue_demands_a_group(world: World) -> Any:
    """SendMessage without a MessageGroupId fails on a FIFO queue."""
    queue = world.queue(".fifo", FifoQueue="true", ContentBasedDeduplication="true")
    return [outcome(queue.send, "a")]
