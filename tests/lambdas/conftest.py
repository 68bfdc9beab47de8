"""Which AWS do the handlers meet? moto's, in process, with what the stacks would have made."""

from __future__ import annotations

import json

import boto3
import pytest
from moto import mock_aws

from aws import calls
from tests.lambdas.messages import message

REGION = "us-east-1"


@pytest.fixture(autouse=True)
def moto_cloud(monkeypatch):
    """Every test of this folder has an empty AWS of its own, and clients that know no other."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(calls, "OWN", calls.Caller(boto3))
    with mock_aws():
        yield


def bucket(name):
    boto3.client("s3").create_bucket(Bucket=name)
    boto3.client("s3").put_bucket_versioning(
        Bucket=name, VersioningConfiguration={"Status": "Enabled"}
    )
    return name


def table(name):
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def index(name):
    """Make a table with two keys."""
    keys = [{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")]
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=keys,
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def queue(name):
    """Return the URL and the ARN of a new queue."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, arn["Attributes"]["QueueArn"]


def drain(url):
    """Return the bodies of all messages on a queue, and take them off."""
    sqs, bodies = boto3.client("sqs"), []
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [json.loads(m["Body"]) for m in found]
        for each in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return bodies


def bus(name):
    """Make a bus called *name*; return the queue that hears all of it."""
    events = boto3.client("events")
    events.create_event_bus(Name=name)
    url, arn = queue("heard")
    pattern = '{"account": [{"exists": true}]}'
    events.put_rule(Name="all", EventBusName=name, EventPattern=pattern)
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "q", "Arn": arn}])
    return url


@pytest.fixture
def cloud():
    """Give the makers of buckets, tables and queues."""
    return type("Cloud", (), {k: staticmethod(v) for k, v in MAKERS.items()})


MAKERS = {
    "bucket": bucket,
    "table": table,
    "index": index,
    "queue": queue,
    "drain": drain,
    "bus": bus,
}


def batch_of(*bodies):
    """Wrap EventBridge envelopes as Lambda gets them from SQS."""
    return {"Records": [message(body, number) for number, body in enumerate(bodies)]}


@pytest.fixture(name="batch_of")
def batch_of_fixture():
    return batch_of


@pytest.fixture(scope="module")
def world():
    """Give what runs a test where models are registered, approved and served."""
    from tests.lambdas import serving  # noqa: PLC0415 - the local cloud is not for everybody here

    stage = serving.Stage()
    yield stage.run
    stage.close()
