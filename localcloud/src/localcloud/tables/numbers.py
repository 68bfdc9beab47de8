"""How is a number written that a table holds? Without zeros that say nothing, as DynamoDB does."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType

from localcloud import moto_patches


def install() -> None:
    """Trim the numbers that are given and those that are reckoned."""
    moto_patches.wrap(
        DynamoType,
        "__init__",
        _trimming,
        fixes="keeps 5.0 and 5E0 as they were written; DynamoDB gives 5 back, and finds it by both",
        upstream=moto_patches.UNREPORTED,
    )


def _trimming(init: Any) -> Any:
    def made(self: DynamoType, given: DynamoType | dict[str, Any]) -> None:
        init(self, given)
        if self.type == "N":
            self.value = trimmed(self.value)
        elif self.type == "NS":
            self.value = [trimmed(each) for each in self.value]

    return made


def trimmed(number: Any) -> Any:
    """Return a number's text in its shortest form; what is none is for others to refuse."""
    try:
        value = Decimal(number)
    except (InvalidOperation, TypeError, ValueError):
        return number
    if not value.is_finite():
        return number
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
