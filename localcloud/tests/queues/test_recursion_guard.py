from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ROUND = """
import os
import boto3

def handle(event, context):
    for record in event["Records"]:
        number = int(record["body"])
        if number < 30:
            sqs, url = boto3.client("sqs"), os.environ["URL"]
            sqs.send_message(QueueUrl=url, MessageBody=str(number + 1))
"""


@pytest.fixture
def circle(build, a_function, allow):
    """Build a function that sends to the queue it is fed from."""

    def make(*, dead_letters=True, **properties):
        rights = allow([f"sqs:{it}Message" for it in ("Receive", "Delete", "Send")])
        reading = allow("sqs:GetQueueAttributes")
        variables = {"Variables": {"URL": {"Ref": "Queue"}}}
        redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
        policy = {"RedrivePolicy": redrive} if dead_letters else {}
        return build(
            {
                **a_function(ROUND, rights, reading, Environment=variables, **properties),
                "Dead": {"Type": "AWS::SQS::Queue"},
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": policy},
                "Mapping": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {
                        "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                        "FunctionName": {"Ref": "Function"},
                    },
                },
            }
        )

    return make


def begin(cloud, stack):
    cloud.aws("sqs").send_message(QueueUrl=stack["Queue"], MessageBody="1")
    return cloud.settle()


def runs(cloud, stack):
    name = stack["Function"]
    return sum(1 for run in cloud.invocations() if run["function"] == name)


def test_a_chain_is_stopped_after_sixteen_runs_and_buried(cloud, circle, drain):
    stack = circle()
    begin(cloud, stack)
    assert runs(cloud, stack) == 16
    assert [message["Body"] for message in drain(stack["Dead"])] == ["17"]
    client = cloud.aws("lambda")
    answer = client.get_function_recursion_config(FunctionName=stack["Function"])
    assert answer["RecursiveLoop"] == "Terminate"
    metrics = cloud.aws("cloudwatch").list_metrics(MetricName="RecursiveInvocationsDropped")
    names = [pair["Value"] for metric in metrics["Metrics"] for pair in metric["Dimensions"]]
    assert stack["Function"] in names


def test_a_chain_that_nobody_buries_is_lost_and_reported(cloud, circle):
    stack = circle(dead_letters=False)
    reported = [
        failure["traceback"]
        for failure in begin(cloud, stack)["failures"]
        if stack["Function"] in failure["traceback"]
    ]
    assert runs(cloud, stack) == 16
    assert len(reported) == 1
    assert "RecursiveLoop Allow" in reported[0]


def test_a_function_that_may_goes_on(cloud, circle):
    stack = circle(RecursiveLoop="Allow")
    begin(cloud, stack)
    assert runs(cloud, stack) == 30


def test_the_setting_can_be_changed_by_the_api(cloud, circle):
    stack, client = circle(), cloud.aws("lambda")
    client.put_function_recursion_config(FunctionName=stack["Function"], RecursiveLoop="Allow")
    begin(cloud, stack)
    assert runs(cloud, stack) == 30
    with pytest.raises(ClientError, match="RecursiveLoop is one of"):
        client.put_function_recursion_config(FunctionName=stack["Function"], RecursiveLoop="Maybe")


def test_new_chains_are_not_counted_together(cloud, circle, drain):
    stack = circle()
    sqs = cloud.aws("sqs")
    for _ in range(20):
        sqs.send_message(QueueUrl=stack["Queue"], MessageBody="30")
    cloud.settle()
    assert drain(stack["Dead"]) == []
