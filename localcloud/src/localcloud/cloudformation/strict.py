"""Does a template hold anything that this cloud would silently ignore?"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation import dynamic, wellformed
from localcloud.cloudformation.problem import Problem
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
    found = list(_unsupported(template))
    if found:
        raise ValidationError(
            message="Template error: the local cloud does not honour " + "; ".join(map(str, found))
        )
    _demand_resolved(template)
    for problem in _unknown_attributes(template):
        raise ValidationError(message=f"Template error: {problem.what}")
    dynamic.in_order(template.get("Resources", {}))


def problems(template: dict[str, Any]) -> list[Problem]:
    """Return all that `demand_known` would refuse, and what to do about it."""
    try:
        demand_known(template)
    except ValidationError as error:
        found: list[Problem] = []
        with contextlib.suppress(ValidationError):
            wellformed.demand_shape(template)
            found = [*_unsupported(template), *_unknown_attributes(template)]
        return found or [Problem("", str(error.message), "AWS refuses this template, too")]
    return []


def _unknown_attributes(template: dict[str, Any]) -> Iterator[Problem]:
    """Yield, worded as AWS does, the attributes that are asked for and that a type has not."""
    resources = template.get("Resources", {})
    parts = [template.get(section, {}) for section in ("Resources", "Outputs")]
    for name, attribute in sorted(set(dynamic.attributes(parts))):
        kind = type_of(resources.get(name, {}).get("Type", ""))
        if kind is not None and not kind.gives(attribute):
            yield Problem(
                name,
                f"resource {name} does not support attribute type {attribute} in Fn::GetAtt",
                f"ask for one of {list(kind.attributes or ())}",
            )


def _unsupported(template: dict[str, Any]) -> Iterator[Problem]:
    for name in sorted(set(template) - SECTIONS):
        yield Problem("", f"the section {name}", f"leave it out: {name} would have no effect")
    for logical_id, resource in template.get("Resources", {}).items():
        yield from _of_resource(logical_id, resource)
    yield from wellformed.problems(template)


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


def _of_resource(logical_id: str, resource: dict[str, Any]) -> Iterator[Problem]:
    kind = type_of(resource.get("Type", ""))
    if kind is None:
        yield Problem(
            logical_id,
            f"the resource type {resource.get('Type')}",
            "leave the resource out when deploying here, or add the type (README)",
        )
        return
    for key in sorted(set(resource) - RESOURCE_KEYS):
        yield Problem(logical_id, f"the attribute {key}", "leave it out", kind.name)
    properties = resource.get("Properties", {})
    if kind.honours == {"*": None}:
        return
    shape = {**kind.honours, **dict.fromkeys(kind.ignores)}
    for path in _unknown(properties, shape, ""):
        yield Problem(logical_id, f"the property {path}", "leave it out", kind.name)
    for what, remedy in kind.refuses(properties):
        yield Problem(logical_id, what, remedy, kind.name)


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
