"""What happens to a stack when it is created, updated or deleted?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import ChangeSet, CloudFormationBackend, Stack
from moto.cloudformation.utils import generate_stack_id
from yaml import YAMLError

from localcloud import mending
from localcloud.cloudformation import exports, strict
from localcloud.cloudformation.engine import Engine, Failed
from localcloud.cloudformation.resource import Resource

if TYPE_CHECKING:
    from moto.cloudformation.parsing import ResourceMap

_parse_yaml = Stack.parse_template


def install() -> None:
    """Put our way with stacks in the place of moto's."""
    mending.replace(Stack, "parse_template", staticmethod(parse))
    mending.replace(Stack, "stack_resources", property(standing))
    mending.replace(ChangeSet, "_parse_template", _parse_change_set)
    mending.replace(CloudFormationBackend, "create_stack", create_stack)
    mending.replace(CloudFormationBackend, "update_stack", update_stack)
    mending.replace(CloudFormationBackend, "delete_stack", delete_stack)
    mending.replace(CloudFormationBackend, "execute_change_set", execute_change_set)


def parse(template: str) -> dict[str, Any]:
    """Return the template; JSON, which CDK writes, a hundred times faster than as YAML."""
    try:
        parsed = json.loads(template)
    except ValueError:
        try:
            parsed = _parse_yaml(template)
        except (YAMLError, ValueError) as error:  # moto tries JSON after YAML
            raise ValidationError(
                message=f"Template format error: YAML not well-formed. {error}"
            ) from error
    strict.demand_known(parsed)
    return parsed


def _parse_change_set(self: ChangeSet) -> None:
    self.template_dict = parse(self.template)


def standing(stack: Stack) -> list[Resource]:
    """Return the resources that a stack has just now."""
    return [item for item in stack.resource_map._parsed_resources.values() if _ours(item)]


def _ours(item: object) -> bool:
    return isinstance(item, Resource)


def create_stack(
    self: CloudFormationBackend, name: str, template: str, parameters: dict[str, Any], **more: Any
) -> Stack:
    """Create a stack; when a resource fails the stack ends ROLLBACK_COMPLETE, as in AWS."""
    if any(stack.name == name for stack in self.stacks.values()):
        raise AlreadyExistsException(f"Stack [{name}] already exists")
    new_stack: Any = Stack
    stack = new_stack(
        stack_id=generate_stack_id(name, self.region_name, self.account_id),
        name=name,
        template=template,
        parameters=parameters,
        account_id=self.account_id,
        region_name=self.region_name,
        cross_stack_resources=self.exports,
        **more,
    )
    self.stacks[stack.stack_id] = stack
    _create(self, stack)
    return stack


def _create(backend: CloudFormationBackend, stack: Stack) -> None:
    _enter(stack, "CREATE_IN_PROGRESS", "User Initiated")
    engine = Engine(stack)
    try:
        engine.apply()
        exports.publish(backend, stack)
        _enter(stack, "CREATE_COMPLETE")
    except (Failed, ValidationError) as error:
        _enter(stack, "ROLLBACK_IN_PROGRESS", str(error))
        engine.roll_back()
        stack.output_map = _no_outputs(stack)
        _enter(stack, "ROLLBACK_COMPLETE")


def _no_outputs(stack: Stack) -> Any:
    return type(stack.output_map)(stack.resource_map, {"Outputs": {}}, stack.stack_id)


def _enter(stack: Stack, status: str, reason: str | None = None) -> None:
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)


def update_stack(
    self: CloudFormationBackend,
    name: str,
    template: str,
    role_arn: str | None,
    parameters: list[dict[str, Any]],
    tags: dict[str, str] | None,
) -> Stack:
    """Update a stack; when a resource fails the stack ends UPDATE_ROLLBACK_COMPLETE."""
    stack = self.get_stack(name)
    values = self._resolve_update_parameters(instance=stack, incoming_params=parameters)
    if parse(template) == stack.template_dict and values == stack.parameters:
        raise ValidationError(message="No updates are to be performed.")
    _update(self, stack, template, values)
    stack.role_arn = role_arn
    stack.tags = stack.tags if tags is None else tags
    return stack


def _update(
    backend: CloudFormationBackend, stack: Stack, template: str, values: dict[str, Any]
) -> None:
    before = (stack.template, stack.parameters, stack.resource_map)
    old_resources = stack.template_dict["Resources"]
    try:
        _enter(stack, "UPDATE_IN_PROGRESS", "User Initiated")
        _load(backend, stack, template, values)
        engine = Engine(stack)
        engine.apply()
        exports.publish(backend, stack)
        engine.clean_up(old_resources)
        _enter(stack, "UPDATE_COMPLETE")
    except (Failed, ValidationError) as error:
        _enter(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(error))
        engine.roll_back()
        _restore(stack, *before)
        _enter(stack, "UPDATE_ROLLBACK_COMPLETE")


def _load(
    backend: CloudFormationBackend, stack: Stack, template: str, values: dict[str, Any]
) -> None:
    """Give the stack a new template and parameters; its resources stay."""
    known = {item.logical_resource_id: item for item in standing(stack)}
    stack.template, stack.parameters = template, values
    stack.cross_stack_resources = backend.exports
    stack._parse_template()
    stack.resource_map = stack._create_resource_map()
    stack.resource_map._parsed_resources.update(known)
    stack.output_map = stack._create_output_map()


def _restore(stack: Any, template: Any, values: dict[str, Any], before: ResourceMap) -> None:
    known = {item.logical_resource_id: item for item in standing(stack)}
    others = {name: item for name, item in before._parsed_resources.items() if not _ours(item)}
    before._parsed_resources = {**others, **known}
    stack.template, stack.parameters, stack.resource_map = template, values, before
    stack._parse_template()
    stack.output_map = stack._create_output_map()


def execute_change_set(
    self: CloudFormationBackend, change_set_name: str, stack_name: str | None = None
) -> None:
    """Create or update the stack of a change set."""
    change_set = self.describe_change_set(change_set_name)
    if change_set is None:
        raise ValidationError(stack_name)
    stack = self.stacks[change_set.stack_id]
    if change_set.change_set_type == "CREATE":
        _load(self, stack, change_set.template, change_set.parameters)
        _create(self, stack)
    else:
        _update(self, stack, change_set.template, change_set.parameters)
    change_set.execution_status = "EXECUTE_COMPLETE"


def delete_stack(self: CloudFormationBackend, name_or_stack_id: str) -> None:
    """Delete a stack and what it made; what could not be removed leaves it DELETE_FAILED."""
    found = [
        stack for stack in self.stacks.values() if name_or_stack_id in (stack.name, stack.stack_id)
    ]
    for stack in found:
        exports.demand_unused(self, stack)
        _enter(stack, "DELETE_IN_PROGRESS", "User Initiated")
        try:
            Engine(stack).delete()
        except Failed as error:
            _enter(stack, "DELETE_FAILED", str(error))
            continue
        exports.withdraw(self, stack)
        _enter(stack, "DELETE_COMPLETE")
        self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)
