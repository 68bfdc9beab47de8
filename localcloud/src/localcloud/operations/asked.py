"""Does a call ask for something that would have no effect?"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.responses import boto3_service_name
from moto.core.utils import get_service_model

from localcloud import operations
from localcloud.iam import reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import Shape
    from moto.core.responses import BaseResponse


@dataclass(frozen=True)
class _Watched:
    """What an operation's calls are searched for before one of them is parsed for it."""

    shape: Shape
    refused: tuple[str, ...]
    values: Mapping[str, frozenset[str]]
    heads: tuple[str, ...]
    """Names of headers and of parameters in addresses and forms."""
    words: tuple[bytes, ...]
    """Names in bodies."""


def demand_honoured(response: BaseResponse, service: str, operation: str) -> None:
    """Raise NotImplementedError, by its name, for a parameter that would have no effect."""
    watched = _watched(service, operation)
    if watched is None or not _mentioned(watched, response):
        return
    params = reading.parameters(response, operation)
    if lost := [*_lost(watched, params)]:
        raise NotImplementedError(f"{', '.join(lost)}: it would have no effect")


def _lost(watched: _Watched, params: dict[str, Any]) -> Iterator[str]:
    for path in watched.refused:
        if any(map(_given, at(params, watched.shape, path.split(".")))):
            yield path
    for path, allowed in watched.values.items():
        for value in at(params, watched.shape, path.split(".")):
            every = [*value] if isinstance(value, list | dict) else [value]
            yield from (f"{path} {one}" for one in every if _given(one) and str(one) not in allowed)


@functools.cache
def _watched(service: str, operation: str) -> _Watched | None:
    known = operations.of(service)
    refused = known.dropped.get(operation, ()) + known.stored.get(operation, ())
    values = known.values.get(operation, {})
    if not refused and not values:
        return None
    model = get_service_model(boto3_service_name.get(service, service))
    shape: Any = model.operation_model(operation).input_shape
    heads: set[str] = set()
    words: set[bytes] = set()
    for path in (*refused, *values):
        for name, is_head in _written(shape, path.split(".")):
            heads.add(name.lower())
            if not is_head:
                words.add(name.encode())
    return _Watched(shape, refused, values, tuple(heads), tuple(words))


def _written(shape: Any, names: list[str]) -> Iterator[tuple[str, bool]]:
    """Return how a request writes a member, and whether it does so outside of its body."""
    inner = shape
    for name in names:
        while inner.type_name in {"list", "map"}:
            inner = inner.member if inner.type_name == "list" else inner.value
        if name not in getattr(inner, "members", ()):  # a map's key
            yield name, False
            return
        inner = inner.members[name]
    written = inner.serialization
    is_head = written.get("location") in {"header", "headers", "querystring"}
    for name in {names[-1], written.get("name"), written.get("queryName")} - {None}:
        yield str(name), is_head


def _mentioned(watched: _Watched, response: BaseResponse) -> bool:
    """Whether a request has any of these names: most have none, and need not be parsed for it."""
    request = response.normalized_request
    heads = "\n".join((*request.values, *request.headers.keys())).lower()
    if any(name in heads for name in watched.heads):
        return True
    return bool(watched.words) and any(word in request.data for word in watched.words)


def at(value: Any, shape: Any, names: list[str]) -> Iterator[Any]:
    """Return all that stands under a path, through lists and maps."""
    if not names:
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from at(each, shape.member, names)
    elif isinstance(value, dict) and names[0] in value:
        members = getattr(shape, "members", {})
        yield from at(
            value[names[0]], members.get(names[0], getattr(shape, "value", None)), names[1:]
        )
    elif isinstance(value, dict) and getattr(shape, "type_name", "") == "map":
        for each in value.values():
            yield from at(each, shape.value, names)


def _given(value: Any) -> bool:
    """Whether a value asks for anything: empty lists and texts, however deep, do not."""
    if isinstance(value, dict):
        return any(map(_given, value.values()))
    return bool(value)
