"""Which writes does DynamoDB refuse that moto takes, and which takes that moto refuses?"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from moto.dynamodb.exceptions import ItemSizeTooLarge, MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.dynamodb.responses import DynamoHandler

from localcloud import moto_patches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.dynamodb.models.table import Table

MOST_BYTES = 400 * 1024
MOST_DIGITS = 38
DEEPEST = 32  # lists and maps within each other
MOST_REQUESTS = 25
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")


def install() -> None:
    """Check sizes, numbers, batches and the switch of time to live as DynamoDB does."""
    moto_patches.replace(
        LimitedSizeDict,
        "__setitem__",
        _set,
        fixes="refuses items of more than 396 KB; the limit is 400 KB",
        upstream="unreported: what came of getmoto/moto#1874 is some 4 KB too strict",
    )
    moto_patches.wrap(
        DynamoDBBackend,
        "update_time_to_live",
        _switching,
        fixes="enables a time to live that is enabled",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        DynamoDBBackend,
        "delete_table",
        _deleting,
        fixes="keeps the policy of a table that is deleted, for the next one of that name",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        DynamoHandler,
        "update_table",
        _encrypting,
        fixes="drops the SSESpecification of UpdateTable",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        DynamoHandler,
        tuple(map(xform_name, _WRITES)),
        _checking,
        fixes="stores numbers of more than 38 digits, writes more than 25 items in a batch, takes "
        "sets with duplicates and values of any depth",
        upstream=moto_patches.UNREPORTED,
    )


def _deleting(delete_table: Any) -> Any:
    def deleted(self: DynamoDBBackend, name: str) -> Table:
        table: Table = delete_table(self, name)
        self.resource_policies.pop(table.table_arn, None)
        return table

    return deleted


def _encrypting(update_table: Any) -> Any:
    def updated(self: DynamoHandler) -> Any:
        if given := self.body.get("SSESpecification"):
            table = self.dynamodb_backend.get_table(self.body["TableName"])
            place = self.current_account, self.region
            key = given.get("KMSMasterKeyId") or table._get_default_encryption_key(*place)
            table.sse_specification = {**given, "KMSMasterKeyId": key}
        return update_table(self)

    return updated


def _set(self: LimitedSizeDict, name: str, value: Any) -> None:
    """Take what fits into an item; moto's limit is some 4 KB less than DynamoDB's."""
    after = {**self, name: value}
    if sum(map(_size, (*after, *after.values()))) > MOST_BYTES:
        raise ItemSizeTooLarge
    dict.__setitem__(self, name, value)


def _size(part: Any) -> int:
    return part.size() if hasattr(part, "size") else len(str(part).encode())


def _switching(update: Any) -> Any:
    def updated(self: DynamoDBBackend, table_name: str, ttl_spec: dict[str, Any]) -> None:
        table = self.tables.get(table_name)
        on = table is not None and table.ttl["TimeToLiveStatus"] == "ENABLED"
        if table is not None and ttl_spec.get("Enabled") is on:
            raise MockValidationException(
                f"TimeToLive is already {'enabled' if on else 'disabled'}"
            )
        update(self, table_name, ttl_spec)

    return updated


def _checking(answer: Any) -> Any:
    def answered(self: DynamoHandler) -> Any:
        requests = self.body.get("RequestItems")
        if requests and sum(map(len, requests.values())) > MOST_REQUESTS:
            raise MockValidationException("Too many items requested for the BatchWriteItem call")
        if any(_digits(number) > MOST_DIGITS for number in _numbers(self.body)):
            raise MockValidationException(
                f"Attempting to store more than {MOST_DIGITS} significant digits in a Number"
            )
        _demand_values(self.body)
        return answer(self)

    return answered


def _demand_values(body: Any) -> None:
    """Refuse values that are nested too deep, and sets that have one thing twice."""
    waiting = [(body, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise MockValidationException(
                "Nesting Levels have exceeded supported limits: Attributes in the item have nested "
                f"levels beyond supported limit, {DEEPEST}"
            )
        if isinstance(value, list):
            waiting += [(each, depth) for each in value]
        for kind, part in value.items() if isinstance(value, dict) else ():
            if kind in {"SS", "NS", "BS"} and isinstance(part, list) and _repeats(part):
                raise MockValidationException(
                    f"One or more parameter values were invalid: Input collection {part} "
                    "contains duplicates."
                )
            waiting.append((part, depth + (kind in {"L", "M"})))


def _repeats(values: list[Any]) -> bool:
    texts = list(map(str, values))
    return len(set(texts)) < len(texts)


def _numbers(value: Any) -> Iterator[str]:
    """Yield the texts of all numbers of a request, those of sets as well."""
    if isinstance(value, list):
        for item in value:
            yield from _numbers(item)
    if isinstance(value, dict):
        for name, part in value.items():
            if name == "N" and isinstance(part, str):
                yield part
            elif name == "NS" and isinstance(part, list):
                yield from (each for each in part if isinstance(each, str))
            else:
                yield from _numbers(part)


def _digits(number: str) -> int:
    """Count the significant digits; 0 for what is not a number, which moto refuses itself."""
    try:
        digits = Decimal(number).as_tuple().digits
    except InvalidOperation:
        return 0
    return len("".join(map(str, digits)).strip("0"))
