from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


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
