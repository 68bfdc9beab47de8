"""Does a condition of a Condition step hold?"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from localcloud.sagemaker.expressions import PipelineError, Scope, resolve

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
}
KEYS: dict[str, set[str]] = {
    **{name: {"Type", "LeftValue", "RightValue"} for name in _COMPARE},
    "In": {"Type", "QueryValue", "Values"},
    "Not": {"Type", "Expression"},
    "Or": {"Type", "Conditions"},
}
"""The keys of every type of condition."""


def check(condition: Mapping[str, Any], step: str) -> None:
    """Refuse a condition of a type or with keys that SageMaker does not have."""
    kind = condition.get("Type")
    if kind not in KEYS:
        raise PipelineError(f"Step {step}: condition type {kind!r} is none of {sorted(KEYS)}.")
    if set(condition) != KEYS[kind]:
        wrong = sorted(set(condition) ^ KEYS[kind])
        raise PipelineError(f"Step {step}: condition {kind} has wrong or missing keys {wrong}.")
    inner = [condition["Expression"]] if kind == "Not" else condition.get("Conditions", [])
    for each in inner:
        check(each, step)


def holds(condition: Mapping[str, Any], scope: Scope) -> bool:
    """Decide one condition; values of different kinds cannot be ordered."""
    kind = condition["Type"]
    if kind == "Not":
        return not holds(condition["Expression"], scope)
    if kind == "Or":
        return any(holds(each, scope) for each in condition["Conditions"])
    if kind == "In":
        return resolve(condition["QueryValue"], scope) in resolve(condition["Values"], scope)
    left, right = resolve(condition["LeftValue"], scope), resolve(condition["RightValue"], scope)
    try:
        return _COMPARE[kind](left, right)
    except TypeError:
        raise PipelineError(f"{kind} cannot compare {left!r} with {right!r}.") from None
