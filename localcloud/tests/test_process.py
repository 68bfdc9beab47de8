from __future__ import annotations

import subprocess
import sys

import boto3
import pytest
from botocore.exceptions import ClientError

from localcloud import process
from localcloud.client import Client, CloudError
from tests.waiting import PATIENCE, until


def test_a_cloud_ends_with_its_block():
    with process.start() as client:
        assert client.aws("sts").get_caller_identity()["Account"] == "123456789012"
    with pytest.raises(CloudError, match="No local cloud answers"):
        client.now()


def test_the_environment_reaches_the_cloud_from_another_process(cloud):
    script = "import boto3; print(boto3.client('s3').create_bucket(Bucket='from-another'))"
    subprocess.run([sys.executable, "-c", script], env=cloud.environment(), check=True)
    assert "from-another" in [b["Name"] for b in cloud.aws("s3").list_buckets()["Buckets"]]


def test_an_endpoint_in_the_shell_does_not_lead_the_clouds_own_calls_astray(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://localhost:1")
    with process.start() as client:
        template = '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}'
        stacks = client.aws("cloudformation")
        stacks.create_stack(StackName="own", TemplateBody=template)
        (stack,) = stacks.describe_stacks(StackName="own")["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_the_clock_of_the_cloud_moves_forward_only(cloud):
    before = cloud.now()
    assert cloud.advance(3600) == pytest.approx(before + 3600, abs=0.001)
    assert cloud.now() == pytest.approx(before + 3600, abs=0.001)
    with pytest.raises(CloudError, match="cannot go back"):
        cloud.advance(-5)


def test_a_clock_that_is_stopped_stands_until_it_may_go_on(cloud):
    standing = cloud.now()
    assert cloud.now() == standing
    cloud.resume_clock()
    try:
        until(lambda: cloud.now() > standing)
    finally:
        cloud.stop_clock()
    assert cloud.now() == cloud.now() < standing + PATIENCE


def test_a_call_that_waits_for_a_message_comes_back_though_time_stands_still(cloud):
    sqs = cloud.aws("sqs")
    url = sqs.create_queue(QueueName="standing")["QueueUrl"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1)


def test_timestamps_follow_the_clock(cloud):
    cloud.aws("s3").create_bucket(Bucket="dated")
    buckets = cloud.aws("s3").list_buckets()["Buckets"]
    (created,) = [b["CreationDate"] for b in buckets if b["Name"] == "dated"]
    assert abs(created.timestamp() - cloud.now()) < 1


def test_a_call_that_nobody_implements_names_itself(cloud):
    with pytest.raises(ClientError) as refusal:
        cloud.aws("dynamodb").list_imports()
    assert refusal.value.response["Error"]["Code"] == "NotImplementedByLocalCloud"
    assert "dynamodb:ListImports" in str(refusal.value)


def test_a_service_that_nobody_implements_names_itself(cloud):
    with pytest.raises(ClientError, match="does not implement the service amplifybackend"):
        cloud.aws("amplifybackend").list_backend_jobs(AppId="a", BackendEnvironmentName="b")


def test_an_unknown_verb_of_the_admin_api_is_named(cloud):
    with pytest.raises(CloudError, match="not one of the admin API's verbs"):
        Client(f"{cloud.endpoint}")._call("GET", "nothing")


def test_sessions_keep_their_own_keys(cloud):
    session = cloud.session("AKIAOTHER", "secret")
    assert isinstance(session, boto3.Session)
    assert session.get_credentials().access_key == "AKIAOTHER"
