"""What does a stack hand on to its resources, and what ships it beside their code?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.stacks import GUIDE, body, queue, settled
from localcloud.truths.world import World

TAGS = f"{GUIDE}, Resource tag"
ANSWERING = """
import cfnresponse

def handle(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Word": "answered"}, "thing")
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def tagged(world: World, resources: dict[str, Any], **tags: str) -> str:
    """Create a stack with these tags; return its name."""
    name = world.name("stack")
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    world.aws("cloudformation").create_stack(StackName=name, Tags=pairs, **body(resources))
    settled(world, name)
    return name


def tags_of_queue(world: World, name: str) -> dict[str, str]:
    """Return the tags of the stack's queue."""
    found = world.aws("cloudformation").describe_stack_resources(StackName=name)["StackResources"]
    (url,) = (each["PhysicalResourceId"] for each in found)
    return dict(world.aws("sqs").list_queue_tags(QueueUrl=url)["Tags"])


@truth("cloudformation", TAGS, "a", needs="cloudformation sqs")
def a_stacks_tags_reach_its_resources(world: World) -> Any:
    """Stack-level tags are propagated to the resources that CloudFormation supports."""
    return tags_of_queue(world, tagged(world, {"Queue": queue()}, team="a")).get("team")


@truth("cloudformation", TAGS, [True, True, "Queue"], needs="cloudformation sqs")
def a_resource_says_of_which_stack_it_is(world: World) -> Any:
    """CloudFormation creates tags of the prefix aws:cloudformation: with stack and logical id."""
    name = tagged(world, {"Queue": queue()})
    found = tags_of_queue(world, name)
    own, stack_id, logical_id = (
        found.get(f"aws:cloudformation:{word}", "")
        for word in ("stack-name", "stack-id", "logical-id")
    )
    return [own == name, f":stack/{name}/" in stack_id, logical_id]


@truth("cloudformation", TAGS, "mine", needs="cloudformation sqs")
def a_resources_own_tag_is_kept(world: World) -> Any:
    """A tag of the resource comes before the stack's tag of the same key."""
    own = queue(Tags=[{"Key": "team", "Value": "mine"}])
    return tags_of_queue(world, tagged(world, {"Queue": own}, team="all"))["team"]


@truth("cloudformation", f"{GUIDE}, cfn-response module", "answered",
       needs="cloudformation lambda iam")  # fmt: skip
def inline_code_can_answer_with_cfnresponse(world: World) -> Any:
    """The cfn-response module is there for functions whose code is given as ZipFile."""
    function = {
        "Code": {"ZipFile": ANSWERING},
        "Handler": "index.handle",
        "Runtime": "python3.12",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    thing = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Thing": {"Type": "Custom::Thing", "Properties": thing},
    }
    name, client = world.name("stack"), world.aws("cloudformation")
    word = {"Word": {"Value": {"Fn::GetAtt": ["Thing", "Word"]}}}
    client.create_stack(
        StackName=name, Capabilities=["CAPABILITY_IAM"], **body(resources, Outputs=word)
    )
    settled(world, name)
    (output,) = client.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [{}])
    return output.get("OutputValue")


@truth("cloudformation", "CloudFormation Template Reference, AWS::SecretsManager::Secret "
       "GenerateSecretString", ["admin", 20], needs="cloudformation secretsmanager")  # fmt: skip
def a_secrets_password_is_made_into_its_template(world: World) -> Any:
    """GenerateSecretString puts a password into SecretStringTemplate under GenerateStringKey."""
    made = {
        "SecretStringTemplate": json.dumps({"user": "admin"}),
        "GenerateStringKey": "password",
        "PasswordLength": 20,
    }
    name = world.name("secret")
    properties = {"Name": name, "GenerateSecretString": made}
    tagged(world, {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}})
    held = world.aws("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
    return [json.loads(held)["user"], len(json.loads(held)["password"])]
