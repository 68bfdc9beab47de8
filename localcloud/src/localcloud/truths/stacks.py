"""How does a row make a stack, and what became of it?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.things import until
from localcloud.truths.world import World

GUIDE = "CloudFormation User Guide"


def queue(**properties: Any) -> dict[str, Any]:
    """Return a queue as a template has it."""
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def body(resources: dict[str, Any], **sections: Any) -> dict[str, str]:
    """Return a template as the calls take it."""
    return {"TemplateBody": json.dumps({"Resources": resources, **sections})}


def settled(world: World, name: str) -> str:
    """Return the stack's state when it is no longer on its way."""
    describe = world.aws("cloudformation").describe_stacks

    def status() -> str:
        return str(describe(StackName=name)["Stacks"][0]["StackStatus"])

    return str(until(status, lambda found: not found.endswith("_IN_PROGRESS")))


def build(world: World, resources: dict[str, Any], **sections: Any) -> str:
    """Create a stack and return its name, whatever became of it."""
    name = world.name("stack")
    world.aws("cloudformation").create_stack(StackName=name, **body(resources, **sections))
    settled(world, name)
    return name
