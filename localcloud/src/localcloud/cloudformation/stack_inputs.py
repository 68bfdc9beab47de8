"""What does a call give a stack: which template, parameters and tags?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError

if TYPE_CHECKING:
    from moto.cloudformation.models import Stack
    from moto.cloudformation.responses import CloudFormationResponse


def template(call: CloudFormationResponse, stack: Stack | None) -> Any:
    """Return the template's text, which may stand in a bucket or be the one the stack has."""
    body, url = call._get_param("TemplateBody"), call._get_param("TemplateURL")
    previous = call._get_bool_param("UsePreviousTemplate", False)
    if sum(map(bool, (body, url, previous))) != 1:
        raise ValidationError(
            message="Give exactly one of TemplateBody, TemplateURL and UsePreviousTemplate"
        )
    if previous:
        if stack is None:
            raise ValidationError(message="There is no previous template: the stack is new")
        return stack.template
    return body or call._get_stack_from_s3_url(url)


def parameters(listed: list[dict[str, Any]], stack: Stack | None) -> dict[str, str]:
    """Return the values by name; a previous value is the one given or defaulted back then."""
    before = stack.resource_map.input_parameters if stack else {}
    return {item["ParameterKey"]: _value(item, before) for item in listed}


def _value(item: dict[str, Any], before: dict[str, str]) -> str:
    key, value = item["ParameterKey"], item.get("ParameterValue")
    if not item.get("UsePreviousValue"):
        if value is None:
            raise ValidationError(message=f"Parameters: [{key}] must have values")
        return str(value)
    if value:
        raise ValidationError(
            message=f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as "
            "true and non empty value for a parameter"
        )
    if key not in before:
        raise ValidationError(
            message=f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as "
            "true for a parameter key not in the previous template"
        )
    return before[key]


def tags(call: CloudFormationResponse) -> dict[str, str]:
    """Return the tags by key."""
    return {item["Key"]: item["Value"] for item in call._get_param("Tags", [])}
