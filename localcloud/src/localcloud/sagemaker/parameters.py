"""Which value does a pipeline's parameter have?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localcloud.sagemaker.arguments import only
from localcloud.sagemaker.expressions import PipelineError

_TYPES: dict[str, Any] = {"String": str, "Integer": int, "Float": (int, float), "Boolean": bool}


def value_of(declared: Mapping[str, Any], given: str | None) -> Any:
    """Return the value *given* as a text in the parameter's type, or else its default."""
    name, kind = declared["Name"], declared["Type"]
    if given is None:
        if "DefaultValue" not in declared:
            raise PipelineError(f"Parameter {name} has no default and was given no value.")
        value = declared["DefaultValue"]
    else:
        value = _typed(name, kind, given)
    if declared.get("EnumValues") and value not in declared["EnumValues"]:
        raise PipelineError(f"Parameter {name}: {value!r} is none of {declared['EnumValues']}.")
    return value


def _typed(name: str, kind: str, text: str) -> Any:
    try:
        if kind == "Boolean":
            return {"true": True, "false": False}[text.lower()]
        return {"String": str, "Integer": int, "Float": float}[kind](text)
    except (ValueError, KeyError):
        raise PipelineError(f"Parameter {name}: {text!r} is not of type {kind}.") from None


def check(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the declaration of a parameter if it is one."""
    only(
        declared,
        {"Name", "Type", "DefaultValue", "EnumValues"},
        f"Parameter {declared.get('Name')}",
    )
    name, kind = declared.get("Name"), _TYPES.get(declared.get("Type", ""))
    if kind is None:
        known = sorted(_TYPES)
        raise PipelineError(f"Parameter {name}: type {declared.get('Type')!r} is none of {known}.")
    default = declared.get("DefaultValue")
    if default is not None and (
        not isinstance(default, kind) or isinstance(default, bool) != (kind is bool)
    ):
        raise PipelineError(
            f"Parameter {declared['Name']}: default {default!r} is not of type {declared['Type']}."
        )
    return declared
