"""When may a stack be deleted, and what happens then?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult

from localcloud import moto_patches
from localcloud.cloudformation import changesets, exports
from localcloud.cloudformation.engine import Engine, Failed
from localcloud.cloudformation.stacks import enter

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack


def install() -> None:
    """Delete as AWS does, and answer UpdateTerminationProtection, which moto lacks."""
    moto_patches.replace(
        CloudFormationBackend,
        "delete_stack",
        _delete_stack,
        fixes="deletes protected stacks and such whose exports are used; has no DELETE_FAILED",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.provide(
        CloudFormationResponse,
        {"update_termination_protection": _protect},
        fixes="lacks UpdateTerminationProtection",
        upstream="unreported: getmoto/moto#5647 added the setting, not the call that changes it",
    )


def _delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    """Delete a stack and what it made; what could not be removed leaves it DELETE_FAILED.

    As in AWS, a stack that is not there is as good as deleted.
    """
    stack = changesets.standing(self, name_or_stack_id)
    if stack is None:
        return
    if stack.enable_termination_protection:
        raise ValidationError(
            message=f"Stack [{stack.stack_id}] cannot be deleted while TerminationProtection is "
            "enabled"
        )
    exports.demand_unused(self, stack)
    _delete(self, stack)


def _delete(backend: CloudFormationBackend, stack: Stack) -> None:
    enter(stack, "DELETE_IN_PROGRESS", "User Initiated")
    try:
        Engine(stack).delete()
    except Failed as error:
        enter(stack, "DELETE_FAILED", str(error))
        return
    exports.withdraw(backend, stack)
    for each in changesets.of(backend, stack):
        del backend.change_sets[each.change_set_id]
    enter(stack, "DELETE_COMPLETE")
    backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)


def _protect(self: CloudFormationResponse) -> ActionResult:
    name = self._get_param("StackName")
    stack = changesets.standing(self.cloudformation_backend, name)
    if stack is None:
        raise ValidationError(message=f"Stack [{name}] does not exist")
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection", False)
    return ActionResult({"StackId": stack.stack_id})
