"""Are calls of AWS's APIs told on the bus, and those that never will be refused?"""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

CALL = "AWS API Call via CloudTrail"
_numbers = itertools.count()


@pytest.fixture
def listening(cloud, build, drain):
    """Let a rule with this pattern send to a queue; return what takes the events from there."""

    def make(pattern, **rule):
        admit = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
        policy = {"PolicyDocument": {"Statement": [admit]}, "Queues": [{"Ref": "Queue"}]}
        stack = build(
            {
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
            }
        )
        name = f"trail-{next(_numbers)}"
        client, sqs = cloud.aws("events"), cloud.aws("sqs")
        asked = {"QueueUrl": stack["Queue"], "AttributeNames": ["QueueArn"]}
        arn = sqs.get_queue_attributes(**asked)["Attributes"]["QueueArn"]
        client.put_rule(Name=name, EventPattern=json.dumps(pattern), **rule)
        client.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

        def take():
            cloud.settle()
            return [json.loads(message["Body"])["detail"] for message in drain(stack["Queue"])]

        return take

    return make


def _document(action, **more):
    statement = {"Effect": "Allow", "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_call_is_told_with_who_made_it_and_what_came_of_it(cloud, listening):
    take = listening({"source": ["aws.sagemaker"], "detail-type": [CALL]})
    iam, role_name = cloud.aws("iam"), f"builder-{next(_numbers)}"
    trust = _document(["sts:AssumeRole", "sts:SetSourceIdentity"], Principal={"AWS": "*"})
    role = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=trust)["Role"]
    may = _document("sagemaker:CreateModelPackageGroup", Resource="*")
    iam.put_role_policy(RoleName=role_name, PolicyName="p", PolicyDocument=may)
    keys = cloud.aws("sts").assume_role(
        RoleArn=role["Arn"], RoleSessionName="ada", SourceIdentity="ada"
    )["Credentials"]
    acting = cloud.session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    client, name = acting.client("sagemaker"), f"group-{next(_numbers)}"
    client.create_model_package_group(ModelPackageGroupName=name)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_model_package_group(ModelPackageGroupName=name)
    cloud.aws("sagemaker").list_model_package_groups()  # only reads: told to nobody
    made, refused = take()
    assert made["eventName"] == "CreateModelPackageGroup"
    assert made["eventSource"] == "sagemaker.amazonaws.com"
    assert made["requestParameters"] == {"modelPackageGroupName": name}
    assert made["responseElements"]["modelPackageGroupArn"].endswith(name)
    assert "errorCode" not in made
    who = made["userIdentity"]
    assert (who["type"], who["arn"]) == (
        "AssumedRole",
        f"arn:aws:sts::123456789012:assumed-role/{role['RoleName']}/ada",
    )
    assert who["sessionContext"]["sessionIssuer"]["arn"] == role["Arn"]
    assert who["sessionContext"]["sourceIdentity"] == "ada"
    assert (refused["eventName"], refused["readOnly"]) == ("DeleteModelPackageGroup", False)
    assert refused["errorCode"].startswith("AccessDenied")


def test_cloudformations_own_calls_are_told_as_those_of_who_deploys(listening, build, a_function):
    take = listening({"source": ["aws.lambda", "aws.cloudformation"], "detail-type": [CALL]})
    build(a_function("def handle(event, context): pass"))
    told = {each["eventName"]: each for each in take()}
    assert "invokedBy" not in told["CreateStack"]["userIdentity"]
    made = told["CreateFunction20150331"]
    assert made["userIdentity"]["invokedBy"] == "cloudformation.amazonaws.com"
    assert made["userIdentity"]["arn"] == told["CreateStack"]["userIdentity"]["arn"]
    assert made["sourceIPAddress"] == "cloudformation.amazonaws.com"


def test_buckets_are_told_and_their_objects_are_not(cloud, listening):
    take, s3 = listening({"source": ["aws.s3"], "detail-type": [CALL]}), cloud.aws("s3")
    name = f"trail-bucket-{next(_numbers)}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    told = take()
    assert [each["eventName"] for each in told] == ["CreateBucket", "PutBucketVersioning"]
    assert told[0]["requestParameters"] == {"bucketName": name}


def test_what_only_reads_is_told_to_a_rule_that_wants_all(cloud, listening):
    pattern = {"source": ["aws.sqs"], "detail-type": [CALL]}
    usual = listening(pattern)
    every = listening(pattern, State="ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
    usual(), every()
    cloud.aws("sqs").list_queues(QueueNamePrefix="nothing")
    assert [each["eventName"] for each in usual()] == []
    assert [each["eventName"] for each in every()] == ["ListQueues"]


def test_secrets_are_not_told(cloud, listening):
    take = listening({"source": ["aws.secretsmanager"], "detail-type": [CALL]})
    cloud.aws("secretsmanager").create_secret(Name=f"s-{next(_numbers)}", SecretString="hush-hush")
    (told,) = take()
    assert told["requestParameters"]["secretString"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert "hush-hush" not in json.dumps(told)


@pytest.mark.parametrize(
    "pattern",
    [
        {"source": ["aws.s3"], "detail-type": [CALL], "detail": {"eventName": ["PutObject"]}},
        {
            "detail-type": [CALL],
            "detail": {"eventSource": ["dynamodb.amazonaws.com"], "eventName": ["PutItem"]},
        },
        {"detail-type": ["AWS Console Sign In via CloudTrail"]},
    ],
)
def test_a_rule_that_would_never_fire_is_refused_by_name(cloud, pattern):
    with pytest.raises(ClientError) as refusal:
        cloud.aws("events").put_rule(Name="never", EventPattern=json.dumps(pattern))
    assert refusal.value.response["Error"]["Code"] == "NotImplementedByLocalCloud"
    assert "via CloudTrail" in str(refusal.value)
