"""How does CloudFormation call the roles that it makes?"""

from __future__ import annotations

import aws
from aws.calls import pages
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.layout.names import STACK, deployment, stack

DUTIES = ("foundation", "data", "training", "serving", "watch", "ledger")


def check(bench: Bench) -> str:
    """Look at the names of all roles of all stacks of the stage that are in this account."""
    begins = f"{deployment(bench.stage)}-"
    names = [name for duty in DUTIES for name in _roles(bench, duty)]
    if other := sorted(name for name in names if not name.startswith(begins)):
        raise Refuted(f"{other[0]} is a role of the stage, and does not begin with {begins}")
    return f"{len(names)} roles begin with {begins}"


def _roles(bench: Bench, duty: str) -> list[str]:
    name = stack(bench.stage, duty)
    if not STACK.fullmatch(name) or not aws.stack_found(name):
        return []
    found = pages(
        "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name
    )
    return [r["PhysicalResourceId"] for r in found if r["ResourceType"] == "AWS::IAM::Role"]


BELIEF = Belief(
    id="N1",
    sentence="CloudFormation shortens the names of roles and keeps how they begin",
    check=check,
    actions=("cloudformation:DescribeStacks", "cloudformation:ListStackResources"),
    failure=(
        "The ledger's bucket denies deletion to all roles whose names begin so, and would not deny "
        "it to this one. Name the role in its stack."
    ),
)
