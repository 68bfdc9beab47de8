from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"Type": "AWS::Made::Up"}, "the resource type AWS::Made::Up of Thing"),
        (
            {"Type": "AWS::SQS::Queue", "Properties": {"Colour": "red"}},
            "the property Colour of AWS::SQS::Queue Thing",
        ),
        (
            {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "BucketEncryption": {
                        "ServerSideEncryptionConfiguration": [{"BlockedEncryptionTypes": {}}]
                    }
                },
            },
            (
                "the property BucketEncryption.ServerSideEncryptionConfiguration[]"
                ".BlockedEncryptionTypes of AWS::S3::Bucket Thing"
            ),
        ),
        (
            {
                "Type": "AWS::SQS::Queue",
                "Properties": {"Fn::If": ["Big", {"Size": 1}, {"Ref": "AWS::NoValue"}]},
            },
            "the property Size of AWS::SQS::Queue Thing",
        ),
        (
            {"Type": "AWS::SQS::Queue", "CreationPolicy": {}},
            "the attribute CreationPolicy of AWS::SQS::Queue Thing",
        ),
    ],
    ids=["type", "property", "nested property", "property under a condition", "attribute"],
)
def test_what_is_not_honoured_is_refused_by_name(build, resource, words):
    with pytest.raises(ClientError, match="ValidationError") as refusal:
        build({"Thing": resource}, Conditions={"Big": {"Fn::Equals": ["a", "b"]}})
    assert words in str(refusal.value)


def test_a_refused_template_leaves_no_stack(cloud):
    template = '{"Resources": {"Thing": {"Type": "AWS::Made::Up"}}}'
    aws = cloud.aws("cloudformation")
    with pytest.raises(ClientError):
        aws.create_stack(StackName="refused", TemplateBody=template)
    with pytest.raises(ClientError, match="does not exist"):
        aws.describe_stacks(StackName="refused")


def test_an_unknown_section_is_refused(build):
    with pytest.raises(ClientError, match="the section Hooks"):
        build({"Queue": {"Type": "AWS::SQS::Queue"}}, Hooks={})


def test_a_reference_to_nothing_is_refused(build):
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Nowhere"}}}
    with pytest.raises(ClientError, match=r"Unresolved resource dependencies \[Nowhere\]"):
        build({"Queue": queue})


def test_resources_in_a_circle_are_refused(build):
    circle = {
        "One": {"Type": "AWS::SQS::Queue", "DependsOn": "Two"},
        "Two": {"Type": "AWS::SQS::Queue", "DependsOn": ["One"]},
    }
    with pytest.raises(ClientError, match="Circular dependency"):
        build(circle)


def test_what_the_api_would_lose_deep_inside_a_property_fails_the_stack_by_name(build):
    key = [{"AttributeName": "pk", "KeyType": "HASH", "Colour": "red"}]
    names = [{"AttributeName": "pk", "AttributeType": "S"}]
    stack = build(
        {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "KeySchema": key,
                    "AttributeDefinitions": names,
                    "BillingMode": "PAY_PER_REQUEST",
                },
            }
        }
    )
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("extraneous key [Colour] is not permitted" in each for each in stack.reasons())


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::SQS::Queue", {"QueueName": "taken"}),
        ("AWS::SNS::Topic", {"TopicName": "taken"}),
        ("AWS::SSM::Parameter", {"Name": "/taken", "Type": "String", "Value": "x"}),
        ("AWS::Events::Rule", {"Name": "taken", "EventPattern": {"source": ["taken"]}}),
    ],
)
def test_what_somebody_else_has_made_is_not_taken_over(build, resource_type, properties):
    resource = {"Thing": {"Type": resource_type, "Properties": properties}}
    first, second = build(resource), build(resource)
    assert first.status == "CREATE_COMPLETE"
    assert second.status == "ROLLBACK_COMPLETE"
    assert any("taken already exists" in each for each in second.reasons())


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        ("AWS::SQS::Queue", {}),
        ("AWS::SNS::Topic", {}),
        ("AWS::Logs::LogGroup", {}),
        ("AWS::KMS::Key", {"KeyPolicy": {"Version": "2012-10-17", "Statement": [ROOT]}}),
    ],
)
def test_other_tags_leave_a_resource_where_it_is(build, resource_type, properties):
    def tagged(*pairs):
        tags = [{"Key": key, "Value": value} for key, value in pairs]
        return {"Thing": {"Type": resource_type, "Properties": {**properties, "Tags": tags}}}

    stack = build(tagged(("team", "blue"), ("gone", "soon")))
    before = stack["Thing"]
    stack.update(tagged(("team", "red")))
    assert (stack.status, stack["Thing"]) == ("UPDATE_COMPLETE", before)
