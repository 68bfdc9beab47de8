"""Does a stack get the parameters its template asks for, and do its rules hold?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.parsing import ResourceMap, clean_json

from localcloud import moto_patches

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_KEYS = {
    "Type", "Default", "Description", "NoEcho", "ConstraintDescription", "AllowedValues",
    "AllowedPattern", "MinLength", "MaxLength", "MinValue", "MaxValue",
}  # fmt: skip
_TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<(Number|AWS::[\w:]+)>|AWS::(EC2|Route53)::[\w:]+|"
    r"AWS::SSM::Parameter::(Name|Value<[\w:<>]+>)"
)


def install() -> None:
    """Check parameters and rules whenever moto reads those of a stack."""
    moto_patches.wrap(
        ResourceMap,
        "load_parameters",
        _checking,
        fixes="does not check parameters and rules of a template",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        ResourceMap,
        "parse_ssm_parameter",
        _fetching,
        fixes="resolves a parameter's name too, and breaks at one that is not there",
        upstream="unreported: what came of getmoto/moto#3928 has no such cases",
    )


def _fetching(parse: Callable[..., Any]) -> Callable[..., Any]:
    def parse_ssm_parameter(self: ResourceMap, value: str, value_type: str) -> Any:
        if value_type == "AWS::SSM::Parameter::Name":
            return value
        try:
            return parse(self, value, value_type)
        except AttributeError:  # moto's own answer to a parameter that is not there
            raise ValidationError(
                message=f"Unable to fetch parameters [{value}] from parameter store for this "
                "account."
            ) from None

    return parse_ssm_parameter


def _checking(load: Callable[[ResourceMap], None]) -> Callable[[ResourceMap], None]:
    def load_parameters(self: ResourceMap) -> None:
        if not self._template:
            load(self)  # a stack whose first change set has not been executed yet
            return
        slots = self._template.get("Parameters", {})
        unknown = sorted(set(self.input_parameters) - set(slots))
        if unknown:
            raise ValidationError(
                message=f"Parameters: [{', '.join(unknown)}] do not exist in the template"
            )
        defaults = {name: _text(slot["Default"]) for name, slot in slots.items()
                    if "Default" in slot}  # fmt: skip
        for name, slot in slots.items():
            _check_slot(name, slot)
            given = self.input_parameters.get(name, defaults.get(name))
            if given is not None and not slot["Type"].startswith("AWS::SSM::Parameter::Value"):
                _check_value(name, slot, given)
        # moto reads lists and numbers only where they were given, not where they are defaults
        self.input_parameters = {**defaults, **self.input_parameters}
        load(self)
        _check_rules(self)

    return load_parameters


def _check_slot(name: str, slot: dict[str, Any]) -> None:
    unknown = sorted(set(slot) - _KEYS)
    if unknown:
        raise ValidationError(message=f"Invalid template parameter property '{unknown[0]}'")
    if not _TYPES.fullmatch(str(slot.get("Type"))):
        raise ValidationError(
            message=f"Template format error: Unrecognized parameter type: {slot.get('Type')} "
            f"of the parameter {name}"
        )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_value(name: str, slot: dict[str, Any], given: Any) -> None:
    """Check each element of a list, or the one value."""
    kind, text = slot["Type"], _text(given)
    listed = kind == "CommaDelimitedList" or kind.startswith("List<")
    for value in text.split(",") if listed else [text]:
        reason = _complaint(slot, value, number="Number" in kind)
        if reason:
            described = slot.get("ConstraintDescription")
            raise ValidationError(
                message=f"Parameter {name} failed to satisfy constraint: {described}"
                if described
                else f"Parameter '{name}' {reason}"
            )


def _complaint(slot: dict[str, Any], value: str, *, number: bool) -> str | None:
    allowed = [_text(each) for each in slot.get("AllowedValues", [])]
    if allowed and value not in allowed:
        return f"must be one of AllowedValues {allowed}"
    pattern = slot.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, value):
        return f"must match pattern {pattern}"
    if len(value) < int(slot.get("MinLength", 0)):
        return f"must contain at least {slot['MinLength']} characters"
    if len(value) > int(slot.get("MaxLength", len(value))):
        return f"must contain at most {slot['MaxLength']} characters"
    return _complaint_of_number(slot, value) if number else None


def _complaint_of_number(slot: dict[str, Any], value: str) -> str | None:
    if not _NUMBER.fullmatch(value.strip()):
        return "must be a number."
    if float(value) < float(slot.get("MinValue", value)):
        return f"must be a number not less than {slot['MinValue']}"
    if float(value) > float(slot.get("MaxValue", value)):
        return f"must be a number not greater than {slot['MaxValue']}"
    return None


def _check_rules(resources: ResourceMap) -> None:
    for name, rule in resources._template.get("Rules", {}).items():
        if "RuleCondition" in rule and not _true(rule["RuleCondition"], resources):
            continue
        for each in rule.get("Assertions", []):
            if not _true(each["Assert"], resources):
                raise ValidationError(
                    message=f"Template error: Rule {name} failed: "
                    f"{each.get('AssertDescription', each['Assert'])}"
                )


def _true(test: dict[str, Any], resources: ResourceMap) -> bool:
    (function, arguments), = test.items()  # fmt: skip
    if function == "Fn::And":
        return all(_true(each, resources) for each in arguments)
    if function == "Fn::Or":
        return any(_true(each, resources) for each in arguments)
    if function == "Fn::Not":
        return not _true(arguments[0], resources)
    first, second = clean_json(arguments, resources)
    if function == "Fn::Equals":
        return _text(first) == _text(second)
    if function == "Fn::Contains":
        return _text(second) in [_text(each) for each in first]
    raise ValidationError(
        message=f"Template error: the local cloud does not honour the function {function} in Rules"
    )
