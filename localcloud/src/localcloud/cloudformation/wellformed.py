"""Is a template a template: of the right shape, with functions and conditions there are?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = {
    f"Fn::{name}"
    for name in (
        "Base64", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Select", "Split",
        "Sub", "ToJsonString",
    )
}  # fmt: skip
_IN_CONDITIONS = {"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or", "Fn::FindInMap"}
_OUTPUT_KEYS = {"Value", "Description", "Export", "Condition"}
_POLICIES = {
    "DeletionPolicy": {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"},
    "UpdateReplacePolicy": {"Delete", "Retain", "Snapshot"},
}


def _refusal(reason: str) -> ValidationError:
    return ValidationError(message=f"Template format error: {reason}")


def demand_shape(template: Any) -> None:
    """Raise ValidationError, in AWS's words where it has any, for what is not a template."""
    if not isinstance(template, dict):
        raise _refusal("unsupported structure.")
    for section in ("Resources", "Parameters", "Outputs", "Conditions", "Mappings", "Rules"):
        members = template.get(section, {})
        if not isinstance(members, dict):
            raise _refusal(f"{section} must be an object.")
        for name, member in members.items():
            if not isinstance(member, dict) or not isinstance(member.get("Properties", {}), dict):
                raise _refusal(f"[/{section}/{name}] must be an object, and so its Properties.")
    if not template.get("Resources"):
        raise _refusal("At least one Resources member must be defined.")
    _demand_conditions(template)


def _demand_conditions(template: dict[str, Any]) -> None:
    known = set(template.get("Conditions", {}))
    for section in ("Conditions", "Resources", "Outputs"):
        for name in _conditions(template.get(section, {}), section):
            if name not in known:
                raise _refusal(
                    f"Unresolved condition dependency {name} in the {section} block of the template"
                )


def _conditions(members: dict[str, Any], section: str) -> Iterator[str]:
    if section != "Conditions":
        yield from (each["Condition"] for each in members.values() if "Condition" in each)
    for call, argument in calls(members):
        if call == "Fn::If":
            yield argument[0]
        elif call == "Condition" and section == "Conditions":
            yield argument


def calls(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and argument of every function in *value*, and of {"Condition": name}."""
    if isinstance(value, list):
        for item in value:
            yield from calls(item)
    if isinstance(value, dict):
        for name, part in value.items():
            if name.startswith("Fn::") or (name == "Condition" and isinstance(part, str)):
                yield name, part
            yield from calls(part)


def problems(template: dict[str, Any]) -> Iterator[Problem]:
    """Yield what this cloud would ignore: unknown functions, policies and keys of outputs."""
    for section in ("Resources", "Outputs", "Conditions"):
        known = FUNCTIONS | (_IN_CONDITIONS if section == "Conditions" else set())
        for name, member in template.get(section, {}).items():
            for call in sorted({call for call, _ in calls(member) if call.startswith("Fn::")}):
                if call not in known:
                    yield Problem(name, f"the function {call}", "write its value instead")
    yield from _of_outputs(template.get("Outputs", {}))
    for name, resource in template.get("Resources", {}).items():
        for key, known in _POLICIES.items():
            if resource.get(key, "Delete") not in known:
                yield Problem(name, f"the {key} {resource[key]}", f"choose of {sorted(known)}")


def _of_outputs(outputs: dict[str, Any]) -> Iterator[Problem]:
    for name, output in outputs.items():
        for key in sorted(set(output) - _OUTPUT_KEYS):
            yield Problem(name, f"the key {key}", "leave it out", "the output")
        if "Value" not in output:
            yield Problem(name, "the missing Value", "give it one", "the output")
