from __future__ import annotations

import json
import subprocess
import sys

import pytest

from localcloud import deploy
from localcloud.given_parameters import GivenParameters, NotAParameter
from tests import assemblies

QUEUE = {"Type": "AWS::SQS::Queue"}


def thing(resource_type, **properties):
    return {"Type": f"AWS::{resource_type}", "Properties": properties}


def check(folder, *more):
    command = [sys.executable, "-m", "localcloud", "check", folder, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


UNSUPPORTED = {
    "Made": {"Type": "AWS::Made::Up"},
    "Red": thing("SQS::Queue", Colour="red"),
    "Node": thing("Lambda::Function", Runtime="nodejs22.x", Handler="i.h", Role="r", Code={}),
    "Image": thing("Lambda::Function", PackageType="Image", Role="r", Code={}),
    "Open": thing("Lambda::Url", TargetFunctionArn="f", AuthType="NONE"),
    "Band": thing("CloudWatch::Alarm", ComparisonOperator="GreaterThanUpperThreshold"),
    "Length": thing("SQS::Queue", DelaySeconds={"Fn::Length": [1, 2]}),
    "Asking": thing("SQS::Queue", QueueName={"Fn::GetAtt": ["Red", "Hue"]}),
    "Wait": {**QUEUE, "CreationPolicy": {}},
    "Safe": thing("SSM::Parameter", Type="SecureString", Value="x"),
}


def test_all_that_is_not_supported_is_listed_by_stack_and_resource(tmp_path):
    template = {"Resources": UNSUPPORTED, "Parameters": {"Size": {"Type": "String"}}, "Hooks": {}}
    assemblies.write(
        tmp_path, {"Bad": (template, [], {}), "Good": ({"Resources": {"Queue": QUEUE}}, [], {})}
    )
    done = check(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    for words in (
        "Bad: the section Hooks: leave it out",
        "Bad Size: the missing value of a parameter: give --parameters Size=VALUE",
        "Bad Made: the resource type AWS::Made::Up: ",
        "Bad Red: the property Colour of AWS::SQS::Queue: leave it out",
        "Bad Node: the Runtime nodejs22.x of AWS::Lambda::Function: write it in Python",
        "Bad Image: the PackageType Image of AWS::Lambda::Function: there is no Docker here",
        "Bad Open: the AuthType NONE of AWS::Lambda::Url: ",
        "Bad Band: the ComparisonOperator GreaterThanUpperThreshold of AWS::CloudWatch::Alarm: ",
        "Bad Length: the function Fn::Length: write its value instead",
        "Bad Red: resource Red does not support attribute type Hue in Fn::GetAtt: ask for one of ",
        "Bad Wait: the attribute CreationPolicy of AWS::SQS::Queue: leave it out",
        "Bad Safe: the Type SecureString of AWS::SSM::Parameter: ",
    ):
        assert len([line for line in lines if line.startswith(words)]) == 1, words
    assert len(lines) == 12


def test_what_is_supported_has_no_findings(tmp_path):
    folder = assemblies.write(tmp_path, {"Good": ({"Resources": {"Queue": QUEUE}}, [], {})})
    done = check(folder, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_a_nested_stack_is_checked_under_its_parents_name(tmp_path):
    (tmp_path / "nested.json").write_text(json.dumps({"Resources": {"Made": UNSUPPORTED["Made"]}}))
    nested = {
        **thing("CloudFormation::Stack", TemplateURL="https://somewhere"),
        "Metadata": {"aws:asset:path": "nested.json"},
    }
    folder = assemblies.write(tmp_path, {"Outer": ({"Resources": {"Inner": nested}}, [], {})})
    (found,) = json.loads(check(folder, "--json").stdout)
    assert (found["stack"], found["logical_id"]) == ("Outer/Inner", "Made")


def test_images_and_context_that_was_not_looked_up_are_named(tmp_path):
    folder = assemblies.write(
        tmp_path,
        {"Stack": ({"Resources": {"Queue": QUEUE}}, [], {})},
        missing=[{"key": "vpc-provider:account=1"}],
    )
    (folder / "Stack.assets.json").write_text(json.dumps({"dockerImages": {"model": {}}}))
    lines = check(folder).stdout.splitlines()
    assert lines[0].startswith("vpc-provider:account=1: context that synth did not have: ")
    assert lines[1] == (
        "Stack: the image asset model: there is no Docker here: ship the code as a file"
    )


def test_what_is_not_an_assembly_cannot_be_checked(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 2
    assert "is not a cloud assembly" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def made(cloud):
    def names():
        summaries = cloud.aws("cloudformation").list_stacks()["StackSummaries"]
        return {each["StackName"] for each in summaries}

    return names


def test_deploy_changes_nothing_when_anything_is_not_supported(cloud, tmp_path, made):
    stacks = {
        "FirstGood": ({"Resources": {"Queue": QUEUE}}, [], {}),
        "ThenBad": ({"Resources": {"Node": UNSUPPORTED["Node"]}}, ["FirstGood"], {}),
    }
    with pytest.raises(deploy.DeployFailed, match=r"ThenBad Node: the Runtime nodejs22\.x"):
        deploy.deploy(assemblies.write(tmp_path, stacks), cloud.session())
    assert "FirstGood" not in made()


def test_create_stack_names_a_runtime_before_it_makes_anything(cloud, made):
    aws = cloud.aws("cloudformation")
    template = json.dumps({"Resources": {"Queue": QUEUE, "Node": UNSUPPORTED["Node"]}})
    with pytest.raises(aws.exceptions.ClientError, match=r"Runtime nodejs22\.x of AWS::"):
        aws.create_stack(StackName="node", TemplateBody=template)
    assert "node" not in made()


NAMED = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {"Queue": QUEUE},
    "Outputs": {"Said": {"Value": {"Ref": "Name"}}},
}


def test_parameters_reach_the_stacks_that_have_them(cloud, tmp_path):
    stacks = {"General": (NAMED, [], {}), "Special": (NAMED, [], {})}
    given = GivenParameters.read(["Name=a=b", "Special:Name=c"])
    outputs = deploy.deploy(assemblies.write(tmp_path, stacks), cloud.session(), given)
    assert outputs == {"General": {"Said": "a=b"}, "Special": {"Said": "c"}}


def test_the_command_takes_parameters(cloud, tmp_path):
    folder = assemblies.write(tmp_path, {"Named": (NAMED, [], {})})
    command = [sys.executable, "-m", "localcloud", "deploy", folder, "--endpoint", cloud.endpoint]
    lost = subprocess.run(command, capture_output=True, text=True, check=False)
    assert lost.returncode == 1
    assert lost.stderr.splitlines() == [
        "Named Name: the missing value of a parameter: give --parameters Name=VALUE"
    ]
    done = subprocess.run(
        [*command, "--json", "--parameters", "Name=x"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"Named": {"Said": "x"}}


@pytest.mark.parametrize("written", ["Nme=x", "Other:Name=x"])
def test_a_parameter_that_no_stack_has_is_named(tmp_path, written):
    folder = assemblies.write(tmp_path, {"Named": (NAMED, [], {})})
    done = check(folder, "--parameters", "Name=x", "--parameters", written)
    name = written.partition("=")[0]
    assert done.stdout == (
        f"{name}: a parameter that no stack has: leave it out, or correct the name\n"
    )


@pytest.mark.parametrize("written", ["Name", "=x", "Stack:=x"])
def test_what_is_not_a_parameter_is_refused(written):
    with pytest.raises(NotAParameter, match="write NAME=VALUE"):
        GivenParameters.read([written])


def test_any_account_and_region_is_supported(tmp_path):
    stack = {"Far": ({"Resources": {"Queue": QUEUE}}, [], {})}
    assemblies.write(tmp_path, stack, "aws://222222222222/eu-west-1")
    done = check(tmp_path)
    assert (done.returncode, done.stdout) == (0, "Everything in it is supported.\n")
