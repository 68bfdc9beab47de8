from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from localcloud.iam.documents import fault

GOOD = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}


def policy(**changed):
    statement = {name: part for name, part in {**GOOD, **changed}.items() if part is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (policy(), ""),
        (policy(Condition={"ForAllValues:StringLikeIfExists": {"a": "b"}}), ""),
        ("{x", "valid JSON"),
        ("[1]", "Missing required field Statement"),
        (policy(Effect="Perhaps"), "Invalid effect: Perhaps"),
        (policy(Principal=None), "Principal or NotPrincipal"),
        (policy(NotAction="s3:Get*"), "Action or NotAction"),
        (policy(Whom="*"), "Unknown field Whom"),
        (policy(Condition={"StringIs": {"a": "b"}}), "Invalid Condition type"),
        (policy(Condition={"ForSome:StringLike": {"a": "b"}}), "Invalid Condition type"),
    ],
)
def test_a_fault_of_a_policy_is_reported(text, words):
    assert words in fault(text)
    assert bool(fault(text)) == bool(words)


def test_no_service_stores_a_policy_that_would_never_hold(cloud):
    bad = policy(Condition={"StringIs": {"a": "b"}})
    cloud.aws("s3").create_bucket(Bucket="bad-policy")
    queue = cloud.aws("sqs").create_queue(QueueName="bad-policy")["QueueUrl"]
    topic = cloud.aws("sns").create_topic(Name="bad-policy")["TopicArn"]
    calls = [
        ("MalformedPolicy", "s3", "put_bucket_policy", {"Bucket": "bad-policy", "Policy": bad}),
        ("InvalidAttributeValue", "sqs", "set_queue_attributes",
         {"QueueUrl": queue, "Attributes": {"Policy": bad}}),
        ("InvalidParameter", "sns", "set_topic_attributes",
         {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": bad}),
        ("MalformedPolicyDocument", "kms", "create_key", {"Policy": bad}),
        ("MalformedPolicyDocument", "iam", "create_role",
         {"RoleName": "bad-policy", "AssumeRolePolicyDocument": bad}),
        ("MalformedPolicyDocument", "iam", "create_policy",
         {"PolicyName": "bad-policy", "PolicyDocument": policy()}),
    ]  # fmt: skip
    for code, service, operation, parameters in calls:
        with pytest.raises(ClientError, match=code):
            getattr(cloud.aws(service), operation)(**parameters)
