"""Is a call for a region that is not there refused, whatever the service, and does nothing?"""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError

ELSEWHERE = "eu-west-1"
CALLS = [
    ("cloudformation", "create_stack", {"StackName": "s", "TemplateBody": "{}"}),
    ("cloudwatch", "put_metric_data", {"Namespace": "n", "MetricData": []}),
    ("dynamodb", "list_tables", {}),
    ("events", "put_rule", {"Name": "r", "ScheduleExpression": "rate(1 minute)"}),
    ("glue", "get_databases", {}),
    ("kms", "create_key", {}),
    ("lambda", "list_functions", {}),
    ("logs", "create_log_group", {"logGroupName": "g"}),
    ("s3", "create_bucket", {"Bucket": "elsewhere"}),
    ("sagemaker", "list_pipelines", {}),
    ("secretsmanager", "list_secrets", {}),
    ("sns", "create_topic", {"Name": "t"}),
    ("sqs", "create_queue", {"QueueName": "q"}),
    ("ssm", "put_parameter", {"Name": "p", "Value": "v", "Type": "String"}),
]


def client(cloud, service, region=ELSEWHERE):
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=region, endpoint_url=cloud.endpoint, **keys)


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS, ids=lambda c: str(c)[:20])
def test_a_call_for_another_region_is_refused_by_name(cloud, service, operation, parameters):
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud") as refusal:
        getattr(client(cloud, service), operation)(**parameters)
    assert f"the region {ELSEWHERE} is not there, only us-east-1" in str(refusal.value)


def test_nothing_is_left_of_a_call_that_was_refused(cloud):
    names = [bucket["Name"] for bucket in cloud.aws("s3").list_buckets()["Buckets"]]
    assert "elsewhere" not in names


def test_a_bucket_that_shall_be_in_another_region_is_refused(cloud):
    where = {"CreateBucketConfiguration": {"LocationConstraint": ELSEWHERE}}
    with pytest.raises(ClientError, match=f"LocationConstraint {ELSEWHERE}"):
        cloud.aws("s3").create_bucket(Bucket="elsewhere", **where)


def test_a_global_service_answers_whoever_asks(cloud):
    assert client(cloud, "iam").list_roles(MaxItems=1)["ResponseMetadata"]["HTTPStatusCode"] == 200
