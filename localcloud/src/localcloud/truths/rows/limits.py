"""How long may names, texts and lists be, and of which characters?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth, we_refuse
from localcloud.truths.things import outcome
from localcloud.truths.world import World

KEYS = "S3 User Guide, Naming Amazon S3 objects"
BUCKETS = "S3 User Guide, General purpose bucket naming rules"
GROUP = "SageMaker API Reference, CreateModelPackageGroup"
INVALID = "ValidationException"


@truth("s3", KEYS, ["done", "KeyTooLongError", "KeyTooLongError"])
def a_key_has_1024_bytes(world: World) -> Any:
    """A key has up to 1,024 bytes in UTF-8, however many characters these are."""
    s3, bucket = world.aws("s3"), world.bucket()
    keys = ("k" * 1024, "k" * 1025, "\u00e9" * 513)
    return [outcome(s3.put_object, Bucket=bucket, Key=key, Body=b"") for key in keys]


@we_refuse("moto's routes know no key with a line break")
@truth("s3", KEYS, "done")
def a_key_may_have_a_line_break(world: World) -> Any:
    """Any character of Unicode may be in a key, line breaks among them."""
    bucket = world.bucket()
    return outcome(world.aws("s3").put_object, Bucket=bucket, Key="a\nb", Body=b"")


@truth("s3", BUCKETS, ["InvalidBucketName"] * 6)
def a_bucket_is_named_as_a_host(world: World) -> Any:
    """A bucket's name is of lower case, no address, and without AWS's own prefixes and suffixes."""
    names = ("with_line", "192.168.5.4", "xn--bucket", "two..dots", "a-bucket-s3alias", "Upper")
    return [outcome(world.aws("s3").create_bucket, Bucket=name) for name in names]


@truth("s3", "S3 User Guide, Working with object metadata", ["done", "MetadataTooLarge"])
def metadata_have_two_kilobytes(world: World) -> Any:
    """What a user says of an object has up to 2 KB, names and values together."""
    s3, bucket = world.aws("s3"), world.bucket()
    return [
        outcome(s3.put_object, Bucket=bucket, Key="k", Body=b"", Metadata={"a": "x" * size})
        for size in (2000, 2100)
    ]


@truth("s3", "S3 API Reference, PutObjectTagging", "InvalidTag")
def a_tag_is_there_once(world: World) -> Any:
    """No two tags of an object have one key."""
    s3, bucket = world.aws("s3"), world.bucket()
    s3.put_object(Bucket=bucket, Key="k", Body=b"")
    tags = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    return outcome(s3.put_object_tagging, Bucket=bucket, Key="k", Tagging={"TagSet": tags})


@truth("sns", "SNS API Reference, Publish: Message", ["done", "InvalidParameter"])
def a_message_is_measured_in_bytes(world: World) -> Any:
    """A message has up to 262,144 bytes, and not characters."""
    sns = world.aws("sns")
    topic = sns.create_topic(Name=world.name())["TopicArn"]
    messages = ("\u00e9" * 131_072, "\u00e9" * 131_073)
    return [outcome(sns.publish, TopicArn=topic, Message=message) for message in messages]


@truth("events", "EventBridge API Reference, PutEventsRequestEntry", ["done", INVALID, INVALID])
def a_detail_type_has_128_characters(world: World) -> Any:
    """A detail type has up to 128 characters, a source up to 256."""
    good = {"Source": "ours", "DetailType": "d" * 128, "Detail": "{}"}
    entries = (good, {**good, "DetailType": "d" * 129}, {**good, "Source": "s" * 257})
    return [outcome(world.aws("events").put_events, Entries=[entry]) for entry in entries]


@truth("events", "EventBridge API Reference, PutRule", [INVALID] * 3)
def a_rule_is_named_in_64_characters(world: World) -> Any:
    """A rule's name has up to 64 letters, digits, dots, hyphens and underscores, its description
    512 characters."""
    good = {"Name": world.name(), "EventPattern": '{"source": ["ours"]}'}
    wrong: tuple[dict[str, str], ...] = (
        {"Name": "r" * 65}, {"Name": "two words"}, {"Description": "d" * 513}
    )  # fmt: skip
    return [outcome(world.aws("events").put_rule, **{**good, **each}) for each in wrong]


@truth("sagemaker", GROUP, [INVALID] * 7)
def a_group_is_named_described_and_tagged_within_limits(world: World) -> Any:
    """A group's name has 63 letters, digits and hyphens, its description 1,024 characters of one
    line, and it has 50 tags of 128 and 256 characters."""
    good = {"ModelPackageGroupName": world.name()}
    wrong: tuple[dict[str, Any], ...] = (
        {"ModelPackageGroupName": "g" * 64},
        {"ModelPackageGroupName": "under_score"},
        {"ModelPackageGroupDescription": "d" * 1025},
        {"ModelPackageGroupDescription": "two\nlines"},
        {"Tags": [{"Key": f"k{n}", "Value": "v"} for n in range(51)]},
        {"Tags": [{"Key": "k", "Value": "v" * 257}]},
        {"Tags": [{"Key": "k" * 129, "Value": "v"}]},
    )
    create = world.aws("sagemaker").create_model_package_group
    return [outcome(create, **{**good, **each}) for each in wrong]


@truth("iam", "IAM API Reference, CreateRole", ["ValidationError"] * 3)
def a_role_is_named_in_64_characters(world: World) -> Any:
    """A role's name has up to 64 characters, its description 1,000, and it has 50 tags."""
    trust = '{"Version": "2012-10-17", "Statement": []}'
    good = {"RoleName": world.name(), "AssumeRolePolicyDocument": trust}
    wrong: tuple[dict[str, Any], ...] = (
        {"RoleName": "r" * 65},
        {"Description": "d" * 1001},
        {"Tags": [{"Key": f"k{n}", "Value": "v"} for n in range(51)]},
    )
    return [outcome(world.aws("iam").create_role, **{**good, **each}) for each in wrong]


