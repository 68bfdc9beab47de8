"""Are these the arguments of such a step?"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.model import Shape

from localcloud.sagemaker import conditions
from localcloud.sagemaker.expressions import FUNCTIONS, PipelineError, as_text, is_expression

OPERATIONS = {
    "Processing": "CreateProcessingJob",
    "Training": "CreateTrainingJob",
    "RegisterModel": "CreateModelPackage",
}


OWN_KEYS = {"Condition": {"Conditions", "IfSteps", "ElseSteps"}, "Fail": {"ErrorMessage"}}


def only(document: Mapping[str, Any], known: set[str], what: str) -> None:
    """Refuse keys that are not *known*, by their names."""
    if unknown := sorted(set(document) - known):
        raise PipelineError(f"{what} has unknown keys {unknown}: known are {sorted(known)}.")


def check(name: str, kind: str, arguments: Mapping[str, Any]) -> None:
    """Refuse arguments with keys, functions or conditions that SageMaker does not have."""
    if kind in OWN_KEYS:
        only(arguments, OWN_KEYS[kind], f"Step {name}")
        for condition in arguments.get("Conditions") or []:
            conditions.check(condition, name)
        own = {k: v for k, v in arguments.items() if k not in {"IfSteps", "ElseSteps"}}
        _check_functions(own, f"Step {name}")
        return
    _check_functions(arguments, f"Step {name}")
    _check_shape(arguments, _input(OPERATIONS[kind]), f"Step {name}: {OPERATIONS[kind]}")


@functools.cache  # SageMaker's service model is the largest that botocore reads
def _input(operation: str) -> Any:
    model = botocore.session.get_session().get_service_model("sagemaker")
    return model.operation_model(operation).input_shape


def _check_shape(value: Any, shape: Shape, where: str) -> None:
    """Refuse keys that the job's own API does not have."""
    if is_expression(value) or value is None:
        return
    if shape.type_name == "structure" and isinstance(value, dict):
        only(value, set(shape.members), where)
        for key, inner in value.items():
            _check_shape(inner, shape.members[key], f"{where}.{key}")
    elif shape.type_name == "list" and isinstance(value, list):
        for inner in value:
            _check_shape(inner, shape.member, where)


def _check_functions(value: Any, where: str) -> None:
    if isinstance(value, list):
        for inner in value:
            _check_functions(inner, where)
    if not isinstance(value, dict):
        return
    for key in value:
        if key.startswith("Std:") and (key not in FUNCTIONS or len(value) > 1):
            raise PipelineError(f"{where}: function {key} is none of {sorted(FUNCTIONS)}.")
        if key in FUNCTIONS:
            only(value[key], FUNCTIONS[key], f"{where}: {key}")
    for inner in value.values():
        _check_functions(inner, where)


def fitted(kind: str, raw: Any, value: Any) -> Any:
    """Write numbers as texts where an expression stands for what the job's API takes as a text.

    *value* is *raw* with values in the place of its expressions.
    """
    return _fitted(raw, value, _input(OPERATIONS[kind]))


def _fitted(raw: Any, value: Any, shape: Any) -> Any:
    if is_expression(raw):
        number = isinstance(value, int | float) and shape is not None
        return as_text(value) if number and shape.type_name == "string" else value
    if isinstance(value, dict):
        return {key: _fitted(raw[key], each, _member(shape, key)) for key, each in value.items()}
    if isinstance(value, list):
        inner = getattr(shape, "member", None)
        return [_fitted(one, each, inner) for one, each in zip(raw, value, strict=True)]
    return value


def _member(shape: Any, key: str) -> Any:
    if getattr(shape, "type_name", "") == "map":
        return shape.value
    return getattr(shape, "members", {}).get(key)
