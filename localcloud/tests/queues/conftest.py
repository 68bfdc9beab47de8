from __future__ import annotations

import pytest


@pytest.fixture
def dead_lettered(cloud, build, drain):
    """Return a queue and its dead-letter queue, to which these messages were moved."""

    def make(*bodies, fifo=False, **more):
        kind = {"FifoQueue": True, "ContentBasedDeduplication": True} if fifo else {}
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 1}
        queue = {"VisibilityTimeout": 30, "RedrivePolicy": redrive, **kind}
        stack = build(
            {
                "Dead": {"Type": "AWS::SQS::Queue", "Properties": kind},
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": queue},
                **more,
            },
            Outputs={name: {"Value": {"Fn::GetAtt": [name, "Arn"]}} for name in ("Dead", "Queue")},
        )
        dead_letter(cloud, stack["Queue"], *bodies, fifo=fifo)
        return stack

    return make


def dead_letter(cloud, url, *bodies, fifo=False):
    """Receive each message as often as the queue allows, and once more."""
    sqs = cloud.aws("sqs")
    for body in bodies:
        group = {"MessageGroupId": body[-1]} if fifo else {}
        sqs.send_message(QueueUrl=url, MessageBody=body, **group)
    while sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        pass
    cloud.advance(31)
    assert not sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")


@pytest.fixture
def count(cloud):
    """Return how many messages of a queue are visible."""

    def of(url):
        name = "ApproximateNumberOfMessages"
        answer = cloud.aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    return of
