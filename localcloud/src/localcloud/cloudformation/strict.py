"""Does a template hold anything that this cloud would silently ignore?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation import dynamic, wellformed
from localcloud.cloudformation.resource_types import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Mappings",
    "Conditions", "Rules", "Resources", "Outputs",
}  # fmt: skip
PSEUDO = {
    f"AWS::{name}"
    for name in ("AccountId", "Region", "StackId", "StackName", "URLSuffix", "NoValue", "Partition")
}
RESOURCE_KEYS = {
    "Type", "Properties", "DependsOn", "Condition", "Metadata",
    "DeletionPolicy", "UpdateReplacePolicy",
}  # fmt: skip


def demand_known(template: dict[str, Any]) -> None:
    """Raise ValidationError naming every section, type and property that is not honoured.

    What is not a template, dangling references and circular resources are refused as well.
    """
    wellformed.demand_shape(template)
    problems = [f"the section {name}" for name in sorted(set(template) - SECTIONS)]
    for logical_id, resource in template.get("Resources", {}).items():
        problems += _of_resource(logical_id, resource)
    problems += wellformed.problems(template)
    if problems:
        raise ValidationError(
            message="Template error: the local cloud does not honour " + "; ".join(problems)
        )
    _demand_resolved(template)
    dynamic.in_order(template.get("Resources", {}))


def _demand_resolved(template: dict[str, Any]) -> None:
    """Raise ValidationError, worded as AWS does, for references to nothing in the template."""
    known = {*template.get("Resources", {}), *template.get("Parameters", {}), *PSEUDO}
    for section in ("Resources", "Outputs"):
        lost = sorted(set(dynamic.references(template.get(section, {}))) - known)
        if section == "Resources":
            lost += sorted(dynamic.named(template.get(section, {})) - set(template[section]))
        if lost:
            raise ValidationError(
                message=f"Template format error: Unresolved resource dependencies "
                f"[{', '.join(lost)}] in the {section} block of the template"
            )


def _of_resource(logical_id: str, resource: dict[str, Any]) -> Iterator[str]:
    kind = type_of(resource.get("Type", ""))
    if kind is None:
        yield f"the resource type {resource.get('Type')} of {logical_id}"
        return
    for key in sorted(set(resource) - RESOURCE_KEYS):
        yield f"the attribute {key} of {kind.name} {logical_id}"
    properties = resource.get("Properties", {})
    if kind.honours == {"*": None}:
        return
    shape = {**kind.honours, **dict.fromkeys(kind.ignores)}
    for path in _unknown(properties, shape, ""):
        yield f"the property {path} of {kind.name} {logical_id}"


def _unknown(value: Any, shape: Any, path: str) -> Iterator[str]:
    """Yield the paths in *value* that *shape* does not know, through Fn::If into both branches."""
    if shape is None or value is None:
        return
    if _is_call(value):
        for branch in value.get("Fn::If", [])[1:]:
            yield from _unknown(branch, shape, path)
    elif isinstance(shape, list):
        for item in value if isinstance(value, list) else [value]:
            yield from _unknown(item, shape[0], path + "[]")
    elif isinstance(value, dict):
        for name, part in value.items():
            inner = f"{path}.{name}" if path else name
            if name in shape:
                yield from _unknown(part, shape[name], inner)
            else:
                yield inner


def _is_call(value: Any) -> bool:
    names = list(value) if isinstance(value, dict) else []
    return len(names) == 1 and (names[0] == "Ref" or names[0].startswith("Fn::"))
