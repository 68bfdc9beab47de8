from __future__ import annotations

import functools
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest

from localcloud import deploy, process
from tests import assemblies

QUEUE = {"Type": "AWS::SQS::Queue"}
ACCOUNT, REGION = "123456789012", "us-east-1"
BUCKET = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"


@pytest.fixture
def assembly(tmp_path):
    """Write a cdk.out with these stacks."""
    return functools.partial(assemblies.write, tmp_path)


def asset_code(key):
    bucket = {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"}
    return {"S3Bucket": bucket, "S3Key": f"{key}.zip"}


def function_template(a_function, key):
    return {
        "Parameters": {
            "BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
            }
        },
        "Resources": a_function("", Code=asset_code(key)),
        "Outputs": {"Name": {"Value": {"Ref": "Function"}, "Export": {"Name": f"{key}-name"}}},
        "Rules": {"CheckBootstrapVersion": {"Assertions": []}},
    }


def test_stacks_stand_after_those_they_import_from(cloud, assembly, a_function):
    importing = {
        "Resources": {
            "Parameter": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "code-name"}},
            }
        }
    }
    code = {"index.py": "def handle(event, context):\n    return 'deployed'"}
    exporting = (function_template(a_function, "code"), [], {"code": code})
    folder = assembly({"second": (importing, ["first"], {}), "first": exporting})
    outputs = deploy.deploy(folder, cloud.session())
    assert list(outputs) == ["first", "second"]
    answer = cloud.aws("lambda").invoke(FunctionName=outputs["first"]["Name"])
    assert json.load(answer["Payload"]) == "deployed"


def test_a_second_deployment_changes_nothing(cloud, assembly):
    folder = assembly({"again": ({"Resources": {"Queue": QUEUE}}, [], {})})
    deploy.deploy(folder, cloud.session())
    events = cloud.aws("cloudformation").describe_stack_events(StackName="again")
    deploy.deploy(folder, cloud.session())
    again = cloud.aws("cloudformation").describe_stack_events(StackName="again")
    assert len(again["StackEvents"]) == len(events["StackEvents"])


def test_a_failure_is_reported_with_its_first_reason(cloud, assembly):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "NO BUCKET"}}
    folder = assembly({"failing": ({"Resources": {"Bucket": bucket}}, [], {})})
    with pytest.raises(deploy.DeployFailed, match=r"failing: Bucket \(AWS::S3::Bucket\)"):
        deploy.deploy(folder, cloud.session())


def test_a_failed_creation_can_be_deployed_again(cloud, assembly):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "NO BUCKET"}}
    folder = assembly({"repaired": ({"Resources": {"Bucket": bucket}}, [], {})})
    with pytest.raises(deploy.DeployFailed):
        deploy.deploy(folder, cloud.session())
    (folder / "repaired.template.json").write_text(json.dumps({"Resources": {"Queue": QUEUE}}))
    assert deploy.deploy(folder, cloud.session()) == {"repaired": {}}


def test_what_the_cloud_does_not_honour_is_reported(cloud, assembly):
    template = {"Resources": {"Thing": {"Type": "AWS::Made::Up"}}}
    with pytest.raises(
        deploy.DeployFailed, match="strict Thing: the resource type AWS::Made::Up: "
    ):
        deploy.deploy(assembly({"strict": (template, [], {})}), cloud.session())


def test_a_ready_zip_is_published_as_it_is(cloud, assembly, a_function):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", "def handle(event, context):\n    return 'ready'")
    template = function_template(a_function, "ready")
    folder = assembly({"zipped": (template, [], {"ready": content.getvalue()})})
    outputs = deploy.deploy(folder, cloud.session())
    answer = cloud.aws("lambda").invoke(FunctionName=outputs["zipped"]["Name"])
    assert json.load(answer["Payload"]) == "ready"


