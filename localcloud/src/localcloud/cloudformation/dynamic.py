"""What do a template's references stand for?"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError

from localcloud import moto_patches, sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DYNAMIC = re.compile(r"\{\{resolve:([^:}]+):([^}]+)\}\}")
_SECRET_ARN_PARTS = 7
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def install() -> None:
    """Resolve what moto leaves, wherever it resolves Ref and the functions.

    That is ``{{resolve:...}}``, an AWS::NoValue in a list and the other ways to write GetAtt.
    """
    moto_patches.wrap(
        parsing,
        "clean_json",
        _resolving,
        fixes="leaves {{resolve:...}}, AWS::NoValue in lists and GetAtt as one string",
        upstream=moto_patches.UNREPORTED,
    )


def _resolving(clean: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def clean_json(value: Any, resources: Any) -> Any:
        cleaned = clean(_in_two(value), resources)
        if isinstance(value, list):
            return [item for item in cleaned if item is not None]
        if isinstance(cleaned, str) and "{{resolve:" in cleaned:
            return _DYNAMIC.sub(_resolve, cleaned)
        return cleaned

    return clean_json


def _in_two(value: Any) -> Any:
    """Write a GetAtt as name and attribute: it may be one string, its attribute have dots."""
    if not isinstance(value, dict) or "Fn::GetAtt" not in value:
        return value
    given = value["Fn::GetAtt"]
    if not given or not isinstance(given, str | list) or not all(isinstance(x, str) for x in given):
        return value  # an attribute may be named by a function
    written = given if isinstance(given, str) else ".".join(given)
    return {"Fn::GetAtt": written.split(".", 1)}


def in_two(value: Any) -> Any:
    """Return a template with every GetAtt as name and attribute, the only way moto reads it."""
    if isinstance(value, list):
        return [in_two(item) for item in value]
    if not isinstance(value, dict):
        return value
    return _in_two({name: in_two(part) for name, part in value.items()})


def _resolve(match: re.Match[str]) -> str:
    service, reference = match.groups()
    if service in ("ssm", "ssm-secure"):
        parameter = sessions.client("ssm").get_parameter(Name=reference, WithDecryption=True)
        return str(parameter["Parameter"]["Value"])
    if service == "secretsmanager":
        return _secret(reference)
    raise ValidationError(
        message=f"Template error: the local cloud does not honour {match.group(0)}: only ssm, "
        "ssm-secure and secretsmanager"
    )


def _secret(reference: str) -> str:
    """Return a secret's text, or one key of it: ``ID:SecretString:KEY:STAGE:VERSION``."""
    parts = reference.split(":")
    length = _SECRET_ARN_PARTS if reference.startswith("arn:") else 1
    _, key, stage, version = [*parts[length:], *[""] * 4][:4]
    which = {"VersionStage": stage, "VersionId": version}
    found = sessions.client("secretsmanager").get_secret_value(
        SecretId=":".join(parts[:length]), **{name: text for name, text in which.items() if text}
    )
    if not key:
        return str(found["SecretString"])
    held = json.loads(found["SecretString"])
    if key not in held:
        raise ValidationError(
            message=f"Could not find a value associated with JSONKey in SecretString: {key}"
        )
    return str(held[key])


def references(value: Any) -> Iterator[str]:
    """Yield the names *value* refers to by Ref, Fn::GetAtt or Fn::Sub."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    if not isinstance(value, dict):
        return
    for name, part in value.items():
        if name == "Ref":
            yield part
        elif name == "Fn::GetAtt":
            yield part[0] if isinstance(part, list) else part.split(".")[0]
        elif name == "Fn::Sub":
            yield from _substituted(part)
        else:
            yield from references(part)


def attributes(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the resource and the attribute of every Fn::GetAtt, and of those in Fn::Sub."""
    if isinstance(value, list):
        for item in value:
            yield from attributes(item)
    if not isinstance(value, dict):
        return
    for name, part in value.items():
        if name == "Fn::GetAtt":
            found = _in_two({name: part})[name]
            if isinstance(found, list) and all(isinstance(each, str) for each in found):
                yield found[0], found[1]
        elif name == "Fn::Sub":
            text, own = (part[0], part[1]) if isinstance(part, list) else (part, {})
            yield from attributes(own)
            for variable in _VARIABLE.findall(text):
                resource, dot, attribute = variable.partition(".")
                if dot and variable not in own:
                    yield resource, attribute
        else:
            yield from attributes(part)


def _substituted(part: Any) -> Iterator[str]:
    text, own = (part[0], part[1]) if isinstance(part, list) else (part, {})
    yield from references(own)
    for variable in _VARIABLE.findall(text):
        if variable not in own:
            yield variable.split(".")[0]


def _depends_on(resource: dict[str, Any]) -> list[str]:
    named = resource.get("DependsOn", [])
    return [named] if isinstance(named, str) else list(named)


def named(resources: dict[str, Any]) -> set[str]:
    """Return the names in the resources' DependsOn."""
    return {name for resource in resources.values() for name in _depends_on(resource)}


def in_order(resources: dict[str, Any]) -> list[str]:
    """Return the logical ids so that each comes after what it depends on; refuse a circle."""
    ordered: dict[str, None] = {}
    for logical_id in resources:
        _visit(logical_id, resources, ordered, ())
    return list(ordered)


def _visit(
    logical_id: str, resources: dict[str, Any], ordered: dict[str, None], path: tuple[str, ...]
) -> None:
    if logical_id in ordered:
        return
    if logical_id in path:
        circle = ", ".join(path[path.index(logical_id) :])
        raise ValidationError(message=f"Circular dependency between resources: [{circle}]")
    resource = resources[logical_id]
    for other in [*_depends_on(resource), *references(resource.get("Properties", {}))]:
        if other in resources:
            _visit(other, resources, ordered, (*path, logical_id))
    ordered[logical_id] = None
