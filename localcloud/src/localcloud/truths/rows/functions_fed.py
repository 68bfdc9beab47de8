"""When is a function fed from a queue?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.policies import allow
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.rows.functions import ECHO
from localcloud.truths.things import outcome
from localcloud.truths.world import World


@truth("lambda", "Lambda Developer Guide, Handling errors for an SQS event source: partial batch "
       "responses", [["bad"], ["bad"]], needs="lambda iam sqs")  # fmt: skip
def the_rest_of_a_batch_is_done(world: World) -> Any:
    """With ReportBatchItemFailures only the messages that are named come again."""
    code = (
        "def handle(event, context):\n"
        "    bad = [r['messageId'] for r in event['Records'] if r['body'] == 'bad']\n"
        "    return {'batchItemFailures': [{'itemIdentifier': each} for each in bad]}"
    )
    dead, grant = world.queue(), allow("sqs:*")
    policy = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1})
    queue = world.queue(RedrivePolicy=policy, VisibilityTimeout="10")
    name, aws = world.function(code, grant, Timeout=10), world.aws("lambda")
    for body in ("good", "bad"):
        queue.send(body)
    aws.create_event_source_mapping(
        FunctionName=name,
        EventSourceArn=queue.arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    return [list(dead.after(1)), dead.take()]


@ministack_says(
    ["done"],
    "the guide lists the three permissions; MiniStack does not ask for them",
)
@truth("lambda", "Lambda Developer Guide, Using Lambda with Amazon SQS: permissions",
       ["InvalidParameterValueException"], needs="lambda iam sqs")  # fmt: skip
def a_mapping_needs_a_role_that_may_receive(world: World) -> Any:
    """CreateEventSourceMapping refuses a function whose role may not receive from the queue."""
    name, queue = world.function(ECHO), world.queue()
    create = world.aws("lambda").create_event_source_mapping
    return [outcome(create, FunctionName=name, EventSourceArn=queue.arn)]


@ministack_says(
    ["done"],
    "Lambda says: Queue visibility timeout is less than Function timeout; MiniStack takes it",
)
@truth("lambda", "Lambda Developer Guide, Configuring a queue to use with Lambda: visibility "
       "timeout", ["InvalidParameterValueException"], needs="lambda iam sqs")  # fmt: skip
def a_queues_visibility_outlasts_the_functions_timeout(world: World) -> Any:
    """CreateEventSourceMapping refuses a queue that shows messages again before a run may end."""
    name = world.function(ECHO, allow("sqs:*"), Timeout=10)
    queue = world.queue(VisibilityTimeout="5")
    create = world.aws("lambda").create_event_source_mapping
    return [outcome(create, FunctionName=name, EventSourceArn=queue.arn)]


@truth("lambda", "Lambda Developer Guide, Using Lambda with Amazon SQS: batching behavior",
       ["InvalidParameterValueException"] * 2, needs="lambda iam sqs")  # fmt: skip
def a_large_batch_needs_a_window_and_fifo_has_none(world: World) -> Any:
    """More than 10 messages need a batching window of a second; FIFO queues have no window."""
    name, queue = world.function(ECHO, allow("sqs:*"), Timeout=10), world.queue()
    fifo = world.queue(".fifo", FifoQueue="true")
    create = world.aws("lambda").create_event_source_mapping
    window = {"MaximumBatchingWindowInSeconds": 1}
    return [
        outcome(create, FunctionName=name, EventSourceArn=queue.arn, BatchSize=11),
        outcome(create, FunctionName=name, EventSourceArn=fifo.arn, **window),
    ]
