from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

FAILING = """
def handle(event, context):
    return [record["attributes"] for record in event["Records"]]
"""


@pytest.fixture
def moving(cloud):
    """Return the latest task of a dead-letter queue."""

    def of(stack):
        answer = cloud.aws("sqs").list_message_move_tasks(SourceArn=stack.outputs["Dead"])
        return answer["Results"][0]

    return of


def start(cloud, stack, **more):
    return cloud.aws("sqs").start_message_move_task(SourceArn=stack.outputs["Dead"], **more)


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]


def test_dead_lettered_messages_go_back_to_where_they_came_from(
    cloud, dead_lettered, drain, count, moving
):
    stack = dead_lettered("a", "b")
    assert (count(stack["Queue"]), count(stack["Dead"])) == (0, 2)
    start(cloud, stack)
    cloud.settle()
    task = moving(stack)
    started = task.pop("StartedTimestamp") / 1000
    assert started == pytest.approx(cloud.now(), abs=0.001)
    assert task == {
        "Status": "COMPLETED",
        "SourceArn": stack.outputs["Dead"],
        "ApproximateNumberOfMessagesMoved": 2,
        "ApproximateNumberOfMessagesToMove": 2,
    }
    assert count(stack["Dead"]) == 0
    assert {message["Body"] for message in drain(stack["Queue"])} == {"a", "b"}


def test_a_moved_message_is_a_new_one_and_reaches_the_function(
    cloud, dead_lettered, a_function, allow, count
):
    read = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
            "FunctionName": {"Ref": "Function"},
            "Enabled": False,
        },
    }
    stack = dead_lettered("again", **a_function(FAILING, read), Mapping=mapping)
    before = cloud.aws("sqs").receive_message(
        QueueUrl=stack["Dead"], VisibilityTimeout=0, MessageSystemAttributeNames=["All"]
    )["Messages"][0]
    assert before["Attributes"]["DeadLetterQueueSourceArn"] == stack.outputs["Queue"]
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    start(cloud, stack)
    cloud.settle()
    (record,) = cloud.invocations()[-1]["event"]["Records"]
    assert record["body"] == "again"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageId"] != before["MessageId"]
    assert int(record["attributes"]["SentTimestamp"]) > int(before["Attributes"]["SentTimestamp"])
    assert "DeadLetterQueueSourceArn" not in record["attributes"]
    assert count(stack["Queue"]) == count(stack["Dead"]) == 0


def test_messages_of_two_queues_each_find_their_own(cloud, dead_lettered, drain):
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 1}
    properties = {"VisibilityTimeout": 30, "RedrivePolicy": redrive}
    stack = dead_lettered("a", Other={"Type": "AWS::SQS::Queue", "Properties": properties})
    sqs = cloud.aws("sqs")
    sqs.send_message(QueueUrl=stack["Other"], MessageBody="b")
    sqs.receive_message(QueueUrl=stack["Other"])
    cloud.advance(31)
    assert "Messages" not in sqs.receive_message(QueueUrl=stack["Other"])
    start(cloud, stack)
    cloud.settle()
    found = {name: [item["Body"] for item in drain(stack[name])] for name in ("Queue", "Other")}
    assert found == {"Queue": ["a"], "Other": ["b"]}


