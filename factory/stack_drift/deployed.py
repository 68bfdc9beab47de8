"""What did CloudFormation deploy? The stacks of a stage, and each resource with its properties.

Some resources only add to others: the policy of a queue is a resource of its own, and so is that of
a role. They are compared with what they add to, so that whatever was added besides is seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from factory.stack_drift.intrinsics import Scope, called, resolved
from factory.stack_drift.kinds import KINDS, NAMED_POLICIES, STATED

AT_REST = {f"{word}_COMPLETE" for word in ("CREATE", "UPDATE", "UPDATE_ROLLBACK", "IMPORT")}
AT_REST |= {"IMPORT_ROLLBACK_COMPLETE"}
"""The states in which a stack is as its template says, or somebody has changed it."""
PROPOSED = "REVIEW_IN_PROGRESS"
"""The state of a stack that is only proposed, maybe for ever: nothing of it is there."""
PATH = "aws:cdk:path"
FUNCTION = "AWS::Lambda::Function"
_ADDING = {
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::Events::EventBusPolicy": "EventBusName",
}
"""Resources that are the policy of another, and the property that names it."""
_ATTACHED = {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}


@dataclass(frozen=True, kw_only=True)
class StackState:
    """One stack, as CloudFormation describes it."""

    name: str
    status: str
    arn: str = ""
    changed: str = ""
    """When it was last updated; empty when it never was."""
    template: Mapping[str, Any]
    physical: Mapping[str, str]
    """The physical id of each resource, by its logical id."""
    exports: Mapping[str, str]

    @property
    def at_rest(self) -> bool:
        """Tell whether nobody is changing it just now, and its last change has ended well."""
        return self.status in AT_REST

    @property
    def moving(self) -> bool:
        """Tell whether CloudFormation is changing it just now."""
        return self.status.endswith("_IN_PROGRESS") and self.status != PROPOSED

    def scope(self, exports: Mapping[str, str]) -> Scope:
        """Return what its references lead to, with the *exports* of the stacks beside it."""
        types = {k: r["Type"] for k, r in self.template.get("Resources", {}).items()}
        return Scope(
            arn=self.arn,
            physical=self.physical,
            types=types,
            exports=exports,
            mappings=self.template.get("Mappings", {}),
        )


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource that is to be compared, and how it was deployed."""

    stack: str
    account: str
    logical_id: str
    path: str
    """Of its construct; the logical id where the template does not say it."""
    type: str
    physical_id: str
    properties: Mapping[str, Any]
    settled: bool = True
    """Whether no stack is changing it just now: its own, or one that adds to it."""
    code: str = ""
    """Of a function: where its code was deployed from, which is another place for other code."""

    @property
    def thing(self) -> str:
        """Return what it is in the table of differences; stacks of other accounts may share names.

        It does not depend on the physical id, so that a resource that is made anew is the same.
        """
        return f"{self.account}/{self.stack}/{self.logical_id}"

    @property
    def name(self) -> str:
        """Return what it is called."""
        return called(self.physical_id)


def resources(stacks: Iterable[StackState]) -> list[Resource]:
    """Return every resource of the *stacks* that is to be compared while it is settled."""
    known = list(stacks)
    exports = {name: value for stack in known for name, value in stack.exports.items()}
    parts = {stack.name: list(_parts(stack, exports)) for stack in known}
    added = list(_added(part for each in parts.values() for part in each))
    return [
        _whole(part, added)
        for stack in known
        for part in parts[stack.name]
        if part.type in KINDS and part.physical_id
    ]


def _parts(stack: StackState, exports: Mapping[str, str]) -> Iterator[Resource]:
    """Yield every resource of a template with what its properties come to."""
    scope = stack.scope(exports)
    for logical, resource in stack.template.get("Resources", {}).items():
        yield Resource(
            stack=stack.name,
            account=scope.place["account"],
            logical_id=logical,
            path=resource.get("Metadata", {}).get(PATH, logical).removesuffix("/Resource"),
            type=resource["Type"],
            physical_id=stack.physical.get(logical, ""),
            properties=resolved(resource.get("Properties", {}), scope),
            settled=stack.at_rest,
        )


@dataclass(frozen=True)
class _Addition:
    """What one resource adds to a property of another, which is known by its name."""

    to: str
    property: str
    value: Any
    settled: bool


def _added(parts: Iterable[Resource]) -> Iterator[_Addition]:
    for part in parts:
        given = part.properties
        if part.type in _ADDING:
            document = given.get("PolicyDocument") or {"Statement": [given.get("Statement")]}
            for owner in _listed(given[_ADDING[part.type]]):
                yield _Addition(called(str(owner)), "Policy", document, part.settled)
        elif part.type in _ATTACHED:
            for role in _listed(given.get("Roles", [])):
                yield _attached(part, str(role))


def _attached(part: Resource, role: str) -> _Addition:
    if part.type == "AWS::IAM::ManagedPolicy":
        return _Addition(role, "ManagedPolicyArns", part.physical_id, part.settled)
    document = part.properties["PolicyDocument"]
    named = {part.properties["PolicyName"]: document}
    return _Addition(role, NAMED_POLICIES, named, part.settled)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _whole(part: Resource, added: Iterable[_Addition]) -> Resource:
    """Return *part* with the properties that are compared, and what others add to them."""
    given = dict(part.properties)
    if part.type == "AWS::IAM::Role":
        own = given.get(NAMED_POLICIES, [])
        given[NAMED_POLICIES] = {each["PolicyName"]: each["PolicyDocument"] for each in own}
    mine = [each for each in added if each.to == part.name]
    for each in mine:
        given[each.property] = _with(given.get(each.property), each)
    kept = {
        name: given.get(name, unless)
        for name, unless in KINDS[part.type].items()
        if name in given or unless is not STATED
    }
    settled = part.settled and all(each.settled for each in mine)
    code = json.dumps(given["Code"], sort_keys=True, default=str) if part.type == FUNCTION else ""
    return replace(part, properties=kept, settled=settled, code=code)


def _with(before: Any, more: _Addition) -> Any:
    if more.property == "ManagedPolicyArns":
        return [*(before or []), more.value]
    if more.property == NAMED_POLICIES:
        return {**(before or {}), **more.value}
    return {"Statement": [*(before or {}).get("Statement", []), *more.value["Statement"]]}
