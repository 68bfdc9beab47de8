"""A bucket's events reach the queues, topics and functions that its configuration names."""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

ECHO = "def handle(event, context):\n    return event"
_numbers = itertools.count()


def get_att(name):
    return {"Fn::GetAtt": [name, "Arn"]}


def permission(function="Function"):
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": function},
            "Principal": "s3.amazonaws.com",
            "SourceAccount": {"Ref": "AWS::AccountId"},
        },
    }


def admitting(kind, plural, name, action):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": action,
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        "Type": f"AWS::{kind}",
        "Properties": {plural: [{"Ref": name}], "PolicyDocument": document},
    }


QUEUE = {
    "Queue": {"Type": "AWS::SQS::Queue"},
    "QueuePolicy": admitting("SQS::QueuePolicy", "Queues", "Queue", "sqs:SendMessage"),
}
TOPIC = {
    "Topic": {"Type": "AWS::SNS::Topic"},
    "TopicPolicy": admitting("SNS::TopicPolicy", "Topics", "Topic", "sns:Publish"),
}


def bucket(*after, versioned=False, **configuration):
    versioning = {"VersioningConfiguration": {"Status": "Enabled"}} if versioned else {}
    return {
        "Type": "AWS::S3::Bucket",
        "DependsOn": list(after),
        "Properties": {"NotificationConfiguration": configuration, **versioning},
    }


def rules(**values):
    return {"S3Key": {"Rules": [{"Name": name, "Value": text} for name, text in values.items()]}}


@pytest.fixture
def records(cloud, drain):
    """Return the records in a queue, without the test event."""

    def take(url):
        cloud.settle()
        bodies = [json.loads(message["Body"]) for message in drain(url)]
        return [record for body in bodies for record in body.get("Records", [])]

    return take


@pytest.fixture
def runs(cloud):
    def of(function):
        cloud.settle()
        found = [run["event"] for run in cloud.invocations() if run["function"] == function]
        return [record for event in found for record in event["Records"]]

    return of


def test_a_function_gets_the_records_of_the_objects_that_match(cloud, build, a_function, runs):
    wanted = {"Event": "s3:ObjectCreated:*", "Function": get_att("Function")}
    stack = build(
        {
            **a_function(ECHO),
            "Permission": permission(),
            "Bucket": bucket(
                "Permission",
                LambdaConfigurations=[{**wanted, "Filter": rules(prefix="in/", suffix=".csv")}],
            ),
        }
    )
    s3, name = cloud.aws("s3"), stack["Bucket"]
    for key in ("in/a b+ü.csv", "in/a.txt", "out/a.csv"):
        s3.put_object(Bucket=name, Key=key, Body=b"abc")
    (record,) = runs(stack["Function"])
    assert record["eventVersion"] == "2.1"
    assert record["eventSource"] == "aws:s3"
    assert record["awsRegion"] == "us-east-1"
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["s3"]["bucket"]["name"] == name
    assert record["s3"]["bucket"]["arn"] == f"arn:aws:s3:::{name}"
    shown = record["s3"]["object"]
    assert shown["key"] == "in/a+b%2B%C3%BC.csv"
    assert (shown["size"], len(shown["eTag"])) == (3, 32)
    assert set(shown) == {"key", "size", "eTag", "sequencer"}
    stack.delete()


def test_a_queue_is_tested_and_told_what_was_done(cloud, build, drain, records):
    configurations = [
        {"Event": event, "Queue": get_att("Queue")}
        for event in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    ]
    stack = build(
        {
            **QUEUE,
            "Bucket": bucket("QueuePolicy", versioned=True, QueueConfigurations=configurations),
        }
    )
    cloud.settle()
    (test,) = [json.loads(message["Body"]) for message in drain(stack["Queue"])]
    assert (test["Service"], test["Event"]) == ("Amazon S3", "s3:TestEvent")
    assert test["Bucket"] == stack["Bucket"]
    s3, where = cloud.aws("s3"), {"Bucket": stack["Bucket"], "Key": "k"}
    version = s3.put_object(**where, Body=b"a")["VersionId"]
    marker = s3.delete_object(**where)["VersionId"]
    s3.delete_object(**where, VersionId=version)
    found = records(stack["Queue"])
    told = [(record["eventName"], record["s3"]["object"].get("versionId")) for record in found]
    assert told == [
        ("ObjectCreated:Put", version),
        ("ObjectRemoved:DeleteMarkerCreated", marker),
        ("ObjectRemoved:Delete", version),
    ]
    sequencers = [record["s3"]["object"]["sequencer"] for record in found]
    assert sequencers == sorted(sequencers)


def test_a_topic_publishes_the_event(cloud, build, records):
    configuration = {"Event": "s3:ObjectCreated:Put", "Topic": {"Ref": "Topic"}}
    subscription = {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": get_att("Queue"),
            "RawMessageDelivery": True,
        },
    }
    admitted = json.loads(
        json.dumps(QUEUE["QueuePolicy"])
        .replace("s3.amazonaws.com", "sns.amazonaws.com")
        .replace("StringEquals", "StringLike")
    )
    stack = build(
        {
            **TOPIC,
            "Queue": QUEUE["Queue"],
            "QueuePolicy": admitted,
            "Subscription": subscription,
            "Bucket": bucket("TopicPolicy", TopicConfigurations=[configuration]),
        }
    )
    cloud.settle()
    cloud.aws("s3").put_object(Bucket=stack["Bucket"], Key="k", Body=b"a")
    (record,) = records(stack["Queue"])
    assert record["s3"]["object"]["key"] == "k"


