"""Which values does a stack offer to others, and which others use them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import clean_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudformation.models import CloudFormationBackend, Stack


def publish(backend: CloudFormationBackend, stack: Stack) -> None:
    """Compute the stack's outputs anew and offer those it exports, instead of its former ones."""
    stack.output_map = stack._create_output_map()
    offered = {export.name: export for export in stack.exports}
    assert stack.outputs is not None or not offered  # noqa: S101 - reading outputs computes them
    for name, export in offered.items():
        other = backend.exports.get(name)
        if other and other.exporting_stack_id != stack.stack_id:
            raise ValidationError(
                message=f"Export with name {name} is already exported by another stack"
            )
        if other and other.value != export.value:
            _demand_no_importer(backend, stack, name, "update")
    for name in [name for name in _own(backend, stack) if name not in offered]:
        _demand_no_importer(backend, stack, name, "delete")
        del backend.exports[name]
    backend.exports.update(offered)


def withdraw(backend: CloudFormationBackend, stack: Stack) -> None:
    """Stop offering the exports of a stack that is gone."""
    for name in _own(backend, stack):
        del backend.exports[name]


def demand_unused(backend: CloudFormationBackend, stack: Stack) -> None:
    """Raise ValidationError, worded as AWS does, when another stack imports from this one."""
    for name in _own(backend, stack):
        _demand_no_importer(backend, stack, name, "delete")


def _own(backend: CloudFormationBackend, stack: Stack) -> list[str]:
    return [
        name
        for name, export in backend.exports.items()
        if export.exporting_stack_id == stack.stack_id
    ]


def _demand_no_importer(backend: CloudFormationBackend, stack: Stack, name: str, what: str) -> None:
    for other in backend.stacks.values():
        if other is not stack and name in _imports(other.template_dict, other.resource_map):
            raise ValidationError(
                message=f"Cannot {what} export {name} as it is in use by {other.name}."
            )


def _imports(value: Any, resources: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _imports(item, resources)
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "Fn::ImportValue":
                yield clean_json(part, resources)
            else:
                yield from _imports(part, resources)
