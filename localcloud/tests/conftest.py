from __future__ import annotations

import itertools
import json
import os
import shlex
from pathlib import Path

import pytest

from localcloud import process
from localcloud.sagemaker import container
from tests.cdk import CDK, NODE

_numbers = itertools.count()
TESTS = Path(__file__).parent
IDENTITIES = ["CAPABILITY_NAMED_IAM"]
LONGEST = (
    *("sagemaker/test_deployments", "cli/", "sagemaker/test_pipeline_repeats", "truths/"),
    *("test_readme", "sagemaker/", "test_process", "test_main", "test_deploy", "functions/"),
)
"""Tests that take the longest come first, so that two processes end at about the same time."""


def pytest_collection_modifyitems(items):
    """Let the longest files come first; each of them runs in one process, with one cloud."""
    items.sort(key=lambda item: _rank(item.path.relative_to(TESTS).as_posix()))


def _rank(file):
    ranks = (rank for rank, start in enumerate(LONGEST) if file.startswith(start))
    return next(ranks, len(LONGEST))


@pytest.fixture(scope="session")
def cloud():
    """Serve one cloud for all tests; each test names its own resources in it.

    Its time stands still but for ``advance``: no test depends on how fast the machine is.
    """
    with process.start() as client:
        client.stop_clock()
        yield client


@pytest.fixture(scope="module")
def ticking(cloud):
    """Let the cloud's time go on for the tests of a module: what they try waits for it."""
    cloud.resume_clock()
    yield
    cloud.stop_clock()


@pytest.fixture(scope="session")
def apart():
    """Need a kernel that lets functions and containers be kept from the machine."""
    if container.mode() != "namespace":
        pytest.skip("this kernel gives no user namespaces: see the README's limits")


@pytest.fixture(scope="session")
def cdk_environment(tmp_path_factory):
    """Return the environment of the CLI: nobody's settings, and no way out of this machine."""
    assert CDK, "no node_modules/.bin/cdk in a folder above: `npm ci` installs the CDK CLI"
    shell = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return shell | {
        "CDK_HOME": str(tmp_path_factory.mktemp("home")),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CDK_DISABLE_VERSION_CHECK": "true",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "JSII_NODE": str(NODE),
    }


@pytest.fixture(scope="session")
def cli_folder(cdk_environment, tmp_path_factory):
    """Return a folder with a command `cdk` that runs the CLI in that environment."""
    folder = tmp_path_factory.mktemp("bin")
    own = {name: text for name, text in cdk_environment.items() if os.environ.get(name) != text}
    words = [*(f"{name}={text}" for name, text in own.items()), str(NODE), str(CDK)]
    script = folder / "cdk"
    script.write_text(f'#!/bin/sh\nexec env {shlex.join(words)} "$@"\n')
    script.chmod(0o755)
    return folder


class Stack:
    """A stack made of a template: what its logical ids stand for."""

    def __init__(self, cloud, name):
        self._cloud = cloud
        self.name = name
        self._aws = cloud.aws("cloudformation")

    def __getitem__(self, logical_id):
        return self.resources()[logical_id]

    def resources(self):
        found = self._aws.describe_stack_resources(StackName=self.name)["StackResources"]
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in found}

    @property
    def status(self):
        return self._aws.describe_stacks(StackName=self.name)["Stacks"][0]["StackStatus"]

    @property
    def outputs(self):
        described = self._aws.describe_stacks(StackName=self.name)["Stacks"][0]
        return {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}

    def reasons(self):
        events = self._aws.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{item['LogicalResourceId']} {item['ResourceStatus']} {item['ResourceStatusReason']}"
            for item in events
            if item.get("ResourceStatusReason")
        ]

    def update(self, resources, **sections):
        template = {"Resources": resources, **sections}
        self._aws.update_stack(
            StackName=self.name, TemplateBody=json.dumps(template), Capabilities=IDENTITIES
        )
        return self

    def delete(self):
        stack_id = self._aws.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        self._aws.delete_stack(StackName=self.name)
        self.name = stack_id
        return self


@pytest.fixture
def build(cloud):
    """Create a stack of these resources and return it, whatever state it ends in."""

    def make(resources, **sections):
        stack = Stack(cloud, f"test-{next(_numbers)}")
        template = {"Resources": resources, **sections}
        cloud.aws("cloudformation").create_stack(
            StackName=stack.name, TemplateBody=json.dumps(template), Capabilities=IDENTITIES
        )
        return stack

    return make


@pytest.fixture
def a_role():
    """Return a role for *service* with these statements."""

    def make(*statements, service="lambda.amazonaws.com", **properties):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        inline = [{"PolicyName": "inline", "PolicyDocument": policy}] if statements else []
        return {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": trust, "Policies": inline, **properties},
        }

    return make


@pytest.fixture
def a_function(a_role):
    """Return the resources Function and Role of a function with this code and these rights."""

    def make(code, *statements, name="Function", **properties):
        role = f"{name}Role"
        function = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"ZipFile": code},
                "Handler": "index.handle",
                "Runtime": "python3.12",
                "Role": {"Fn::GetAtt": [role, "Arn"]},
                "Timeout": 30,  # as long as queues hide what a function receives
                **properties,
            },
        }
        return {name: function, role: a_role(*statements)}

    return make


@pytest.fixture
def allow():
    """Return an Allow statement."""

    def make(action, resource="*", **more):
        return {"Effect": "Allow", "Action": action, "Resource": resource, **more}

    return make


@pytest.fixture
def drain(cloud):
    """Take and return all messages of a queue, parsed."""

    def take(url):
        sqs, bodies = cloud.aws("sqs"), []
        while True:
            answer = sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
            )
            if not answer.get("Messages"):
                return bodies
            for message in answer["Messages"]:
                bodies.append(message)
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    return take