def test_a_bucket_is_not_made_while_its_function_does_not_admit_s3(build, a_function):
    wanted = {"Event": "s3:ObjectCreated:*", "Function": get_att("Function")}
    stack = build({**a_function(ECHO), "Bucket": bucket(LambdaConfigurations=[wanted])})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Unable to validate the following" in reason for reason in stack.reasons())


def test_a_queue_is_told_of_tags_and_of_what_expires(cloud, build, records):
    events = ["s3:ObjectTagging:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
    wanted = [{"Event": event, "Queue": get_att("Queue")} for event in events]
    resources = {**QUEUE, "Bucket": bucket("QueuePolicy", QueueConfigurations=wanted)}
    resources["Bucket"]["Properties"]["LifecycleConfiguration"] = {
        "Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 1}]
    }
    stack = build(resources)
    s3, where = cloud.aws("s3"), {"Bucket": stack["Bucket"], "Key": "k"}
    s3.put_object(**where, Body=b"a", Tagging="with=it")
    s3.put_object_tagging(**where, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    cloud.advance(3 * 86_400)
    names = [record["eventName"] for record in records(stack["Queue"])]
    assert names == ["ObjectTagging:Put", "LifecycleExpiration:Delete"]


def test_a_queue_that_admits_the_bucket_no_more_gets_nothing(cloud, build, records):
    wanted = {"Event": "s3:ObjectCreated:*", "Queue": get_att("Queue")}
    stack = build({**QUEUE, "Bucket": bucket("QueuePolicy", QueueConfigurations=[wanted])})
    cloud.settle()
    cloud.aws("sqs").set_queue_attributes(QueueUrl=stack["Queue"], Attributes={"Policy": ""})
    cloud.aws("s3").put_object(Bucket=stack["Bucket"], Key="k", Body=b"a")
    assert records(stack["Queue"]) == []
    assert "sqs:SendMessage" in cloud.failures()[-1]["traceback"]


def test_an_update_changes_and_removes_the_configuration(cloud, build, records):
    def resources(**configuration):
        return {**QUEUE, "Bucket": bucket("QueuePolicy", **configuration)}

    one = {"Event": "s3:ObjectCreated:*", "Queue": get_att("Queue"), "Filter": rules(prefix="a")}
    stack = build(resources(QueueConfigurations=[one]))
    s3, name = cloud.aws("s3"), stack["Bucket"]
    stack.update(resources(QueueConfigurations=[{**one, "Filter": rules(prefix="b")}]))
    for key in ("a", "b"):
        s3.put_object(Bucket=name, Key=key, Body=b"")
    assert [record["s3"]["object"]["key"] for record in records(stack["Queue"])] == ["b"]
    stack.update(resources())
    s3.put_object(Bucket=name, Key="b", Body=b"")
    assert records(stack["Queue"]) == []
    assert stack["Bucket"] == name


def test_an_event_that_nothing_sends_is_refused_by_name(build):
    wanted = {"Event": "s3:Replication:*", "Queue": get_att("Queue")}
    with pytest.raises(ClientError, match="the Event s3:Replication"):
        build({**QUEUE, "Bucket": bucket("QueuePolicy", QueueConfigurations=[wanted])})


@pytest.fixture
def configure(cloud, build):
    """Put a configuration of a queue that admits S3; each part is a filter and its events."""
    stack = build(QUEUE)
    arn = f"arn:aws:sqs:us-east-1:123456789012:{stack['Queue'].rsplit('/', 1)[-1]}"

    def put(*parts, **more):
        s3, name = cloud.aws("s3"), f"notified-{next(_numbers)}"
        s3.create_bucket(Bucket=name)
        items = [
            {
                "QueueArn": arn,
                "Events": events,
                "Filter": {"Key": {"FilterRules": [{"Name": n, "Value": v} for n, v in filters]}},
            }
            for filters, events in parts
        ]
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": items}, **more
        )
        return s3.get_bucket_notification_configuration(Bucket=name)["QueueConfigurations"]

    return put


CREATED, PUT = ["s3:ObjectCreated:*"], ["s3:ObjectCreated:Put"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (([("prefix", "a")], CREATED), ([("prefix", "ab")], PUT)),
        (([("prefix", "a")], CREATED), ([("suffix", ".csv")], CREATED)),
        (([("suffix", "csv")], CREATED), ([("suffix", ".csv")], CREATED)),
        (([], CREATED), ([], PUT)),
    ],
)
def test_filters_that_overlap_are_refused(configure, one, other):
    with pytest.raises(ClientError, match=r"overlap.*") as refused:
        configure(one, other)
    assert refused.value.response["Error"]["Code"] == "InvalidArgument"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (([("Prefix", "a")], CREATED), ([("prefix", "b")], CREATED)),
        (([("prefix", "a"), ("suffix", "x")], PUT), ([("prefix", "a"), ("suffix", "y")], PUT)),
        (([], CREATED), ([], ["s3:ObjectRemoved:*"])),
    ],
)
def test_filters_apart_are_taken_and_told(configure, one, other):
    found = configure(one, other)
    assert [item["Events"] for item in found] == [one[1], other[1]]
    filters = [item.get("Filter", {}).get("Key", {}).get("FilterRules", []) for item in found]
    assert {rule["Name"] for rules in filters for rule in rules} <= {"Prefix", "Suffix"}


def test_what_the_api_would_pass_over_is_refused(configure):
    with pytest.raises(ClientError, match="s3:ReducedRedundancyLostObject"):
        configure(([], ["s3:ReducedRedundancyLostObject"]))
    with pytest.raises(ClientError, match="SkipDestinationValidation"):
        configure(([], CREATED), SkipDestinationValidation=True)
    assert configure(([], CREATED), SkipDestinationValidation=False)


def test_eventbridge_is_told_beside_the_others(cloud):
    s3, name = cloud.aws("s3"), f"notified-{next(_numbers)}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=name)
