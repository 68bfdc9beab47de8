"""What the CDK's own constructs for notifications, streams, mails and secrets make, as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.deploy import deploy

APP = Path(__file__).parent / "fed" / "app.py"


@pytest.fixture(scope="module")
def assembly(cdk_environment, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fed") / "cdk.out"
    environment = {**cdk_environment, "CDK_OUTDIR": str(folder)}
    subprocess.run([sys.executable, APP], env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def outputs(cloud, assembly):
    made = deploy(assembly, cloud.session())["Fed"]
    return {name.removesuffix("Output"): value for name, value in made.items()}


def runs(cloud, function):
    cloud.settle()
    return [run["event"] for run in cloud.invocations() if run["function"] == function]


def test_a_created_object_reaches_the_function_and_a_removed_one_the_queue(cloud, outputs, drain):
    s3, where = cloud.aws("s3"), {"Bucket": outputs["Bucket"], "Key": "in/a.csv"}
    s3.put_object(**where, Body=b"a,b")
    ((record,),) = (event["Records"] for event in runs(cloud, outputs["Objects"]))
    assert (record["eventName"], record["s3"]["object"]["key"]) == ("ObjectCreated:Put", "in/a.csv")
    s3.delete_object(**where)
    cloud.settle()
    bodies = [json.loads(message["Body"]) for message in drain(outputs["Queue"])]
    assert bodies[0]["Event"] == "s3:TestEvent"
    assert bodies[-1]["Records"][0]["eventName"] == "ObjectRemoved:Delete"


def test_an_item_reaches_the_function(cloud, outputs):
    cloud.aws("dynamodb").put_item(TableName=outputs["Table"], Item={"pk": {"S": "a"}})
    ((record,),) = (event["Records"] for event in runs(cloud, outputs["Items"]))
    assert (record["eventName"], record["dynamodb"]["NewImage"]) == ("INSERT", {"pk": {"S": "a"}})


def test_an_address_is_asked_a_secret_is_made_and_a_custom_resource_answers(cloud, outputs):
    cloud.settle()
    assert [mail["to"] for mail in cloud.mailbox() if mail["topic"] == outputs["Topic"]] == [
        "ops@example.com"
    ]
    value = cloud.aws("secretsmanager").get_secret_value(SecretId=outputs["Secret"])
    assert json.loads(value["SecretString"])["user"] == "admin"
    assert outputs["Word"] == "answered"


def test_the_applications_tags_are_on_its_stack_and_its_resources(cloud, outputs):
    tags = cloud.aws("s3").get_bucket_tagging(Bucket=outputs["Bucket"])["TagSet"]
    assert {"Key": "project", "Value": "fed"} in tags
    assert "aws:cloudformation:stack-name" in [tag["Key"] for tag in tags]
