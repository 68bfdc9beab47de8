"""What does a DynamoDB call need?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.iam import resources
from localcloud.iam.requests.call import Call, Want, request_tags

_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def wants(call: Call) -> Iterator[Want]:
    """One permission for each table (or index) the call touches."""
    if "TransactItems" in call.params:
        yield from _transaction(call)
    elif call.operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from _batch(call)
    elif name := call.params.get("TableName"):
        index = call.params.get("IndexName")
        resource = _table(call, name) + (f"/index/{index}" if index else "")
        context = _keys(call, name, [call.params]) | request_tags(call.params.get("Tags"))
        yield Want(call.action, resource, context)
    else:
        yield Want(call.action, call.params.get("ResourceArn") or "*")


def _transaction(call: Call) -> Iterator[Want]:
    for item in call.params["TransactItems"]:
        for kind, part in item.items():
            name = part["TableName"]
            action = f"dynamodb:{_TRANSACTION[kind]}"
            yield Want(action, _table(call, name), _keys(call, name, [part]))


def _batch(call: Call) -> Iterator[Want]:
    for name, asked in call.params["RequestItems"].items():
        parts = asked.get("Keys", []) if isinstance(asked, Mapping) else _written(asked)
        rows = [part if "Item" in part else {"Key": part.get("Key", part)} for part in parts]
        yield Want(call.action, _table(call, name), _keys(call, name, rows))


def _written(asked: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [part for request in asked for part in request.values()]


def _table(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn(f"table/{name}")


def _keys(call: Call, table: str, parts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the partition keys touched, as dynamodb:LeadingKeys, and the attributes asked for."""
    attribute = _partition_key(call, table.rsplit("/", maxsplit=1)[-1])
    rows = [part.get("Key") or part.get("Item") or {} for part in parts]
    leading = [_text(row[attribute]) for row in rows if attribute in row]
    leading += [value for part in parts if (value := _queried(part, attribute))]
    found: dict[str, Any] = {"dynamodb:LeadingKeys": leading} if leading else {}
    if "Select" in call.params:
        found["dynamodb:Select"] = call.params["Select"]
    return found


def _partition_key(call: Call, table: str) -> str:
    held = resources.backend("dynamodb", call.account, call.region).tables.get(table)
    return str(held.hash_key_attr) if held else ""


def _queried(part: Mapping[str, Any], attribute: str) -> str | None:
    """Return the partition key of a Query's condition ``pk = :value`` (or ``#name = :value``)."""
    expression = part.get("KeyConditionExpression")
    if not expression:
        return None
    names = part.get("ExpressionAttributeNames") or {}
    words = expression.replace("(", " ").replace(")", " ").replace("=", " = ").split()
    for left, sign, right in zip(words, words[1:], words[2:], strict=False):
        if sign == "=" and names.get(left, left) == attribute:
            return _text(part["ExpressionAttributeValues"][right])
    return None


def _text(value: Mapping[str, Any]) -> str:
    return str(next(iter(value.values())))
