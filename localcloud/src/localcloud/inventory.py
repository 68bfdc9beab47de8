"""Which services, operations and types of resources are here? `python -m localcloud types`."""

from __future__ import annotations

import importlib
import inspect
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.core.responses import BaseResponse
from moto.core.utils import get_service_model
from moto.s3.responses import ACTION_MAP

from localcloud import cloud, dropped_parameters, unimplemented_services
from localcloud.cloudformation import types
from localcloud.cloudformation.resource_types import ResourceType, registered
from localcloud.sagemaker.api import PRETENDED

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN, END = "<!-- made by `python -m localcloud types --markdown` -->", "<!-- end -->"
_WORDS = 4  # so many names are shown of what is refused; the rest is counted


def lines() -> list[str]:
    """Return one line for each type, with the properties that it honours."""
    types.install()
    return [
        f"{name}: {', '.join(sorted(kind.honours)) or 'no properties'}"
        for name, kind in sorted(registered.items())
    ]


def markdown() -> str:
    """Return both tables of the README, between the lines that mark them."""
    cloud.start()
    services = [
        "| service | operations answered | refused by name |",
        "|---|---|---|",
        *(_service(name) for name in sorted(unimplemented_services.SERVED)),
    ]
    rows = [
        "| type | properties | attributes | an update |",
        "|---|---|---|---|",
        *(_type(kind) for _, kind in sorted(registered.items())),
    ]
    return "\n".join([BEGIN, "", *services, "", *rows, "", END])


def _service(name: str) -> str:
    model, answered = _answered(name)
    refused = _refused(name)
    answered -= set(refused)
    shown = ", ".join(refused[:_WORDS])
    more = f" and {len(refused) - _WORDS} more" if len(refused) > _WORDS else ""
    dropped = sorted(
        f"{operation}'s {path}"
        for (service, operation), paths in dropped_parameters.PARAMETERS.items()
        if service == name
        for path in paths.split()
    )
    settings = f"{len(dropped)} parameters" if len(dropped) > 1 else "".join(dropped)
    words = "; ".join(filter(None, (shown + more, settings)))
    return f"| {model} | {len(answered)} | {words} |"


def _refused(name: str) -> list[str]:
    """Return the operations that are answered with a refusal, though moto has them."""
    own = unimplemented_services.OPERATIONS.get(name, "").split()
    return sorted({*own, *(PRETENDED if name == "sagemaker" else ())})


def _answered(name: str) -> tuple[str, set[str]]:
    """Return a service as botocore calls it, and its operations that something here answers."""
    module = importlib.import_module(f"moto.{name.replace('-', '')}.responses")
    for _, found in inspect.getmembers(module, inspect.isclass):
        if issubclass(found, BaseResponse) and found.__module__.startswith(str(module.__package__)):
            made: Any = found
            service = made().boto3_service_name if found is not BaseResponse else ""
            if service:
                names = get_service_model(service).operation_names
                return service, {each for each in names if _is_answered(found, each)}
    raise LookupError(f"moto's {module.__name__} has no class that answers calls")


def _is_answered(answering: type, operation: str) -> bool:
    if callable(getattr(answering, xform_name(operation), None)):
        return True
    in_s3 = answering.__module__ == "moto.s3.responses"
    return in_s3 and operation.removesuffix("Configuration") in _S3


def _values(tree: Any) -> Iterator[str]:
    for value in tree.values():
        if isinstance(value, dict):
            yield from _values(value)
        else:
            yield str(value)


_S3 = {*_values(ACTION_MAP), "CreateBucket", "ListBuckets", "DeleteObjects", "RestoreObject"}
"""What S3's calls are about; moto answers them by methods that are not called as they are."""


def _type(kind: ResourceType) -> str:
    count = "any" if kind.honours == {"*": None} else str(_properties(kind.honours))
    attributes = "any" if kind.attributes is None else str(len(kind.attributes))
    update = "in place" if kind.update else "replaces"
    return f"| {kind.name} | {count} | {attributes} | {update} |"


def _properties(shape: Any) -> int:
    """Count the properties of a shape, each with those that it is made of."""
    if isinstance(shape, list):
        return _properties(shape[0])
    return sum(1 + _properties(part) for part in shape.values()) if shape else 0
