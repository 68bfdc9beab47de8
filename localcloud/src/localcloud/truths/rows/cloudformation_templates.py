"""Which templates are refused, and in which words?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.policies import document, trusting
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.stacks import GUIDE, body, queue, settled
from localcloud.truths.things import error_message, outcome
from localcloud.truths.world import World


def creating(world: World, resources: Any, **sections: Any) -> Any:
    """Return the error's words or, if the call is taken, those of the first failed resource."""
    name, aws = world.name("stack"), world.aws("cloudformation")
    message = error_message(aws.create_stack, StackName=name, **body(resources, **sections))
    if message != "done":
        return message
    settled(world, name)
    events = aws.describe_stack_events(StackName=name)["StackEvents"]
    failures = [each.get("ResourceStatusReason", "") for each in events
                if each["ResourceStatus"].endswith("_FAILED")]  # fmt: skip
    return failures[-1] if failures else "done"


@truth("cloudformation", f"{GUIDE}, AWS resource and property types reference", True)
def a_type_there_is_not_is_refused_by_its_name(world: World) -> Any:
    """A template with an unknown resource type is refused and the type named."""
    return "AWS::Nothing::Thing" in creating(world, {"Thing": {"Type": "AWS::Nothing::Thing"}})


@ministack_says(
    False,
    "the guide calls it an error; MiniStack drops a property that it does not know",
)
@truth("cloudformation", f"{GUIDE}, Troubleshooting: Encountered unsupported property", True,
       needs="cloudformation sqs")  # fmt: skip
def a_property_there_is_not_is_refused_by_its_name(world: World) -> Any:
    """A property that the type does not have fails the stack and is named."""
    return "Colour" in creating(world, {"Queue": queue(Colour="blue")})


@ministack_says(
    False,
    "Ref takes the name of a resource or parameter there is; MiniStack passes over it",
)
@truth("cloudformation", f"{GUIDE}, Template reference: Ref", True, needs="cloudformation sqs")
def a_reference_to_nothing_is_refused(world: World) -> Any:
    """Unresolved references are a format error that names them."""
    return "[Other]" in creating(world, {"Queue": queue(QueueName={"Ref": "Other"})})


@truth("cloudformation", f"{GUIDE}, Template reference: Fn::GetAtt", [True, "NoStack"],
       needs="cloudformation sqs")  # fmt: skip
def an_attribute_there_is_not_is_refused_before_anything_is_made(world: World) -> Any:
    """Fn::GetAtt of an attribute that the type does not have is a template error: no stack."""
    name, aws = world.name("stack"), world.aws("cloudformation")
    outputs = {"Lost": {"Value": {"Fn::GetAtt": ["Queue", "Colour"]}}}
    template = body({"Queue": queue()}, Outputs=outputs)
    message = error_message(aws.create_stack, StackName=name, **template)
    known = error_message(aws.describe_stacks, StackName=name)
    return [
        "resource Queue does not support attribute type Colour in Fn::GetAtt" in message,
        "NoStack" if "does not exist" in known else known,
    ]


@ministack_says(
    False,
    "the guide calls it an error; MiniStack does not refuse them",
)
@truth("cloudformation", f"{GUIDE}, Troubleshooting: Circular dependency", True,
       needs="cloudformation sqs")  # fmt: skip
def resources_in_a_circle_are_refused(world: World) -> Any:
    """Resources that depend on each other are refused as circular."""
    two = {name: {**queue(), "DependsOn": other} for name, other in (("A", "B"), ("B", "A"))}
    return "Circular dependency between resources" in creating(world, two)


@ministack_says(
    False,
    "the guide calls it an error; MiniStack takes the bucket over",
)
@truth("cloudformation", f"{GUIDE}, Troubleshooting: resource already exists", True,
       needs="cloudformation s3")  # fmt: skip
def what_is_there_already_is_not_taken_over(world: World) -> Any:
    """A resource whose name is taken fails to be created, also where the API would not mind."""
    properties = {"BucketName": world.bucket()}
    bucket = {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}
    return "already exists" in creating(world, bucket)


@truth(
    "cloudformation",
    f"{GUIDE}, Get exported outputs from a deployed stack",
    True,
    needs="cloudformation ssm",
)
def an_import_of_what_nobody_exports_fails(world: World) -> Any:
    """Fn::ImportValue of an unknown export fails and names it."""
    name = world.name()
    value = {"Type": "String", "Value": {"Fn::ImportValue": name}}
    message = creating(world, {"P": {"Type": "AWS::SSM::Parameter", "Properties": value}})
    return (
        message == f"No export named {name} found. Rollback requested by user." or name in message
    )


CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]


@truth("cloudformation", f"{GUIDE}, Acknowledging IAM resources in CloudFormation templates",
       ["InsufficientCapabilitiesException"] * 2 + ["done"],
       needs="cloudformation iam")  # fmt: skip
def roles_have_to_be_acknowledged(world: World) -> Any:
    """A template with IAM resources needs CAPABILITY_IAM, with names CAPABILITY_NAMED_IAM."""
    trust = json.loads(document(trusting({"Service": "lambda.amazonaws.com"})))
    named = {"AssumeRolePolicyDocument": trust, "RoleName": world.name()}
    create = world.aws("cloudformation").create_stack
    template = body({"Role": {"Type": "AWS::IAM::Role", "Properties": named}})
    return [
        outcome(create, StackName=world.name("stack"), **template, Capabilities=given)
        for given in ([], CAPABILITIES[:1], CAPABILITIES)
    ]
