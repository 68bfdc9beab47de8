from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def queue(build):
    def make(**properties):
        return build({"Queue": {"Type": "AWS::SQS::Queue", "Properties": properties}})["Queue"]

    return make


def test_a_delayed_message_is_seen_when_its_time_has_come(cloud, queue, drain):
    url = queue()
    cloud.aws("sqs").send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
    due = cloud.now() + 900
    settled = cloud.settle()
    assert settled["next_due"] <= due + 1
    assert drain(url) == []
    cloud.advance(890)
    assert drain(url) == []
    cloud.advance(11)
    assert [message["Body"] for message in drain(url)] == ["later"]


def test_settle_names_the_delayed_message_as_next_due(cloud, queue):
    url = queue()
    cloud.aws("sqs").send_message(QueueUrl=url, MessageBody="soon", DelaySeconds=3)
    assert cloud.settle()["next_due"] == pytest.approx(cloud.now() + 3, abs=0.1)
    cloud.advance(4)


def test_a_queues_own_delay_holds_unless_the_message_has_one(cloud, queue, drain):
    url = queue(DelaySeconds=60)
    sqs = cloud.aws("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="queue's")
    sqs.send_message(QueueUrl=url, MessageBody="none", DelaySeconds=0)
    assert [message["Body"] for message in drain(url)] == ["none"]
    cloud.advance(61)
    assert [message["Body"] for message in drain(url)] == ["queue's"]


def test_no_message_of_a_fifo_queue_has_its_own_delay(cloud, queue):
    url = queue(FifoQueue=True, ContentBasedDeduplication=True)
    with pytest.raises(ClientError, match="not valid for this queue type") as refusal:
        cloud.aws("sqs").send_message(
            QueueUrl=url, MessageBody="a", MessageGroupId="g", DelaySeconds=5
        )
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterValue"


@pytest.mark.parametrize("seconds", [-1, 901])
def test_other_delays_are_refused(cloud, queue, seconds):
    with pytest.raises(ClientError, match=f"Value {seconds} for parameter DelaySeconds"):
        cloud.aws("sqs").send_message(QueueUrl=queue(), MessageBody="a", DelaySeconds=seconds)


def test_of_a_batch_only_the_bad_entry_fails(cloud, queue, drain):
    url = queue()
    answer = cloud.aws("sqs").send_message_batch(
        QueueUrl=url,
        Entries=[
            {"Id": "bad", "MessageBody": "bad", "DelaySeconds": 1000},
            {"Id": "good", "MessageBody": "good"},
        ],
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["good"]
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [("bad", True)]
    assert [message["Body"] for message in drain(url)] == ["good"]
