"""What have the factory's stacks published? Names and addresses that a person or a verb needs."""

from __future__ import annotations

from collections.abc import Mapping

from aws.calls import pages
from factory.errors import NotFound
from factory.layout.names import STACKS


def outputs() -> Mapping[str, str]:
    """Return the outputs of the factory's stacks by name, for example `LedgerBucket`."""
    found = {
        output["OutputKey"]: output["OutputValue"]
        for stack in pages("cloudformation", "describe_stacks", "Stacks")
        if stack["StackName"].startswith(STACKS)
        for output in stack.get("Outputs", [])
    }
    if not found:
        raise NotFound(f"no stack here is called {STACKS}...; deploy the factory first")
    return found
