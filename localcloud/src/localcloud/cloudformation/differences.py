"""What would become of a stack's resources under another template and other parameters?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation import dynamic, wellformed
from localcloud.cloudformation.engine import KEPT
from localcloud.cloudformation.resource import Resource
from localcloud.cloudformation.resource_types import type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.cloudformation.models import Stack
    from moto.cloudformation.parsing import ResourceMap

Change = dict[str, Any]
_NONE: dict[str, Any] = {}
_ATTRIBUTES = ("Metadata", "DeletionPolicy", "UpdateReplacePolicy")


class Differences:
    """What differs between a stack as it is and a loaded template that is not yet deployed."""

    def __init__(self, stack: Stack, after: ResourceMap) -> None:
        self._stack, self._after = stack, after
        self._old: dict[str, Any] = stack.template_dict.get("Resources", {})
        self._new: dict[str, Any] = after._template["Resources"]
        before, now = stack.resource_map.resolved_parameters, after.resolved_parameters
        self._values = {name for name in now if before.get(name) != now[name]}
        conditions = after._template.get("Conditions", {})
        self._conditions = {name for name in conditions if self._turned(name)}

    def any(self) -> bool:
        """Tell whether a deployment would do anything at all, be it to the outputs alone."""
        old, new = (
            template.get("Outputs", {})
            for template in (self._stack.template_dict, self._after._template)
        )
        return old != new or bool(self._causes(new)) or next(self.changes(), None) is not None

    def changes(self) -> Iterator[Change]:
        """Yield each change of a resource as DescribeChangeSet describes it, removals last."""
        standing = {
            name: item
            for name, item in self._stack.resource_map._parsed_resources.items()
            if isinstance(item, Resource)
        }
        wanted = [name for name in dynamic.in_order(self._new) if self._wanted(name)]
        for name in wanted:
            if name not in standing:
                yield self._change("Add", name, self._new[name]["Type"])
            else:
                yield from self._modification(name, standing[name])
        for name, resource in reversed(standing.items()):
            if name not in wanted:
                policy = "Retain" if self._old[name].get("DeletionPolicy") in KEPT else "Delete"
                yield self._change("Remove", name, resource.cf_resource_type) | {
                    "PhysicalResourceId": resource.physical_resource_id,
                    "PolicyAction": policy,
                }

    def _turned(self, condition: str) -> bool:
        if condition not in self._stack.template_dict.get("Conditions", {}):
            return True
        before = self._stack.resource_map.lazy_condition_map[condition]
        return bool(before) != bool(self._after.lazy_condition_map[condition])

    def _wanted(self, name: str) -> bool:
        condition = self._new[name].get("Condition")
        return not condition or bool(self._after.lazy_condition_map[condition])

    def _change(self, action: str, name: str, resource_type: str) -> Change:
        return {"Action": action, "LogicalResourceId": name, "ResourceType": resource_type}

    def _modification(self, name: str, standing: Resource) -> Iterator[Change]:
        old, new = self._old[name], self._new[name]
        details = [*self._of_properties(old, new, self._recreation(old, new))]
        scope = ["Properties"] if details else []
        for attribute in _ATTRIBUTES:
            if old.get(attribute) != new.get(attribute):
                scope.append(attribute)
                details.append(_detail({"Attribute": attribute, "RequiresRecreation": "Never"}))
        if not details and old["Type"] == new["Type"]:
            return
        needs = {detail["Target"]["RequiresRecreation"] for detail in details}
        replaced = "True" if "Always" in needs or old["Type"] != new["Type"] else "Conditional"
        yield self._change("Modify", name, new["Type"]) | {
            "PhysicalResourceId": standing.physical_resource_id,
            "Replacement": replaced if needs != {"Never"} else "False",
            "Scope": scope,
            "Details": details,
        }

    def _recreation(self, old: dict[str, Any], new: dict[str, Any]) -> str:
        """Say how a change of properties is done; which ones need a new resource it itself knows.

        AWS says "Never" of some properties; here each may need it where any does.
        """
        kind = type_of(new["Type"])
        in_place = kind is not None and kind.update is not None and old["Type"] == new["Type"]
        return "Conditionally" if in_place else "Always"

    def _of_properties(
        self, old: dict[str, Any], new: dict[str, Any], recreation: str
    ) -> Iterator[Change]:
        before, after = old.get("Properties", _NONE), new.get("Properties", _NONE)
        for name in sorted({*before, *after}):
            target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}
            if before.get(name) != after.get(name):
                yield _detail(target)
            else:
                for cause in sorted(self._causes(after.get(name))):
                    yield _detail(target, cause)

    def _causes(self, value: Any) -> set[str]:
        """Return the parameters whose new values *value* would show, and conditions likewise."""
        named = set(dynamic.references(value)) & self._values
        calls = wellformed.calls(value)
        return named | {part[0] for call, part in calls if call == "Fn::If"} & self._conditions


def _detail(target: dict[str, Any], cause: str | None = None) -> Change:
    source = {"ChangeSource": "ParameterReference", "CausingEntity": cause} if cause else {}
    return {"ChangeSource": "DirectModification", **source, "Target": target} | {
        "Evaluation": "Static"
    }
