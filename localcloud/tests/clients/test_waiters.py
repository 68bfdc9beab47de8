"""boto3's waiters come to their ends."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import WaiterError

FAST = {"Delay": 1, "MaxAttempts": 60}


def test_waiters_of_storage(cloud, ticking):
    cloud.aws("s3").create_bucket(Bucket="waited")
    cloud.aws("s3").get_waiter("bucket_exists").wait(Bucket="waited", WaiterConfig=FAST)
    cloud.aws("s3").put_object(Bucket="waited", Key="k", Body=b"1")
    cloud.aws("s3").get_waiter("object_exists").wait(Bucket="waited", Key="k", WaiterConfig=FAST)
    cloud.aws("s3").delete_object(Bucket="waited", Key="k")
    gone = cloud.aws("s3").get_waiter("object_not_exists")
    gone.wait(Bucket="waited", Key="k", WaiterConfig=FAST)
    cloud.aws("dynamodb").create_table(
        TableName="waited",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    exists = cloud.aws("dynamodb").get_waiter("table_exists")
    exists.wait(TableName="waited", WaiterConfig=FAST)


def test_waiters_of_stacks(cloud, ticking):
    aws, name = cloud.aws("cloudformation"), {"StackName": "waited"}
    body = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    aws.create_stack(**name, TemplateBody=body)
    aws.get_waiter("stack_create_complete").wait(**name, WaiterConfig=FAST)
    aws.delete_stack(**name)
    aws.get_waiter("stack_delete_complete").wait(**name, WaiterConfig=FAST)


def test_a_waiter_for_what_never_comes_gives_up(cloud):
    waiter = cloud.aws("s3").get_waiter("bucket_exists")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(Bucket="never-waited", WaiterConfig={"Delay": 0, "MaxAttempts": 2})
