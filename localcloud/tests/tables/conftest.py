from __future__ import annotations

import itertools

import pytest

_numbers = itertools.count()


@pytest.fixture
def table(cloud):
    """Return the name of a new table with the key *id*."""

    def make():
        name = f"table-{next(_numbers)}"
        cloud.aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return name

    return make


@pytest.fixture
def rows(cloud):
    """Return the items of a table, by their key, with the number they have."""

    def of(name):
        items = cloud.aws("dynamodb").scan(TableName=name)["Items"]
        return {item["id"]["S"]: int(item.get("n", {"N": "0"})["N"]) for item in items}

    return of
