"""A model is served by a stack: what CloudFormation waits for, changes, replaces and undoes."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

PROGRAM = """
import pathlib
def model_fn(folder):
    text = pathlib.Path(folder, "weight").read_text()
    if text == "broken":
        raise ValueError("no such weight")
    return text
def input_fn(body, content_type):
    return body
def predict_fn(given, model):
    return f"{given} times {model}"
def output_fn(answer, accept):
    return answer, "text/plain"
"""


@pytest.fixture(scope="module")
def models(cloud):
    """Return the URI of an archive with this weight."""
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="hosting-models")

    def make(weight):
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as tar:
            for name, text in {"weight": weight, "code/inference.py": PROGRAM}.items():
                info = tarfile.TarInfo(name)
                info.size = len(text)
                tar.addfile(info, io.BytesIO(text.encode()))
        s3.put_object(Bucket="hosting-models", Key=f"{weight}.tar.gz", Body=packed.getvalue())
        return f"s3://hosting-models/{weight}.tar.gz"

    return make


@pytest.fixture
def hosted(a_role, allow, models):
    """Return the resources of an endpoint that serves this weight."""

    def make(weight="two", count="1", **endpoint):
        container = {"Image": "image", "ModelDataUrl": models(weight)}
        variant = {
            "VariantName": "All",
            "ModelName": {"Fn::GetAtt": ["Model", "ModelName"]},
            "InitialInstanceCount": count,  # templates write numbers as text as well
            "InstanceType": "ml.m5.large",
            "InitialVariantWeight": 1,
        }
        return {
            "Role": a_role(allow("s3:*"), service="sagemaker.amazonaws.com"),
            "Model": {
                "Type": "AWS::SageMaker::Model",
                "Properties": {
                    "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "PrimaryContainer": container,
                },
            },
            "Config": {
                "Type": "AWS::SageMaker::EndpointConfig",
                "Properties": {"ProductionVariants": [variant]},
            },
            "Endpoint": {
                "Type": "AWS::SageMaker::Endpoint",
                "Properties": {
                    "EndpointConfigName": {"Fn::GetAtt": ["Config", "EndpointConfigName"]},
                    **endpoint,
                },
            },
        }

    return make


OUTPUTS = {"Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Endpoint", "EndpointName"]}}}}


@pytest.fixture
def invoke(cloud):
    def ask(stack):
        answer = cloud.aws("sagemaker-runtime").invoke_endpoint(
            EndpointName=stack.outputs["Name"], ContentType="text/csv", Body=b"3"
        )
        return answer["Body"].read().decode()

    return ask


def test_the_stack_is_made_when_the_endpoint_answers(cloud, build, hosted, invoke):
    stack = build(hosted(), **OUTPUTS)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert invoke(stack) == "3 times two"
    kinds = ["model", "endpoint-config", "endpoint"]
    for logical_id, kind in zip(["Model", "Config", "Endpoint"], kinds, strict=True):
        assert f":{kind}/{stack.name}-{logical_id}-".lower() in stack[logical_id]
    assert stack.delete().status == "DELETE_COMPLETE"
    sagemaker = cloud.aws("sagemaker")
    assert not [e for e in sagemaker.list_endpoints()["Endpoints"] if stack.name in str(e)]


def test_a_new_model_replaces_the_configuration_and_updates_the_endpoint(
    cloud, build, hosted, invoke
):
    stack = build(hosted(), **OUTPUTS)
    before = stack.resources()
    stack.update(hosted("nine"), **OUTPUTS)
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert invoke(stack) == "3 times nine"
    assert stack["Endpoint"] == before["Endpoint"]
    assert stack["Model"] != before["Model"]
    assert stack["Config"] != before["Config"]
    shown = json.dumps(cloud.aws("sagemaker").list_endpoint_configs(MaxResults=100), default=str)
    assert stack["Config"] in shown
    assert before["Config"] not in shown
    stack.delete()


def test_another_name_makes_another_endpoint(cloud, build, hosted, invoke):
    stack = build(hosted(EndpointName="first"), **OUTPUTS)
    stack.update(hosted(EndpointName="second"), **OUTPUTS)
    assert stack["Endpoint"].endswith(":endpoint/second")
    assert invoke(stack) == "3 times two"
    names = [e["EndpointName"] for e in cloud.aws("sagemaker").list_endpoints()["Endpoints"]]
    assert "first" not in names
    stack.delete()


def test_an_endpoint_that_fails_rolls_the_stack_back(cloud, build, hosted):
    stack = build(hosted("broken"))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("did not stabilize: it is Failed" in reason for reason in stack.reasons())
    assert stack.resources() == {}
    left = cloud.aws("sagemaker").list_endpoints()["Endpoints"]
    assert not [each for each in left if stack.name in each["EndpointName"]]


def test_an_update_that_fails_leaves_the_endpoint_as_it_was(build, hosted, invoke):
    stack = build(hosted(), **OUTPUTS)
    before = stack.resources()
    stack.update(hosted("broken"), **OUTPUTS)
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert invoke(stack) == "3 times two"
    assert stack.resources() == before
    stack.delete()


def test_tags_change_in_place(cloud, build, hosted):
    stack = build(hosted(Tags=[{"Key": "team", "Value": "a"}]))
    before = stack["Endpoint"]
    stack.update(hosted(Tags=[{"Key": "team", "Value": "b"}]))
    assert stack["Endpoint"] == before
    tags = cloud.aws("sagemaker").list_tags(ResourceArn=before)["Tags"]
    assert {"Key": "team", "Value": "b"} in tags
    stack.delete()


def test_a_deployment_that_waits_is_refused_while_the_clock_is_stopped(build, hosted):
    waiting = {"BlueGreenUpdatePolicy": {"TerminationWaitInSeconds": 60}}
    waiting["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"] = {"Type": "ALL_AT_ONCE"}
    stack = build(hosted())
    stack.update(hosted("nine", DeploymentConfig=waiting))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("TerminationWaitInSeconds" in reason for reason in stack.reasons())
    stack.delete()


def test_an_endpoint_that_waits_for_the_clock_is_not_waited_for(cloud, build, hosted):
    stack = build(hosted(), **OUTPUTS)
    sagemaker, name = cloud.aws("sagemaker"), stack.outputs["Name"]
    described = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=described)
    given = {"ProductionVariants": variants["ProductionVariants"]}
    sagemaker.create_endpoint_config(EndpointConfigName="waited-for", **given)
    routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    policy = {"TrafficRoutingConfiguration": routing, "TerminationWaitInSeconds": 600}
    sagemaker.update_endpoint(
        EndpointName=name,
        EndpointConfigName="waited-for",
        DeploymentConfig={"BlueGreenUpdatePolicy": policy},
    )
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert any("until the cloud's clock goes on" in reason for reason in stack.reasons())
    cloud.advance(700)
    cloud.settle()
    assert stack.delete().status == "DELETE_COMPLETE"


@pytest.mark.parametrize(
    ("resource", "name", "value"),
    [
        ("Model", "VpcConfig", {"Subnets": ["s"], "SecurityGroupIds": ["g"]}),
        ("Model", "InferenceExecutionConfig", {"Mode": "Serial"}),
        ("Config", "AsyncInferenceConfig", {"OutputConfig": {"S3OutputPath": "s3://b"}}),
        ("Config", "ShadowProductionVariants", []),
        ("Endpoint", "RetainAllVariantProperties", True),
    ],
)
def test_what_would_have_no_effect_is_refused_by_name(build, hosted, resource, name, value):
    resources = hosted()
    resources[resource]["Properties"][name] = value
    with pytest.raises(Exception, match=f"the property {name} of"):
        build(resources)
