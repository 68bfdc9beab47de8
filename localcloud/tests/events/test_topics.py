from __future__ import annotations

import json


def subscription(protocol, endpoint):
    return {
        "Type": "AWS::SNS::Subscription",
        "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": protocol, "Endpoint": endpoint},
    }


def test_a_subscribed_function_runs_once_its_permission_admits_the_topic(cloud, build, a_function):
    code = "def handle(event, context):\n    return event['Records'][0]['Sns']"
    permission = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": "Function"},
            "Principal": "sns.amazonaws.com",
            "SourceArn": {"Ref": "Topic"},
        },
    }
    stack = build(
        {
            **a_function(code),
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Permission": permission,
            "Subscription": subscription("lambda", {"Fn::GetAtt": ["Function", "Arn"]}),
        }
    )
    cloud.aws("sns").publish(TopicArn=stack["Topic"], Message="hello", Subject="greeting")
    cloud.settle()
    name = stack["Function"]
    (run,) = [run for run in cloud.invocations() if run["function"] == name]
    assert run["answer"]["Message"] == "hello"
    assert run["answer"]["Subject"] == "greeting"
    assert run["answer"]["TopicArn"] == stack["Topic"]


def test_a_queue_that_does_not_admit_the_topic_gets_nothing(cloud, build, drain):
    stack = build(
        {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Subscription": subscription("sqs", {"Fn::GetAtt": ["Queue", "Arn"]}),
        }
    )
    cloud.aws("sns").publish(TopicArn=stack["Topic"], Message="hello")
    cloud.settle()
    assert drain(stack["Queue"]) == []
    assert "sqs:SendMessage" in cloud.failures()[-1]["traceback"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": "*",
            }
        ],
    }
    cloud.aws("sqs").set_queue_attributes(
        QueueUrl=stack["Queue"], Attributes={"Policy": json.dumps(policy)}
    )
    cloud.aws("sns").publish(TopicArn=stack["Topic"], Message="hello")
    cloud.settle()
    assert json.loads(drain(stack["Queue"])[0]["Body"])["Message"] == "hello"
