"""What was deployed, and what is there now? Only what is in the stacks of the factory is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aws
from factory.stack_drift.check import Reading
from factory.stack_drift.deployed import Resource, StackState, resources
from factory.stack_drift.trail import Call
from lambdas.stack_drift import readings

GONE = "not there"
CHANGED = "UPDATE_IN_PROGRESS"
Gone = Callable[[str], bool]
"""Tells of a thing that is remembered whether its stack has it no more."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The stacks, and what was read of their resources, by thing."""

    stacks: Sequence[StackState]
    read: dict[str, tuple[Resource, Reading]]

    def resources(self) -> list[Resource]:
        """Return the resources that were read."""
        return [resource for resource, _ in self.read.values()]

    def gone(self, thing: str) -> bool:
        """Tell whether *thing* was a resource of a stack that is at rest, and has it no more."""
        _, name, *logical = thing.split("/", 2)
        mine = (s for s in self.stacks if s.name == name and s.at_rest)
        return bool(logical) and thing not in self.read and any(mine)


def found(names: Iterable[str], calls: Iterable[Call] | None) -> Found:
    """Read the stacks called *names*, and of their resources those that *calls* name, or all.

    A stack that somebody began to update meanwhile is not at rest.
    """
    before = [_stack(name) for name in names]
    asked = None if calls is None else list(calls)
    wanted = [r for r in resources(before) if asked is None or any(c.names(r) for c in asked)]
    read = readings.of([r for r in wanted if r.settled])
    stacks = [_again(stack) for stack in before]
    now = {resource.thing: resource for resource in resources(stacks)}
    return Found(
        stacks=stacks,
        read={r.thing: (now[r.thing], read.get(r.thing, Reading(None))) for r in wanted},
    )


def _stack(name: str) -> StackState:
    described = aws.stack_found(name)
    if not described:
        return StackState(name=name, status=GONE, template={}, physical={}, exports={})
    arn = described["StackId"]
    return StackState(
        name=name,
        status=described["StackStatus"],
        arn=arn,
        changed=_changed(described),
        template=aws.stack_template(arn),
        physical=aws.stack_resources(arn),
        exports={
            each["ExportName"]: each["OutputValue"]
            for each in described.get("Outputs", [])
            if "ExportName" in each
        },
    )


def _again(stack: StackState) -> StackState:
    described = aws.stack_found(stack.name)
    same = described.get("StackStatus", GONE) == stack.status
    return (
        stack if same and _changed(described) == stack.changed else replace(stack, status=CHANGED)
    )


def _changed(described: dict[str, Any]) -> str:
    return str(described.get("LastUpdatedTime", ""))
