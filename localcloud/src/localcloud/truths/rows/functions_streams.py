"""When is a function fed from a table's stream?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.policies import Statement, allow
from localcloud.truths.row import truth, we_refuse
from localcloud.truths.rows.functions import ECHO
from localcloud.truths.things import Queue, outcome
from localcloud.truths.world import World

GUIDE = "Lambda Developer Guide, Using AWS Lambda with Amazon DynamoDB"
READING = allow(
    [
        f"dynamodb:{action}"
        for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    ]
)
TELLING = """
import boto3
sqs = boto3.client("sqs")
def handle(event, context):
    for record in event["Records"]:
        key = record["dynamodb"]["Keys"]["pk"]["S"]
        if key == "bad":
            raise ValueError(key)
        sqs.send_message(QueueUrl="%s", MessageBody=record["eventName"] + " " + key)
"""


def streaming(world: World, view: str = "NEW_AND_OLD_IMAGES") -> tuple[str, str]:
    """Return a table with a stream, and the stream's ARN."""
    specification = {"StreamEnabled": True, "StreamViewType": view}
    table = world.table(StreamSpecification=specification)
    told = world.aws("dynamodb").describe_table(TableName=table)["Table"]
    return table, str(told["LatestStreamArn"])


def fed(world: World, queue: Queue, **settings: Any) -> tuple[str, str]:
    """Return a table that feeds a function which tells the queue, and the mapping's id."""
    table, stream = streaming(world)
    name = world.function(TELLING % queue.url, READING, allow("sqs:SendMessage"))
    given = {"StartingPosition": "TRIM_HORIZON", **settings}
    made = world.aws("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, **given
    )
    return table, str(made["UUID"])


def put(world: World, table: str, *keys: str) -> None:
    """Write items with these keys."""
    for key in keys:
        world.aws("dynamodb").put_item(TableName=table, Item={"pk": {"S": key}})


def mapped(world: World, stream: str, *statements: Statement, **settings: Any) -> str:
    """Return what becomes of a mapping of a function whose role has these statements."""
    create = world.aws("lambda").create_event_source_mapping
    name = world.function(ECHO, *statements)
    return outcome(create, FunctionName=name, EventSourceArn=stream, **settings)


@truth("lambda", GUIDE, ["INSERT a", "MODIFY a", "REMOVE a"], needs="lambda iam dynamodb sqs")
def a_function_sees_each_change_in_order(world: World) -> Any:
    """The records of an item reach the function in the order in which it was changed."""
    queue, client = world.queue(), world.aws("dynamodb")
    table, _ = fed(world, queue)
    put(world, table, "a")
    client.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    client.delete_item(TableName=table, Key={"pk": {"S": "a"}})
    return queue.after(3)


@truth("lambda", "Amazon DynamoDB Developer Guide, Change data capture for DynamoDB Streams",
       ["INSERT a", "INSERT b"], needs="lambda iam dynamodb sqs")  # fmt: skip
def a_write_that_changes_nothing_is_not_in_the_stream(world: World) -> Any:
    """A PutItem that does not change any data in an item writes no stream record."""
    queue = world.queue()
    table, _ = fed(world, queue)
    put(world, table, "a", "a", "b")
    return queue.after(2)


@truth("lambda", "Lambda API Reference, CreateEventSourceMapping: FilterCriteria", ["INSERT b"],
       needs="lambda iam dynamodb sqs")  # fmt: skip
def a_filter_chooses_the_records_of_a_stream(world: World) -> Any:
    """A record that no filter's pattern matches is not sent to the function."""
    queue = world.queue()
    pattern = json.dumps({"dynamodb": {"Keys": {"pk": {"S": ["b"]}}}})
    table, _ = fed(world, queue, FilterCriteria={"Filters": [{"Pattern": pattern}]})
    put(world, table, "a", "b")
    return queue.after(1)


@truth("lambda", "Lambda Developer Guide, Retain discarded records for a DynamoDB event source",
       ["RetryAttemptsExhausted", 1, 1, "INSERT good"],
       needs="lambda iam dynamodb sqs")  # fmt: skip
def a_batch_that_is_given_up_goes_to_the_destination(world: World) -> Any:
    """After its retries the batch's place in the stream goes to OnFailure; what follows goes on."""
    queue, lost = world.queue(), world.queue()
    target = {"OnFailure": {"Destination": lost.arn}}
    settings = {"BatchSize": 1, "MaximumRetryAttempts": 0, "DestinationConfig": target}
    table, _ = fed(world, queue, **settings)
    put(world, table, "bad", "good")
    (told,) = [json.loads(body) for body in lost.after(1)]
    about = told["requestContext"]
    size = told["DDBStreamBatchInfo"]["batchSize"]
    return [about["condition"], about["approximateInvokeCount"], size, *queue.after(1)]


@truth("lambda", GUIDE + ": execution role permissions",
       ["InvalidParameterValueException", "done"], needs="lambda iam dynamodb")  # fmt: skip
def a_stream_is_mapped_for_a_role_that_may_read_it(world: World) -> Any:
    """A mapping needs DescribeStream, GetRecords, GetShardIterator and ListStreams."""
    _, stream = streaming(world)
    latest = {"StartingPosition": "LATEST"}
    return [mapped(world, stream, **latest), mapped(world, stream, READING, **latest)]


@truth("lambda", "Lambda API Reference, CreateEventSourceMapping: StartingPosition",
       "InvalidParameterValueException", needs="lambda iam dynamodb")  # fmt: skip
def a_stream_needs_a_starting_position(world: World) -> Any:
    """StartingPosition is required for streams."""
    _, stream = streaming(world)
    return mapped(world, stream, READING)


@we_refuse("a shard is read by one run at a time; the refusal names ParallelizationFactor")
@truth("lambda", "Lambda API Reference, CreateEventSourceMapping: ParallelizationFactor", "done",
       needs="lambda iam dynamodb")  # fmt: skip
def a_shard_may_be_read_by_several_runs(world: World) -> Any:
    """ParallelizationFactor is the number of batches to process from each shard concurrently."""
    _, stream = streaming(world)
    settings = {"StartingPosition": "LATEST", "ParallelizationFactor": 2}
    return mapped(world, stream, READING, **settings)
