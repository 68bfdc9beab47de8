"""What is written to a table reaches the function that its stream is mapped to."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

READING = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
ECHO = "def handle(event, context):\n    return event"
POISON = """
def handle(event, context):
    if any(r["dynamodb"]["Keys"]["id"]["S"] == "bad" for r in event["Records"]):
        raise ValueError("bad")
"""
PARTIAL = """
def handle(event, context):
    bad = [r for r in event["Records"] if r["dynamodb"]["Keys"]["id"]["S"] == "bad"]
    return {"batchItemFailures":
            [{"itemIdentifier": r["dynamodb"]["SequenceNumber"]} for r in bad]}
"""


@pytest.fixture
def fed(a_function, allow):
    """Return the resources of a function that is fed by a table."""

    def make(code=ECHO, *, rights=None, view="NEW_AND_OLD_IMAGES", table=(), **mapping):
        granted = [allow(READING), allow("dynamodb:ListStreams"), allow("sqs:SendMessage")]
        return {
            **a_function(code, *(granted if rights is None else rights)),
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "BillingMode": "PAY_PER_REQUEST",
                    "StreamSpecification": {"StreamViewType": view},
                    **dict(table),
                },
            },
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "EventSourceArn": {"Fn::GetAtt": ["Table", "StreamArn"]},
                    "FunctionName": {"Ref": "Function"},
                    "StartingPosition": "TRIM_HORIZON",
                    **mapping,
                },
            },
        }

    return make


LOST = {"OnFailure": {"Destination": {"Fn::GetAtt": ["Queue", "Arn"]}}}


@pytest.fixture
def put(cloud):
    def write(stack, *keys, **more):
        for key in keys:
            item = {"id": {"S": key}, **{name: {"S": text} for name, text in more.items()}}
            cloud.aws("dynamodb").put_item(TableName=stack["Table"], Item=item)

    return write


@pytest.fixture
def batches(cloud):
    """Return the keys that each run of the stack's function got."""

    def of(stack):
        cloud.settle()
        runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
        return ["".join(keys(run["event"]["Records"])) for run in runs]

    return of


def keys(records):
    return [f"{record['dynamodb']['Keys']['id']['S']} " for record in records]


def records(cloud, stack):
    cloud.settle()
    runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    return [record for run in runs for record in run["event"]["Records"]]


def test_a_function_sees_what_was_and_what_is(cloud, build, fed, put):
    stack = build(fed())
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    put(stack, "a", word="one")
    put(stack, "a", word="two")
    put(stack, "a", word="two")  # changes nothing: no record
    cloud.aws("dynamodb").delete_item(TableName=stack["Table"], Key={"id": {"S": "a"}})
    insert, modify, remove = records(cloud, stack)
    assert [r["eventName"] for r in (insert, modify, remove)] == ["INSERT", "MODIFY", "REMOVE"]
    assert modify["dynamodb"]["OldImage"] == {"id": {"S": "a"}, "word": {"S": "one"}}
    assert modify["dynamodb"]["NewImage"] == {"id": {"S": "a"}, "word": {"S": "two"}}
    assert "OldImage" not in insert["dynamodb"]
    assert "NewImage" not in remove["dynamodb"]
    assert insert["eventSource"] == "aws:dynamodb"
    assert insert["eventVersion"] == "1.1"
    assert insert["eventSourceARN"].startswith("arn:aws:dynamodb:us-east-1:123456789012:table/")
    assert insert["dynamodb"]["ApproximateCreationDateTime"] == float(int(cloud.now()))
    assert "userIdentity" not in remove


