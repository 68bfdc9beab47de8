"""How is an item of DynamoDB spelled? Plain JSON on our side; numbers are whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer


def serialized(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return *item* as DynamoDB takes it."""
    to = TypeSerializer()
    return {name: to.serialize(value) for name, value in item.items()}


def deserialized(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what DynamoDB gave as plain JSON."""
    of = TypeDeserializer()
    return {name: _plain(of.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Undo what boto3 makes of numbers: the factory stores whole ones only."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return int(value) if type(value).__name__ == "Decimal" else value