@truth("cloudwatch", "CloudWatch API Reference, PutMetricAlarm and PutMetricData",
       ["ValidationError"] * 4)  # fmt: skip
def alarms_and_metrics_are_named_in_255_characters(world: World) -> Any:
    """An alarm's name has up to 255 characters, its description 1,024; a metric's name 255, and a
    metric has 30 dimensions."""
    watch = world.aws("cloudwatch")
    alarm = {"AlarmName": world.name(), "MetricName": "m", "Namespace": "n", "Statistic": "Sum",
             "Period": 60, "EvaluationPeriods": 1, "Threshold": 1,
             "ComparisonOperator": "GreaterThanThreshold"}  # fmt: skip
    found = [
        outcome(watch.put_metric_alarm, **{**alarm, "AlarmName": "a" * 256}),
        outcome(watch.put_metric_alarm, **{**alarm, "AlarmDescription": "d" * 1025}),
    ]
    many = [{"Name": f"d{n}", "Value": "v"} for n in range(31)]
    for datum in ({"MetricName": "m" * 256}, {"MetricName": "m", "Dimensions": many}):
        data = [{**datum, "Value": 1}]
        found.append(outcome(watch.put_metric_data, Namespace="n", MetricData=data))
    return found


@truth("dynamodb", "DynamoDB Developer Guide, Quotas: item attributes", [INVALID, INVALID, INVALID])
def a_value_is_nested_in_32_levels(world: World) -> Any:
    """A table's name has 3 to 255 characters, a value 32 levels, and a set each thing once."""
    tables, table = world.aws("dynamodb"), world.name()
    key = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
           "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
           "BillingMode": "PAY_PER_REQUEST"}  # fmt: skip
    tables.create_table(TableName=table, **key)
    deep: dict[str, Any] = {"S": "x"}
    for _ in range(33):
        deep = {"L": [deep]}
    return [
        outcome(tables.put_item, TableName=table, Item={"pk": {"S": "a"}, "v": deep}),
        outcome(tables.put_item, TableName=table, Item={"pk": {"S": "a"}, "v": {"SS": ["a", "a"]}}),
        outcome(tables.create_table, TableName="ab", **key),
    ]