def test_what_expires_was_removed_by_dynamodb(cloud, build, fed):
    expiring = {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}}
    stack = build(fed(table=expiring))
    soon = {"N": str(int(cloud.now()) + 60)}
    cloud.aws("dynamodb").put_item(TableName=stack["Table"], Item={"id": {"S": "a"}, "until": soon})
    cloud.advance(120)
    _, removed = records(cloud, stack)
    assert removed["eventName"] == "REMOVE"
    assert removed["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_the_position_says_whether_the_function_sees_what_was_there(
    cloud, build, fed, put, batches
):
    resources = fed()
    mapping = resources.pop("Mapping")
    stack = build(resources)
    put(stack, "old")
    late = {**mapping, "Properties": {**mapping["Properties"], "StartingPosition": "LATEST"}}
    stack.update({**resources, "Mapping": late})
    put(stack, "new")
    assert batches(stack) == ["new "]
    stack.update(resources)
    stack.update({**resources, "Mapping": mapping})
    assert "".join(batches(stack)) == "new old new "


def test_a_batch_has_its_size_and_its_window(cloud, build, fed, put, batches):
    stack = build(fed(BatchSize=2, MaximumBatchingWindowInSeconds=60))
    put(stack, "a")
    assert batches(stack) == []
    put(stack, "b")  # it is full: it does not wait
    put(stack, "c")
    assert batches(stack) == ["a b "]
    cloud.advance(61)
    assert batches(stack) == ["a b ", "c "]


def test_filters_choose_the_records(build, fed, put, batches, cloud):
    pattern = json.dumps({"eventName": ["INSERT"], "dynamodb": {"Keys": {"id": {"S": ["a"]}}}})
    stack = build(fed(FilterCriteria={"Filters": [{"Pattern": pattern}]}))
    put(stack, "b", "a", "c")
    cloud.aws("dynamodb").delete_item(TableName=stack["Table"], Key={"id": {"S": "a"}})
    assert batches(stack) == ["a "]


def test_a_failing_batch_holds_the_shard_until_its_retries_are_over(
    cloud, build, fed, put, batches, drain
):
    stack = build(fed(POISON, BatchSize=1, MaximumRetryAttempts=2, DestinationConfig=LOST))
    put(stack, "bad", "good")
    assert batches(stack) == ["bad "]
    cloud.advance(1)
    assert batches(stack) == ["bad ", "bad "]
    cloud.advance(600)
    assert batches(stack) == ["bad ", "bad ", "bad ", "good "]
    (told,) = [json.loads(message["Body"]) for message in drain(stack["Queue"])]
    assert told["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert told["requestContext"]["approximateInvokeCount"] == 3
    about = told["DDBStreamBatchInfo"]
    assert about["batchSize"] == 1
    streams = cloud.aws("dynamodbstreams")
    shown = streams.describe_stream(StreamArn=about["streamArn"])["StreamDescription"]
    assert about["shardId"] == shown["Shards"][0]["ShardId"]
    assert about["startSequenceNumber"] == about["endSequenceNumber"]


def test_a_failing_batch_is_bisected_to_the_record_at_fault(cloud, build, fed, put, batches):
    window = {"MaximumBatchingWindowInSeconds": 30}
    stack = build(
        fed(POISON, BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, BatchSize=4, **window)
    )
    put(stack, "a", "bad", "c", "d")
    assert batches(stack) == ["a bad c d ", "a bad ", "a ", "bad ", "c d "]


def test_reported_failures_let_the_rest_come_again_from_the_first_on(
    cloud, build, fed, put, batches
):
    types = ["ReportBatchItemFailures"]
    window = {"MaximumBatchingWindowInSeconds": 30}
    stack = build(
        fed(PARTIAL, FunctionResponseTypes=types, MaximumRetryAttempts=1, BatchSize=3, **window)
    )
    put(stack, "a", "bad", "c")
    assert batches(stack) == ["a bad c "]
    cloud.advance(60)
    assert batches(stack) == ["a bad c ", "bad c "]


def test_records_that_are_too_old_are_given_up(cloud, build, fed, put, batches, drain):
    stack = build(fed(POISON, MaximumRecordAgeInSeconds=60, DestinationConfig=LOST))
    put(stack, "bad")
    assert batches(stack) == ["bad "]
    cloud.advance(600)
    count = len(batches(stack))
    assert count > 1
    (told,) = [json.loads(message["Body"]) for message in drain(stack["Queue"])]
    assert told["requestContext"]["condition"] == "RecordAgeExceeded"
    cloud.advance(600)
    assert len(batches(stack)) == count


def test_a_transaction_that_is_cancelled_leaves_no_record(cloud, build, fed, put, batches):
    stack = build(fed())
    put(stack, "there")
    table = stack["Table"]
    absent = {"ConditionExpression": "attribute_not_exists(id)"}
    with pytest.raises(ClientError, match="TransactionCanceled"):
        cloud.aws("dynamodb").transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": {"id": {"S": "undone"}}}},
                {"Put": {"TableName": table, "Item": {"id": {"S": "there"}}, **absent}},
            ]
        )
    put(stack, "after")
    assert "".join(batches(stack)) == "there after "


