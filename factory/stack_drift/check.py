"""Which resources are not as they were deployed? What was read of each is compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.incidents.differences import Difference
from factory.stack_drift import words
from factory.stack_drift.comparison import Compared, Mismatch, compared
from factory.stack_drift.deployed import Resource, StackState
from factory.stack_drift.kinds import EXISTENCE, NAMED_POLICIES, POLICIES
from factory.stack_drift.policies import policies_compared
from factory.stack_drift.trail import Call


@dataclass(frozen=True)
class Reading:
    """What was found of one resource."""

    properties: Mapping[str, Any] | None
    """Its properties in the words of a template; None when it is not there."""
    refused: bool = False
    """Whether AWS refused to say."""


@dataclass
class Report:
    """What came of a check."""

    differences: list[Difference] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)
    """The things that were checked; those without a difference are as deployed."""
    values: int = 0
    """How many values were compared."""
    skipped: list[str] = field(default_factory=list)
    """What could not be compared, or not in full, and is neither equal nor different."""

    def summary(self) -> dict[str, Any]:
        """Return it in numbers, with all that was skipped."""
        return {
            "checked": len(self.checked),
            "values": self.values,
            "differences": len(self.differences),
            "skipped": self.skipped,
        }

    def add(self, thing: str, difference: Difference | None) -> None:
        """Add what came of checking one *thing*."""
        self.checked.add(thing)
        self.differences += [difference] if difference else []


def check(
    stacks: Iterable[StackState],
    read: Mapping[str, tuple[Resource, Reading]],
    calls: Mapping[str, Call],
) -> Report:
    """Return what the *stacks*, and what was *read* of resources by thing, differ in.

    *calls* are the last calls that named a resource, by thing, as far as they are known.
    """
    report, known = Report(), list(stacks)
    accounts = {stack.arn.split(":")[4] for stack in known if stack.arn}
    for stack in known:
        for account in accounts:
            _stack(stack, account, report)
    for thing, (resource, reading) in read.items():
        if not resource.settled:
            report.skipped.append(f"{resource.stack} {resource.path}: a stack is changing it")
            continue
        found = _compared(resource, reading)
        report.values += found.values
        report.skipped += [f"{resource.stack} {resource.path}: {each}" for each in found.skipped]
        report.add(thing, _difference(resource, found.mismatches, calls.get(thing)))
    return report


def _stack(stack: StackState, account: str, report: Report) -> None:
    """Say that a whole stack is not there, or is in a state in which nothing can be compared."""
    if stack.moving:
        report.skipped.append(f"{stack.name}: {stack.status}")
        return
    thing, about = f"{account}/{stack.name}", f"stack/{stack.name}"
    difference = None
    if not stack.at_rest:
        reason = words.of_stack(stack.name, stack.status)
        difference = Difference(thing=thing, about=about, what=stack.status, reason=reason)
        report.skipped.append(f"{stack.name}: {stack.status}")
    report.add(thing, difference)


def _compared(resource: Resource, reading: Reading) -> Compared:
    if reading.refused:
        return Compared((Mismatch(EXISTENCE, "", "may not be read by stack_drift"),))
    if reading.properties is None:
        return Compared((Mismatch(EXISTENCE, "", "is gone"),), values=1)
    total = Compared(values=1)
    for name, deployed in resource.properties.items():
        total += _property(name, deployed, reading.properties.get(name))
    return total


def _property(name: str, deployed: Any, found: Any) -> Compared:
    if name in POLICIES:
        return policies_compared(deployed, found, name)
    if name == NAMED_POLICIES:
        return sum(_named(deployed or {}, found or {}), Compared())
    return compared(deployed, found, name)


def _named(deployed: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Compared]:
    for name in sorted({*deployed, *found}):
        yield policies_compared(deployed.get(name), found.get(name), f"{NAMED_POLICIES}[{name}]")


def _difference(
    resource: Resource, mismatches: tuple[Mismatch, ...], call: Call | None
) -> Difference | None:
    if not mismatches:
        return None
    content = json.dumps([[m.where, m.deployed, m.found] for m in mismatches])
    return Difference(
        thing=resource.thing,
        about=f"stack/{resource.stack}",
        what=hashlib.sha256(content.encode()).hexdigest(),
        reason=words.of_resource(resource, mismatches, call),
    )
