"""Are items of several tables read as they are, however many AWS hands out at a time?"""

import pytest

from aws.lookup import items_get
from aws.tables import table_get_many, table_put


@pytest.fixture
def dynamodb(session):
    client = session.client("dynamodb")
    for name, keys in (("runs", ("pk",)), ("index", ("pk", "sk"))):
        kinds = zip(keys, ("HASH", "RANGE"), strict=False)
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
            AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    return client


@pytest.fixture
def calls(session):
    """What is asked of BatchGetItem, call by call: the tables and how many keys of each."""
    asked = []
    session.events.register(
        "provide-client-params.dynamodb.BatchGetItem",
        lambda params, **_: asked.append(
            {table: len(wanted["Keys"]) for table, wanted in params["RequestItems"].items()}
        ),
    )
    return asked


def test_items_of_two_tables_come_in_one_call_in_the_order_asked_for(calls, dynamodb):
    table_put("index", {"pk": "model|a", "sk": "spec", "products": ["x"]})
    table_put("index", {"pk": "model|a", "sk": "other"})
    table_put("runs", {"pk": "a", "runs": [{"key": "k"}]})
    known, missing, runs = items_get(
        ("index", {"pk": "model|a", "sk": "spec"}), ("index", {"pk": "b", "sk": "spec"}),
        ("runs", {"pk": "a"}),
    )  # fmt: skip
    assert (known["products"], missing, runs["runs"]) == (["x"], None, [{"key": "k"}])
    assert calls == [{"index": 2, "runs": 1}]


def test_more_than_a_hundred_keys_take_several_calls(calls, dynamodb):
    names = [f"m{number}" for number in range(150)]
    for name in names:
        table_put("runs", {"pk": name})
    assert sorted(table_get_many("runs", [*names, *names, "none"])) == sorted(names)
    assert calls == [{"runs": 100}, {"runs": 51}]


def test_what_aws_leaves_unprocessed_is_asked_for_again(session, calls, dynamodb):
    def leave(parsed, **_):
        if len(calls) == 1:
            parsed["Responses"]["runs"] = []
            parsed["UnprocessedKeys"] = {"runs": {"Keys": [{"pk": {"S": "a"}}]}}

    session.events.register("after-call.dynamodb.BatchGetItem", leave)
    table_put("index", {"pk": "a", "sk": "spec"})
    table_put("runs", {"pk": "a"})
    found = items_get(("index", {"pk": "a", "sk": "spec"}), ("runs", {"pk": "a"}))
    assert found == [{"pk": "a", "sk": "spec"}, {"pk": "a"}]
    assert calls == [{"index": 1, "runs": 1}, {"runs": 1}]