def test_a_mapping_is_changed_disabled_and_removed(cloud, build, fed, put, batches):
    stack = build(fed(BatchSize=5, MaximumRetryAttempts=3))
    before = stack["Mapping"]
    stack.update(fed(Enabled=False))
    assert stack["Mapping"] == before
    told = cloud.aws("lambda").get_event_source_mapping(UUID=before)
    assert (told["BatchSize"], told["MaximumRetryAttempts"]) == (100, -1)
    put(stack, "a")
    assert batches(stack) == []
    stack.update(fed(Enabled=True))
    assert batches(stack) == ["a "]
    stack.update({name: part for name, part in fed().items() if name != "Mapping"})
    put(stack, "b")
    assert batches(stack) == ["a "]


def test_another_view_is_another_stream_of_the_same_table(cloud, build, fed, put):
    stack = build(fed())
    table, mapping = stack["Table"], stack["Mapping"]
    put(stack, "a")
    cloud.settle()
    cloud.advance(1)
    stack.update(fed(view="KEYS_ONLY"))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert stack["Table"] == table
    assert stack["Mapping"] != mapping
    put(stack, "b")
    last = records(cloud, stack)[-1]["dynamodb"]
    assert (last["Keys"], "NewImage" in last) == ({"id": {"S": "b"}}, False)


def test_a_role_that_may_not_read_the_stream_makes_no_mapping(build, fed, allow):
    stack = build(fed(rights=[allow(READING[:2]), allow("dynamodb:ListStreams")]))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Cannot access stream" in reason for reason in stack.reasons())


def test_a_function_reads_a_stream_once(cloud, build, fed):
    stack = build(fed())
    found = cloud.aws("lambda").get_event_source_mapping(UUID=stack["Mapping"])
    with pytest.raises(ClientError, match=f"already exists.*{stack['Mapping']}"):
        cloud.aws("lambda").create_event_source_mapping(
            FunctionName=stack["Function"],
            EventSourceArn=found["EventSourceArn"],
            StartingPosition="LATEST",
        )


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"StartingPosition": None}, "StartingPosition is required"),
        ({"StartingPosition": "AT_TIMESTAMP"}, "Unsupported starting position"),
        ({"BatchSize": 10_001}, "Value '10001' at 'batchSize' failed"),
        ({"ParallelizationFactor": 2}, "ParallelizationFactor 2"),
        ({"TumblingWindowInSeconds": 30}, "TumblingWindowInSeconds"),
        ({"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::b"}}}, "OnFailure"),
        ({"EventSourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s"}, "Kinesis"),
    ],
)
def test_what_is_not_done_is_refused(cloud, build, fed, settings, reason):
    resources = fed()
    resources.pop("Mapping")
    stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
    stack = build(resources, Outputs={"Stream": {"Value": stream}})
    given = {
        "FunctionName": stack["Function"],
        "EventSourceArn": stack.outputs["Stream"],
        "StartingPosition": "LATEST",
        **settings,
    }
    given = {name: value for name, value in given.items() if value is not None}
    with pytest.raises(ClientError, match=reason):
        cloud.aws("lambda").create_event_source_mapping(**given)


def test_a_stream_that_is_switched_off_ends_and_the_table_goes_on(cloud, build, fed, put):
    stack = build(fed())
    client = cloud.aws("dynamodb")
    client.update_table(TableName=stack["Table"], StreamSpecification={"StreamEnabled": False})
    put(stack, "a")
    assert records(cloud, stack) == []
