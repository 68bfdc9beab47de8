from __future__ import annotations

import pytest
from moto.dynamodb.models.table import Table

from localcloud.tables.narrowing import adopt, narrowed

ID, SORTED = ("id",), ("id", "at")


def moto_table(keys):
    kinds = list(zip(keys, ("HASH", "RANGE"), strict=False))
    found = Table(
        "t",
        account_id="1",
        region="us-east-1",
        schema=[{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
        attr=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
    )
    for part in "ab":
        for place in "xy"[: len(keys)]:
            found.put_item({**key(part, place), "n": {"N": "1"}})
    return found


def key(*values):
    return {name: {"S": value} for name, value in zip(SORTED, values, strict=False)}


def numbers(table):
    """Return the number of each item, by its key in one word."""
    told = [item.to_json()["Attributes"] for item in table.all_items()]
    return {each["id"]["S"] + each["at"]["S"]: each["n"]["N"] for each in told}


def items(table):
    return {id(item) for item in table.all_items()}


@pytest.mark.parametrize("keys", [ID, SORTED])
def test_a_transaction_meets_copies_of_what_it_names(keys):
    table = moto_table(keys)
    names = [{"Update": {"TableName": "t", "Key": key(*"ax"[: len(keys)])}}]
    found = narrowed(table, names)
    assert numbers(found) == {"ax": "1"}
    assert not items(found) & items(table)


@pytest.mark.parametrize("keys", [ID, SORTED])
def test_what_it_changes_puts_and_takes_away_is_adopted_and_no_more(keys):
    table = moto_table(keys)
    before, whole = numbers(table), items(table)
    names = [
        {"Put": {"TableName": "t", "Item": {**key("a", "x"), "n": {"N": "2"}}}},
        {"Put": {"TableName": "arn:aws:dynamodb:::table/t", "Item": {**key("c", "x")}}},
        {"Delete": {"TableName": "t", "Key": key(*"bx"[: len(keys)])}},
    ]
    changed = narrowed(table, names)
    changed.put_item({**key("a", "x"), "n": {"N": "2"}})
    changed.put_item({**key("c", "x"), "n": {"N": "3"}})
    changed.items = {part: each for part, each in changed.items.items() if part.value != "b"}
    assert numbers(table) == before
    adopt(table, changed, names)
    left = {name: number for name, number in before.items() if name not in {"ax", "bx"}}
    assert numbers(table) == {**left, "ax": "2", "cx": "3"}
    assert len(items(table) & whole) == len(left)


def test_an_item_of_another_table_or_without_its_key_is_not_met():
    lost = [
        {"Put": {"TableName": "t", "Item": {"id": {"S": "a"}}}},
        {"Put": {"TableName": "other", "Item": key("a", "x")}},
    ]
    assert numbers(narrowed(moto_table(SORTED), lost)) == {}
