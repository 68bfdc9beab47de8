"""How does a row make a stack, and what became of it?"""

from __future__ import annotations

import json

from tests.localcloud.truths.things import until

GUIDE = "CloudFormation User Guide"


def queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def body(resources, **sections):
    return {"TemplateBody": json.dumps({"Resources": resources, **sections})}


def settled(world, name):
    """Return the stack's state when it is no longer on its way."""
    describe = world.aws("cloudformation").describe_stacks

    def status():
        return describe(StackName=name)["Stacks"][0]["StackStatus"]

    return until(status, lambda found: not found.endswith("_IN_PROGRESS"))


def build(world, resources, **sections):
    """Create a stack and return its name, whatever became of it."""
    name = world.name("stack")
    world.aws("cloudformation").create_stack(StackName=name, **body(resources, **sections))
    settled(world, name)
    return name
