"""What is a change set: a change of a stack that is shown before it is made?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import (
    AlreadyExistsException,
    CloudFormationError,
    ValidationError,
)
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.utils import generate_changeset_id, generate_stack_id
from moto.core.utils import utcnow

from localcloud.cloudformation import stacks
from localcloud.cloudformation.differences import Differences

if TYPE_CHECKING:
    from datetime import datetime

NOTHING = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)
IN_REVIEW = "REVIEW_IN_PROGRESS"


class NotFound(CloudFormationError):
    """The stack has no change set of that name."""

    code = "ChangeSetNotFound"
    http_status_code = 404


class InvalidStatus(CloudFormationError):
    """The change set cannot be executed, now or ever."""

    code = "InvalidChangeSetStatus"


@dataclass
class ChangeSet:
    """A wanted template with its parameters, and what it would do to the stack."""

    change_set_id: str
    change_set_name: str
    change_set_type: str
    stack: Stack
    template: str
    parameters: dict[str, str]
    tags: dict[str, str]
    description: str | None = None
    role_arn: str | None = None
    notification_arns: list[str] = field(default_factory=list)
    creation_time: datetime = field(default_factory=utcnow)
    changes: list[dict[str, Any]] = field(default_factory=list)
    status: str = "CREATE_COMPLETE"
    execution_status: str = "AVAILABLE"
    status_reason: str | None = None

    def fill(self) -> None:
        """Find out what it would change, after refusing parameters that do not fit."""
        after = stacks.preview(self.stack, self.template, self.parameters)
        differences = Differences(self.stack, after)
        self.changes = list(differences.changes())
        new = self.change_set_type == "CREATE"
        if not new and not differences.any() and self.tags == self.stack.tags:
            self.status, self.execution_status = "FAILED", "UNAVAILABLE"
            self.status_reason = NOTHING

    def described(self) -> dict[str, Any]:
        """Return it as DescribeChangeSet answers; moto itself lists the parameters."""
        return self.summary() | {
            "Changes": self.changes,
            "Parameters": self.parameters,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            "NotificationARNs": self.notification_arns,
        }

    def summary(self) -> dict[str, Any]:
        """Return it as ListChangeSets answers."""
        return {
            "ChangeSetId": self.change_set_id,
            "ChangeSetName": self.change_set_name,
            "StackId": self.stack.stack_id,
            "StackName": self.stack.name,
            "Description": self.description,
            "CreationTime": self.creation_time,
            "Status": self.status,
            "StatusReason": self.status_reason,
            "ExecutionStatus": self.execution_status,
        }


def standing(backend: CloudFormationBackend, name_or_id: str) -> Stack | None:
    """Return the stack of that name or id that has not been deleted."""
    found = (each for each in backend.stacks.values() if name_or_id in (each.name, each.stack_id))
    return next(found, None)


def of(backend: CloudFormationBackend, stack: Stack) -> list[ChangeSet]:
    """Return the change sets of a stack, oldest first."""
    known: Any = backend.change_sets.values()
    return [each for each in known if each.stack is stack]


def find(backend: CloudFormationBackend, name: str, stack_name: str | None) -> ChangeSet:
    """Return the change set of that ARN, or of that name at that stack."""
    if name in backend.change_sets:
        known: Any = backend.change_sets
        found: ChangeSet = known[name]
        return found
    if not stack_name and not name.startswith("arn:"):
        raise ValidationError(message="StackName must be specified if ChangeSetName is not an ARN.")
    stack = standing(backend, stack_name or "")
    if stack is None and not name.startswith("arn:"):
        raise ValidationError(message=f"Stack [{stack_name}] does not exist")
    for each in of(backend, stack) if stack else []:
        if each.change_set_name == name:
            return each
    raise NotFound(f"ChangeSet [{name}] does not exist")


def new_stack(backend: CloudFormationBackend, name: str) -> Stack:
    """Return an empty stack, not yet known to anyone, that a change set may create."""
    stack_id = generate_stack_id(name, backend.region_name, backend.account_id)
    stack: Any = Stack
    made: Stack = stack(
        stack_id, name, {}, {}, backend.account_id, backend.region_name,
        cross_stack_resources=backend.exports,
    )  # fmt: skip
    made.status = IN_REVIEW
    return made


def add(backend: CloudFormationBackend, name: str, kind: str, stack: Stack, **more: Any) -> str:
    """Create a change set and return its ARN; the stack of the first one comes to be with it."""
    if any(each.change_set_name == name for each in of(backend, stack)):
        raise AlreadyExistsException(f"ChangeSet {name} already exists on stack {stack.name}")
    arn = generate_changeset_id(name, backend.region_name, backend.account_id)
    change_set = ChangeSet(arn, name, kind, stack, **more)
    change_set.fill()
    if stack.stack_id not in backend.stacks:
        stack._add_stack_event(IN_REVIEW, resource_status_reason="User Initiated")
        backend.stacks[stack.stack_id] = stack
    known: Any = backend.change_sets
    known[arn] = change_set
    return arn


def execute(backend: CloudFormationBackend, change_set: ChangeSet) -> None:
    """Make the change; the stack's other change sets are gone with it, as they no longer fit."""
    if change_set.execution_status != "AVAILABLE":
        raise InvalidStatus(
            f"ChangeSet [{change_set.change_set_id}] cannot be executed in its current status of "
            f"[{change_set.status}] and execution status of [{change_set.execution_status}]"
        )
    for each in of(backend, change_set.stack):
        if each is not change_set:
            del backend.change_sets[each.change_set_id]
    stack = change_set.stack
    stack.role_arn, stack.notification_arns = change_set.role_arn, change_set.notification_arns
    wanted = (change_set.template, change_set.parameters, change_set.tags)
    run = stacks.create if change_set.change_set_type == "CREATE" else stacks.update
    run(backend, stack, *wanted)
    change_set.execution_status = "EXECUTE_COMPLETE"
