"""Which values of a stack do people and the command line need?"""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack
from constructs import Construct


def publish(stack: Stack, **values: str) -> None:
    """Make an output of *stack* for each value, under exactly the name given."""
    outputs = Construct(stack, "Outputs")
    for name, value in values.items():
        CfnOutput(outputs, name, value=value).override_logical_id(name)
