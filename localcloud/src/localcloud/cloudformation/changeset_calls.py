"""How are the calls about change sets answered?"""

from __future__ import annotations

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult

from localcloud import moto_patches
from localcloud.cloudformation import changesets, stack_inputs, stacks


def install() -> None:
    """Answer all five calls: moto knows change sets by their name alone, whatever the stack."""
    moto_patches.provide(
        CloudFormationResponse,
        {
            "create_change_set": _create,
            "describe_change_set": _describe,
            "list_change_sets": _list,
            "execute_change_set": _execute,
            "delete_change_set": _delete,
        },
        fixes="knows change sets by their name alone, whatever the stack",
        upstream=moto_patches.UNREPORTED,
    )


def _create(self: CloudFormationResponse) -> ActionResult:
    backend, kind = self.cloudformation_backend, self._get_param("ChangeSetType", "UPDATE")
    name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
    standing = changesets.standing(backend, stack_name)
    _demand_fitting(kind, standing, stack_name)
    stack = standing or changesets.new_stack(backend, stack_name)
    arn = changesets.add(
        backend,
        name,
        kind,
        stack,
        template=stack_inputs.template(self, standing),
        parameters=stack_inputs.parameters(self._get_param("Parameters", []), standing),
        tags=stack_inputs.tags(self) if "Tags" in self.params else stack.tags,
        description=self._get_param("Description"),
        role_arn=self._get_param("RoleARN"),
        notification_arns=self._get_param("NotificationARNs", []),
    )
    return ActionResult({"Id": arn, "StackId": stack.stack_id})


def _demand_fitting(kind: str, stack: Stack | None, name: str) -> None:
    if kind == "IMPORT":
        raise NotImplementedError("ChangeSetType IMPORT")
    in_review = stack is not None and stack.status == changesets.IN_REVIEW
    if kind == "CREATE" and stack is not None and not in_review:
        raise ValidationError(
            message=f"Stack [{name}] already exists and cannot be created again with a changeSet"
        )
    if kind == "UPDATE" and (stack is None or in_review):
        raise ValidationError(message=f"Stack [{name}] does not exist")
    if kind == "UPDATE" and stack is not None:
        stacks.demand_updatable(stack)


def _find(self: CloudFormationResponse) -> changesets.ChangeSet:
    name, stack_name = self._get_param("ChangeSetName"), self._get_param("StackName")
    return changesets.find(self.cloudformation_backend, name, stack_name)


def _describe(self: CloudFormationResponse) -> ActionResult:
    return ActionResult(_find(self).described())


def _list(self: CloudFormationResponse) -> ActionResult:
    backend, stack_name = self.cloudformation_backend, self._get_param("StackName")
    stack = changesets.standing(backend, stack_name)
    if stack is None:
        raise ValidationError(message=f"Stack [{stack_name}] does not exist")
    return ActionResult({"Summaries": [each.summary() for each in changesets.of(backend, stack)]})


def _execute(self: CloudFormationResponse) -> EmptyResult:
    changesets.execute(self.cloudformation_backend, _find(self))
    return EmptyResult()


def _delete(self: CloudFormationResponse) -> EmptyResult:
    """Delete a change set; as in AWS, one that is not there is as good as deleted."""
    try:
        found = _find(self)
    except changesets.NotFound:
        return EmptyResult()
    del self.cloudformation_backend.change_sets[found.change_set_id]
    return EmptyResult()
