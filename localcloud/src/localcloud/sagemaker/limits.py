"""Which values does SageMaker's API take for the parameters of a list?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape
from moto.core.utils import get_service_model


def fault(operation: str, params: Mapping[str, Any]) -> str:
    """Say, in AWS's words, what is wrong with the values of a List operation; or be empty."""
    if not operation.startswith("List"):
        return ""
    members = get_service_model("sagemaker").operation_model(operation).input_shape.members
    found = [
        f"Value '{params[name]}' at '{name[0].lower()}{name[1:]}' failed to satisfy constraint:"
        f" Member must {must}"
        for name, shape in members.items()
        if params.get(name) is not None
        for must in _broken(params[name], shape)
    ]
    if not found:
        return ""
    count = f"{len(found)} validation error{'s' if len(found) > 1 else ''} detected"
    return f"{count}: {'; '.join(found)}"


def _broken(value: Any, shape: Shape) -> Iterator[str]:
    """Yield each constraint of the model that a number or a word does not keep."""
    limits = shape.metadata
    if shape.type_name == "integer":
        if value < limits.get("min", value):
            yield f"have value greater than or equal to {limits['min']}"
        if value > limits.get("max", value):
            yield f"have value less than or equal to {limits['max']}"
    elif limits.get("enum") and value not in limits["enum"]:
        yield f"satisfy enum value set: [{', '.join(limits['enum'])}]"