def test_a_rate_is_kept_on_the_clouds_clock_and_a_task_can_be_cancelled(
    cloud, dead_lettered, count, moving
):
    stack = dead_lettered("a", "b", "c", "d", "e")
    handle = start(cloud, stack, MaxNumberOfMessagesPerSecond=2)["TaskHandle"]
    cloud.settle()
    assert count(stack["Queue"]) == 2
    task = moving(stack)
    assert (task["Status"], task["TaskHandle"]) == ("RUNNING", handle)
    assert task["MaxNumberOfMessagesPerSecond"] == 2
    cloud.advance(1.1)
    assert count(stack["Queue"]) == 4
    cancel = cloud.aws("sqs").cancel_message_move_task
    assert cancel(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"] == 4
    cloud.advance(5)
    assert (moving(stack)["Status"], count(stack["Dead"])) == ("CANCELLED", 1)
    assert "TaskHandle" not in moving(stack)
    assert refusal(cancel, TaskHandle=handle)[0].endswith("UnsupportedOperation")


def test_a_fifo_queue_keeps_groups_and_order(cloud, dead_lettered, drain):
    stack = dead_lettered("1A", "2A", "1B", fifo=True)
    cloud.advance(31)
    assert "Messages" not in cloud.aws("sqs").receive_message(QueueUrl=stack["Queue"])
    start(cloud, stack)
    cloud.settle()
    sqs = cloud.aws("sqs")
    got = sqs.receive_message(
        QueueUrl=stack["Queue"], MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )["Messages"]
    pairs = [(item["Attributes"]["MessageGroupId"], item["Body"]) for item in got]
    assert [body for group, body in pairs if group == "A"] == ["1A", "2A"]
    assert ("B", "1B") in pairs


def test_a_message_sent_to_the_dead_letter_queue_needs_a_destination(
    cloud, dead_lettered, drain, moving, count
):
    stack = dead_lettered(Custom={"Type": "AWS::SQS::Queue"})
    cloud.aws("sqs").send_message(QueueUrl=stack["Dead"], MessageBody="by hand")
    start(cloud, stack)
    cloud.settle()
    task = moving(stack)
    assert (task["Status"], task["FailureReason"]) == ("FAILED", "CouldNotDetermineMessageSource")
    assert count(stack["Dead"]) == 1
    arn = stack.outputs["Dead"].replace(stack["Dead"].split("/")[-1], "")
    start(cloud, stack, DestinationArn=arn + stack["Custom"].split("/")[-1])
    cloud.settle()
    assert moving(stack)["Status"] == "COMPLETED"
    assert [message["Body"] for message in drain(stack["Custom"])] == ["by hand"]


def test_a_destination_that_goes_ends_the_task(cloud, dead_lettered, moving):
    stack = dead_lettered("a", "b")
    start(cloud, stack, DestinationArn=stack.outputs["Queue"], MaxNumberOfMessagesPerSecond=1)
    cloud.settle()
    cloud.aws("sqs").delete_queue(QueueUrl=stack["Queue"])
    cloud.advance(2)
    task = moving(stack)
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("FAILED", 1)
    assert task["FailureReason"] == "AWS.SimpleQueueService.NonExistentQueue"


def test_refusals_have_aws_own_words(cloud, dead_lettered):
    stack, sqs = dead_lettered("a", "b"), cloud.aws("sqs")
    dead, queue = stack.outputs["Dead"], stack.outputs["Queue"]
    begin, cancel = sqs.start_message_move_task, sqs.cancel_message_move_task
    assert refusal(begin, SourceArn=queue) == (
        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.",
    )  # fmt: skip
    assert refusal(begin, SourceArn=dead + "x") == (
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    )  # fmt: skip
    assert refusal(begin, SourceArn=dead, DestinationArn=queue + "x") == (
        "ResourceNotFoundException",
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
    )  # fmt: skip
    begin(SourceArn=dead, MaxNumberOfMessagesPerSecond=1)
    assert refusal(begin, SourceArn=dead) == (
        "InvalidParameterValue",
        ("There is already a task running. Only one active task is allowed for a source queue arn "
         "at a given time."),
    )  # fmt: skip
    assert refusal(cancel, TaskHandle="no handle") == (
        "InvalidParameterValue", "Value for parameter TaskHandle is invalid.",
    )  # fmt: skip
    assert refusal(begin, SourceArn=dead, MaxNumberOfMessagesPerSecond=501)[0] == (
        "InvalidParameterValue"
    )
    cloud.advance(2)
