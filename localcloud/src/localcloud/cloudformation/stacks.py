"""What happens to a stack when it is created, updated or deleted?"""

from __future__ import annotations

import json
from typing import Any

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import CloudFormationBackend, Stack
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.utils import generate_stack_id
from yaml import YAMLError

from localcloud import events, moto_patches, places
from localcloud.cloudformation import dynamic, exports, stack_inputs, strict
from localcloud.cloudformation.differences import Differences
from localcloud.cloudformation.engine import Engine, Failed
from localcloud.cloudformation.resource import Resource

STATUS_CHANGE = "CloudFormation Stack Status Change"
_parse_yaml = Stack.parse_template


def install() -> None:
    """Put our way with stacks in the place of moto's."""
    moto_patches.replace(
        Stack,
        "parse_template",
        staticmethod(parse),
        fixes="parses JSON as YAML, a hundred times slower, and takes unknown keys",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        Stack,
        "stack_resources",
        property(standing),
        fixes="lists resources that are not made by our types",
        upstream="policy: types are ours",
    )
    moto_patches.replace(
        CloudFormationBackend,
        "create_stack",
        create_stack,
        fixes="does not roll back when a resource fails",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        CloudFormationBackend,
        "update_stack",
        update_stack,
        fixes="does not roll back, and updates when nothing has changed",
        upstream=moto_patches.UNREPORTED,
    )


def parse(template: str) -> dict[str, Any]:
    """Return the template, of which everything has to be honoured here."""
    parsed = read(template)
    strict.demand_known(parsed)
    return dict(dynamic.in_two(parsed))


def read(template: str) -> Any:
    """Return what the text holds; JSON, which CDK writes, a hundred times faster than as YAML."""
    try:
        return json.loads(template)
    except ValueError:
        try:
            return _parse_yaml(template)
        except (YAMLError, ValueError) as error:  # moto tries JSON after YAML
            raise ValidationError(
                message=f"Template format error: YAML not well-formed. {error}"
            ) from error


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


def create(
    backend: CloudFormationBackend,
    stack: Stack,
    template: str,
    values: dict[str, str],
    tags: dict[str, str],
) -> None:
    """Give a stack that a change set has brought to be its first template and make it."""
    stack.tags = tags
    _load(backend, stack, template, values)
    _create(backend, stack)


def _create(backend: CloudFormationBackend, stack: Stack) -> None:
    enter(stack, "CREATE_IN_PROGRESS", "User Initiated")
    engine = Engine(stack)
    try:
        engine.apply()
        exports.publish(backend, stack)
        enter(stack, "CREATE_COMPLETE")
    except (Failed, ValidationError) as error:
        enter(stack, "ROLLBACK_IN_PROGRESS", str(error))
        engine.roll_back()
        stack.output_map = _no_outputs(stack)
        enter(stack, "ROLLBACK_COMPLETE")


def _no_outputs(stack: Stack) -> Any:
    return type(stack.output_map)(stack.resource_map, {"Outputs": {}}, stack.stack_id)


def enter(stack: Stack, status: str, reason: str | None = None) -> None:
    """Put a stack into a state, with an event that says so, and one on the default bus."""
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=reason)
    with places.at(places.of(stack.stack_id)):
        events.emit("aws.cloudformation", STATUS_CHANGE, _changed(stack), [stack.stack_id])


def _changed(stack: Stack) -> dict[str, Any]:
    """Return what EventBridge is told of the state of a stack."""
    return {
        "stack-id": stack.stack_id,
        "status-details": {"status": stack.status, "status-reason": ""},
        "client-request-token": "",
    }


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
    demand_updatable(stack)
    values = stack_inputs.parameters(parameters, stack)
    wanted_tags = stack.tags if tags is None else tags
    after = preview(stack, template, values)
    if wanted_tags == stack.tags and not Differences(stack, after).any():
        raise ValidationError(message="No updates are to be performed.")
    stack.role_arn = role_arn
    update(self, stack, template, values, wanted_tags)
    return stack


def demand_updatable(stack: Stack) -> None:
    """Raise ValidationError, worded as AWS does, for a stack that can only be deleted."""
    if stack.status in ("ROLLBACK_COMPLETE", "DELETE_FAILED"):
        raise ValidationError(
            message=f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        )


def preview(stack: Stack, template: str, values: dict[str, str]) -> ResourceMap:
    """Return a template read with its parameters, which must fit it; nothing of it is made."""
    loaded = ResourceMap(
        stack.stack_id, stack.name, values, stack.tags, stack.region_name,
        stack.account_id, parse(template), stack.cross_stack_resources,
    )  # fmt: skip
    loaded.load()
    return loaded


def update(
    backend: CloudFormationBackend,
    stack: Stack,
    template: str,
    values: dict[str, Any],
    tags: dict[str, str],
) -> None:
    """Bring a stack to another template, parameters and tags, or back."""
    before = (stack.template, stack.parameters, stack.resource_map)
    tags_before, stack.tags = stack.tags, tags
    old_resources = stack.template_dict["Resources"]
    try:
        enter(stack, "UPDATE_IN_PROGRESS", "User Initiated")
        _load(backend, stack, template, values)
        engine = Engine(stack)
        engine.apply()
        exports.publish(backend, stack)
        engine.clean_up(old_resources)
        enter(stack, "UPDATE_COMPLETE")
    except (Failed, ValidationError) as error:
        enter(stack, "UPDATE_ROLLBACK_IN_PROGRESS", str(error))
        engine.roll_back()
        stack.tags = tags_before
        _restore(stack, *before)
        enter(stack, "UPDATE_ROLLBACK_COMPLETE")


def _load(
    backend: CloudFormationBackend, stack: Stack, template: str, values: dict[str, Any]
) -> None:
    """Give the stack a new template and parameters; its resources stay."""
    known = {item.logical_resource_id: item for item in standing(stack)}
    stack.template, stack.parameters = template, values
    stack.cross_stack_resources = backend.exports
    stack._parse_template()
    stack.description = stack.template_dict.get("Description")
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
