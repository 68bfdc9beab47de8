"""A stack's tags reach what it makes, and so does the word of which stack it is of."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.conftest import IDENTITIES, Stack

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
KEYS = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def thing(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def arn(service, resource):
    return f"arn:aws:{service}:us-east-1:123456789012:{resource}"


def listed(cloud, service, operation, key="Tags", **which):
    return getattr(cloud.aws(service), operation)(**which)[key]


def of_function(cloud, name):
    return listed(cloud, "lambda", "list_tags", Resource=arn("lambda", f"function:{name}"))


def of_alarm(cloud, name):
    return listed(
        cloud, "cloudwatch", "list_tags_for_resource",
        ResourceARN=arn("cloudwatch", f"alarm:{name}"),
    )  # fmt: skip


def of_event(resource):
    def read(cloud, name):
        where = arn("events", resource.format(name))
        return listed(cloud, "events", "list_tags_for_resource", ResourceARN=where)

    return read


def of_table(cloud, name):
    where = arn("dynamodb", f"table/{name}")
    return listed(cloud, "dynamodb", "list_tags_of_resource", ResourceArn=where)


def of_log_group(cloud, name):
    return listed(cloud, "logs", "list_tags_log_group", "tags", logGroupName=name)


def of_parameter(cloud, name):
    about = {"ResourceType": "Parameter", "ResourceId": name}
    return listed(cloud, "ssm", "list_tags_for_resource", "TagList", **about)


def of_repository(cloud, name):
    where = arn("ecr", f"repository/{name}")
    return listed(cloud, "ecr", "list_tags_for_resource", "tags", resourceArn=where)


ALARM = {
    "Namespace": "N", "MetricName": "M", "EvaluationPeriods": 1, "Period": 60,
    "Statistic": "Sum", "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold",
}  # fmt: skip
EVERY = {
    "Alarm": (thing("CloudWatch::Alarm", **ALARM), of_alarm),
    "Bucket": (
        thing("S3::Bucket"),
        lambda cloud, name: listed(cloud, "s3", "get_bucket_tagging", "TagSet", Bucket=name),
    ),
    "Bus": (thing("Events::EventBus", Name="tagged-bus"), of_event("event-bus/{}")),
    "Group": (
        thing("SageMaker::ModelPackageGroup", ModelPackageGroupName="tagged-group"),
        lambda cloud, name: listed(cloud, "sagemaker", "list_tags", ResourceArn=name),
    ),
    "Key": (
        thing("KMS::Key"),
        lambda cloud, name: listed(cloud, "kms", "list_resource_tags", KeyId=name),
    ),
    "Logs": (thing("Logs::LogGroup"), of_log_group),
    "Parameter": (thing("SSM::Parameter", Type="String", Value="x"), of_parameter),
    "Policy": (
        thing("IAM::ManagedPolicy", PolicyDocument=DOCUMENT),
        lambda cloud, name: listed(cloud, "iam", "list_policy_tags", PolicyArn=name),
    ),
    "Queue": (
        thing("SQS::Queue"),
        lambda cloud, url: listed(cloud, "sqs", "list_queue_tags", QueueUrl=url),
    ),
    "Repository": (thing("ECR::Repository"), of_repository),
    "Role": (
        thing("IAM::Role", AssumeRolePolicyDocument=TRUST),
        lambda cloud, name: listed(cloud, "iam", "list_role_tags", RoleName=name),
    ),
    "Rule": (thing("Events::Rule", ScheduleExpression="rate(1 day)"), of_event("rule/{}")),
    "Secret": (
        thing("SecretsManager::Secret", SecretString="x"),
        lambda cloud, name: listed(cloud, "secretsmanager", "describe_secret", SecretId=name),
    ),
    "Table": (thing("DynamoDB::Table", **KEYS), of_table),
    "Topic": (
        thing("SNS::Topic"),
        lambda cloud, name: listed(cloud, "sns", "list_tags_for_resource", ResourceArn=name),
    ),
    "User": (
        thing("IAM::User"),
        lambda cloud, name: listed(cloud, "iam", "list_user_tags", UserName=name),
    ),
}


def flat(tags):
    """Return tags as a mapping, however an API lists them."""
    if isinstance(tags, dict):
        return tags
    return {
        tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in tags
    }


@pytest.fixture
def deploy(cloud):
    """Create a stack with tags, or update it."""
    names = iter(f"tagged-{n}" for n in range(100))

    def make(resources, stack=None, **tags):
        client = cloud.aws("cloudformation")
        call = client.update_stack if stack else client.create_stack
        name = stack.name if stack else next(names)
        call(
            StackName=name,
            TemplateBody=json.dumps({"Resources": resources}),
            Capabilities=IDENTITIES,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        return Stack(cloud, name)

    yield make
    for stack in cloud.aws("cloudformation").list_stacks()["StackSummaries"]:
        if stack["StackName"].startswith("tagged-") and "DELETE" not in stack["StackStatus"]:
            cloud.aws("cloudformation").delete_stack(StackName=stack["StackName"])


def system(stack, logical_id):
    stack_id = stack._aws.describe_stacks(StackName=stack.name)["Stacks"][0]["StackId"]
    about = {"stack-name": stack.name, "stack-id": stack_id, "logical-id": logical_id}
    return {f"aws:cloudformation:{name}": value for name, value in about.items()}


def test_every_type_has_the_tags_of_its_stack_and_follows_them(cloud, deploy, a_function):
    resources = {name: made for name, (made, _) in EVERY.items()} | a_function("x = 1")
    readers = {name: read for name, (_, read) in EVERY.items()}
    readers |= {"Function": of_function}
    stack = deploy(resources, team="a", stage="dev")
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    made = stack.resources()
    for name, read in readers.items():
        wanted = {"team": "a", "stage": "dev", **system(stack, name)}
        assert (name, flat(read(cloud, made[name]))) == (name, wanted)
    deploy(resources, stack, team="b")
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert stack.resources() == made
    for name, read in readers.items():
        assert (name, flat(read(cloud, made[name]))) == (name, {"team": "b", **system(stack, name)})


def own(**tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.mark.parametrize("name", ["Bucket", "Queue", "Table", "Alarm"])
def test_a_resources_own_tags_come_before_those_of_its_stack(cloud, deploy, name):
    resource, read = EVERY[name]

    def with_own(**tags):
        return {name: thing(resource["Type"].removeprefix("AWS::"), **resource["Properties"],
                            **({"Tags": own(**tags)} if tags else {}))}  # fmt: skip

    def found():
        tags = flat(read(cloud, stack[name]))
        return {key: text for key, text in tags.items() if not key.startswith("aws:")}

    stack = deploy(with_own(team="mine"), team="all", stage="dev")
    assert found() == {"team": "mine", "stage": "dev"}
    deploy(with_own(), stack, team="all", stage="dev")
    assert found() == {"team": "all", "stage": "dev"}
    deploy(with_own(stage="mine"), stack, team="all")
    assert found() == {"team": "all", "stage": "mine"}
    assert set(system(stack, name)) < set(flat(read(cloud, stack[name])))


def test_an_update_that_fails_gives_the_old_tags_back(cloud, deploy):
    queue = {"Queue": thing("SQS::Queue")}
    stack = deploy(queue, team="a")
    bad = {"Bad": {**thing("SQS::Queue", DelaySeconds=100_000), "DependsOn": "Queue"}}
    deploy({**queue, **bad}, stack, team="b", more="x")
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    read = EVERY["Queue"][1]
    assert flat(read(cloud, stack["Queue"])) == {"team": "a", **system(stack, "Queue")}
    told = cloud.aws("cloudformation").describe_stacks(StackName=stack.name)["Stacks"][0]["Tags"]
    assert flat(told) == {"team": "a"}


def test_a_buckets_system_tags_have_to_be_given_as_they_are(cloud, deploy):
    stack = deploy({"Bucket": thing("S3::Bucket")}, team="a")
    s3, name = cloud.aws("s3"), stack["Bucket"]
    held, read = system(stack, "Bucket"), EVERY["Bucket"][1]

    def put(**tags):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": own(**tags)})

    put(new="x", **held)
    assert flat(read(cloud, name)) == {"new": "x", **held}
    with pytest.raises(ClientError, match="cannot be removed"):
        put(new="x")
    with pytest.raises(ClientError, match="cannot be removed"):
        s3.delete_bucket_tagging(Bucket=name)
    for wrong in ({"aws:x": "y"}, dict.fromkeys(held, "other")):
        with pytest.raises(ClientError, match="cannot be added/updated"):
            put(**{**held, **wrong})
    assert flat(read(cloud, name)) == {"new": "x", **held}


def test_a_stack_within_a_stack_hands_the_tags_on(cloud, deploy):
    cloud.aws("s3").create_bucket(Bucket="tagged-templates")
    inner = json.dumps({"Resources": {"Queue": thing("SQS::Queue", QueueName="tagged-inner")}})
    cloud.aws("s3").put_object(Bucket="tagged-templates", Key="inner.json", Body=inner.encode())
    url = "https://tagged-templates.s3.amazonaws.com/inner.json"
    outer = {"Inner": thing("CloudFormation::Stack", TemplateURL=url)}
    stack = deploy(outer, team="a")
    assert stack.status == "CREATE_COMPLETE", stack.reasons()

    def team():
        url = cloud.aws("sqs").get_queue_url(QueueName="tagged-inner")["QueueUrl"]
        return flat(cloud.aws("sqs").list_queue_tags(QueueUrl=url)["Tags"])["team"]

    assert team() == "a"
    deploy(outer, stack, team="b")
    assert team() == "b"


def test_conditions_about_a_resources_tags_see_those_of_its_stack(cloud, deploy):
    iam = cloud.aws("iam")
    stack = deploy({"Queue": thing("SQS::Queue"), "User": thing("IAM::User")}, team="a")
    key = iam.create_access_key(UserName=stack["User"])["AccessKey"]
    mine = cloud.session(key["AccessKeyId"], key["SecretAccessKey"]).client("sqs")

    def may(value):
        statement = {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": value}},
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=stack["User"], PolicyName="p", PolicyDocument=document)
        try:
            mine.send_message(QueueUrl=stack["Queue"], MessageBody="x")
        except ClientError:
            return False
        return True

    assert (may("b"), may("a")) == (False, True)
    iam.delete_user_policy(UserName=stack["User"], PolicyName="p")
    iam.delete_access_key(UserName=stack["User"], AccessKeyId=key["AccessKeyId"])


def test_a_bucket_that_is_gone_leaves_no_tags_to_the_next_of_its_name(cloud, build):
    own = {"Bucket": thing("S3::Bucket", BucketName="once-more")}
    build(own).delete()
    stack = build(own)
    tags = listed(cloud, "s3", "get_bucket_tagging", "TagSet", Bucket="once-more")
    ids = {tag["Value"] for tag in tags if tag["Key"] == "aws:cloudformation:stack-name"}
    assert ids == {stack.name}
