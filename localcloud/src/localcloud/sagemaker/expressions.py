"""What does an expression of a pipeline definition stand for?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

GET = re.compile(r"(Parameters|Execution|Steps)\.(.+)", re.DOTALL)
_TOKEN = re.compile(r"\.?([^.\[\]]+)|\[['\"]([^'\"]*)['\"]\]|\[(\d+)\]")
FUNCTIONS = {"Std:Join": {"On", "Values"}, "Std:JsonGet": {"PropertyFile", "S3Uri", "Path"}}
EXECUTION_VARIABLES = {
    "PipelineName",
    "PipelineArn",
    "PipelineExecutionId",
    "PipelineExecutionArn",
    "StartDateTime",
    "CurrentDateTime",
    "TrainingJobName",
    "ProcessingJobName",
}


class PipelineError(Exception):
    """A definition or a value in it that SageMaker would refuse."""


@dataclass
class Scope:
    """The values an execution has so far."""

    parameters: Mapping[str, Any]
    variables: Callable[[str], Any]
    """Gives an Execution variable its value now."""
    read: Callable[[str], str]
    """Gives the text of an S3 object."""
    property_files: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    """By step and name, as the definition has them."""
    steps: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The properties of every finished step."""


def is_expression(value: Any) -> bool:
    """Whether *value* is one of the language's own objects rather than a literal one."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and ("Get" in value or next(iter(value)).startswith("Std:"))
    )


def references(value: Any) -> Iterator[str]:
    """Find the texts of all Gets inside *value*."""
    if isinstance(value, dict):
        if set(value) == {"Get"}:
            yield str(value["Get"])
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def step_of(reference: str) -> str:
    """Name the step of a reference ``Steps.NAME.property`` without its head."""
    return re.split(r"[.\[]", reference, maxsplit=1)[0]


def resolve(value: Any, scope: Scope) -> Any:
    """Put values in the place of all expressions in *value*."""
    if isinstance(value, list):
        return [resolve(each, scope) for each in value]
    if not isinstance(value, dict):
        return value
    if not is_expression(value):
        return {key: resolve(each, scope) for key, each in value.items()}
    (name, body), *_ = value.items()
    return _EVALUATE[name](body, scope)


def _get(body: str, scope: Scope) -> Any:
    match = GET.fullmatch(body)
    if match is None:
        raise PipelineError(f"Get {body!r} names neither Parameters, Execution nor Steps.")
    kind, rest = match.groups()
    if kind == "Parameters":
        return scope.parameters[rest]
    if kind == "Execution":
        return scope.variables(rest)
    step = step_of(rest)
    if step not in scope.steps:
        raise PipelineError(f"{body}: step {step} has not run, so it has no properties.")
    return dig(scope.steps[step], rest[len(step) :], body)


def _join(body: Mapping[str, Any], scope: Scope) -> str:
    return str(body.get("On", "")).join(as_text(resolve(each, scope)) for each in body["Values"])


def as_text(value: Any) -> str:
    """Write a value as SageMaker does where a text is needed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json_get(body: Mapping[str, Any], scope: Scope) -> Any:
    uri = (
        _file(body["PropertyFile"], scope)
        if "PropertyFile" in body
        else resolve(body["S3Uri"], scope)
    )
    return dig(json.loads(scope.read(uri)), body["Path"], f"{uri}: {body['Path']}")


def _file(reference: Any, scope: Scope) -> str:
    """Find the property file's object: the step's output and the path in it."""
    _, step, _, name = reference["Get"].split(".", 3)
    file = scope.property_files[step][name]
    outputs = f".ProcessingOutputConfig.Outputs['{file['OutputName']}'].S3Output.S3Uri"
    uri = str(dig(scope.steps[step], outputs, f"property file {name} of step {step}"))
    return f"{uri.rstrip('/')}/{file['FilePath']}"


_EVALUATE: dict[str, Callable[[Any, Scope], Any]] = {
    "Get": _get,
    "Std:Join": _join,
    "Std:JsonGet": _json_get,
}


def dig(value: Any, path: str, about: str) -> Any:
    """Follow ``a.b['c'][0]`` into *value*; a missing part is an error that names *about*."""
    for name, quoted, index in _TOKEN.findall(path):
        try:
            value = value[int(index)] if index else value[name or quoted]
        except (KeyError, IndexError, TypeError):
            raise PipelineError(f"{about}: there is no {name or quoted or index!r}.") from None
    return value