def test_a_template_too_large_for_the_call_goes_through_the_bucket(cloud, assembly):
    parameters = {
        f"P{number}": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": "x" * 1000},
        }
        for number in range(60)
    }
    folder = assembly({"large": ({"Resources": parameters}, [], {})})
    assert deploy.deploy(folder, cloud.session()) == {"large": {}}


def test_the_command_prints_the_outputs(cloud, assembly):
    template = {"Resources": {"Queue": QUEUE}, "Outputs": {"Said": {"Value": "so"}}}
    folder = assembly({"printed": (template, [], {})})
    command = [sys.executable, "-m", "localcloud", "deploy", folder, "--endpoint", cloud.endpoint]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"printed": {"Said": "so"}}


def one_queue(name="Placed"):
    return {name: ({"Resources": {"Queue": QUEUE}}, [], {})}


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ("aws://2222/us-east-1", "Placed: the account 2222: set env to"),
        ("aws://123456789012/mars-1", "Placed: the region mars-1: set env to"),
    ],
)
def test_an_account_or_region_that_cannot_be_is_named(cloud, assembly, environment, words):
    folder = assembly(one_queue(), environment)
    command = [sys.executable, "-m", "localcloud", "deploy", folder, "--endpoint", cloud.endpoint]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert "Traceback" not in done.stderr


def test_each_stack_goes_where_its_env_says(cloud, assembly):
    account, region = "222222222222", "eu-west-1"
    content = {"index.py": "def handle(event, context):\n    return 'there'"}
    place = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
    asset = {"Type": "AWS::SSM::Parameter",
             "Properties": {"Type": "String", "Value": {"Fn::Sub": place}}}  # fmt: skip
    template = {
        "Resources": {"Queue": QUEUE, "Asset": asset},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Queue", "Arn"]}}},
    }
    folder = assembly({"Far": (template, [], {"far": content})}, f"aws://{account}/{region}")
    outputs = deploy.deploy(folder, cloud.session())
    assert outputs["Far"]["Arn"].startswith(f"arn:aws:sqs:{region}:{account}:Far-Queue-")
    bucket = f"cdk-hnb659fds-assets-{account}-{region}"
    there = cloud.aws("s3", account=account, region=region)
    assert [each["Key"] for each in there.list_objects_v2(Bucket=bucket)["Contents"]] == ["far.zip"]
    assert there.get_bucket_location(Bucket=bucket)["LocationConstraint"] == region
    stacks = cloud.aws("cloudformation").describe_stacks()["Stacks"]
    assert "Far" not in [each["StackName"] for each in stacks]


def test_what_names_no_env_goes_where_the_command_is_told(cloud, assembly):
    folder = assembly(one_queue("Anywhere"))
    command = [sys.executable, "-m", "localcloud", "deploy", folder, "--endpoint", cloud.endpoint]
    environment = {**os.environ, "AWS_REGION": "eu-west-3"}
    subprocess.run(command, capture_output=True, check=True, env=environment)
    there = cloud.aws("cloudformation", region="eu-west-3")
    assert there.describe_stacks(StackName="Anywhere")["Stacks"][0]["StackStatus"]


@pytest.fixture
def new_cloud():
    with process.start() as client:
        yield client


def test_a_bootstrap_that_was_cut_short_is_done_again(new_cloud, assembly):
    session, folder = new_cloud.session(), assembly(one_queue())
    s3, ssm = session.client("s3"), session.client("ssm")
    s3.create_bucket(Bucket=BUCKET)
    assert deploy.deploy(folder, session) == {"Placed": {}}
    ssm.get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    s3.delete_bucket(Bucket=BUCKET)
    assert deploy.deploy(folder, session) == {"Placed": {}}
    s3.head_bucket(Bucket=BUCKET)


def test_a_cloud_that_is_lost_is_told(assembly):
    with process.start() as cloud:
        session = cloud.session()
    with pytest.raises(
        deploy.DeployFailed, match=r"The cloud no longer answers .*: serve it again"
    ):
        deploy.deploy(assembly(one_queue()), session)
