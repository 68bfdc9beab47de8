from __future__ import annotations

import threading

import pytest
from botocore.exceptions import ClientError

NEW = {"ConditionExpression": "attribute_not_exists(id)"}


def put(table, key, n=1, **more):
    return {"Put": {"TableName": table, "Item": {"id": {"S": key}, "n": {"N": str(n)}}, **more}}


def add(table, key, n=1):
    return {
        "Update": {
            "TableName": table,
            "Key": {"id": {"S": key}},
            "UpdateExpression": "SET n = n + :n",
            "ExpressionAttributeValues": {":n": {"N": str(n)}},
        }
    }


@pytest.fixture
def write(cloud):
    def call(*items, **more):
        return cloud.aws("dynamodb").transact_write_items(TransactItems=list(items), **more)

    return call


def cancelled(write, *items):
    with pytest.raises(ClientError, match="TransactionCanceledException") as caught:
        write(*items)
    return caught.value.response


def test_a_cancelled_transaction_changes_nothing_and_says_why_item_by_item(table, write, rows):
    one, other = table(), table()
    write(put(one, "a", 5))
    old = put(one, "a", 6, **NEW, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    answer = cancelled(write, put(other, "b"), old)
    assert answer["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        "[None, ConditionalCheckFailed]"
    )
    assert answer["CancellationReasons"] == [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"id": {"S": "a"}, "n": {"N": "5"}},
        },
    ]
    assert (rows(one), rows(other)) == ({"a": 5}, {})


def test_a_cancelled_transaction_undoes_what_it_has_changed_taken_away_and_put(table, write, rows):
    name = table()
    write(put(name, "a", 1), put(name, "b", 2), put(name, "c", 3))
    gone = {"Delete": {"TableName": name, "Key": {"id": {"S": "b"}}}}
    cancelled(write, add(name, "a"), gone, put(name, "d"), put(name, "c", 9, **NEW))
    assert rows(name) == {"a": 1, "b": 2, "c": 3}


def test_an_item_without_its_key_is_no_valid_one(table, write):
    name = table()
    lost = {"Put": {"TableName": name, "Item": {"other": {"S": "a"}}}}
    (reason,) = cancelled(write, lost)["CancellationReasons"]
    assert reason == {
        "Code": "ValidationError",
        "Message": "One or more parameter values were invalid: Missing the key id in the item",
    }


def test_a_token_counts_once_for_ten_minutes(cloud, table, write, rows):
    name = table()
    write(put(name, "a", 0))
    for _ in range(3):
        write(add(name, "a"), ClientRequestToken=f"once-{name}")
    assert rows(name) == {"a": 1}
    with pytest.raises(ClientError, match="IdempotentParameterMismatchException"):
        write(add(name, "a", 2), ClientRequestToken=f"once-{name}")
    cloud.advance(601)
    write(add(name, "a"), ClientRequestToken=f"once-{name}")
    assert rows(name) == {"a": 2}


def test_a_cancelled_transaction_may_use_its_token_again(table, write, rows):
    name = table()
    write(put(name, "a"))
    for _ in range(2):
        with pytest.raises(ClientError, match="TransactionCanceledException"):
            write(put(name, "a", **NEW), ClientRequestToken=f"again-{name}")


def test_what_is_written_during_a_cancelled_transaction_stays(cloud, table, write, rows):
    name, client = table(), cloud.session().client("dynamodb")
    for start in range(0, 400, 100):
        write(*(put(name, f"old {number}") for number in range(start, start + 100)))
    refused = [*(put(name, f"new {number}") for number in range(60)), put(name, "old 0", **NEW)]

    enough = threading.Event()

    def cancel():
        for _ in range(4):
            cancelled(write, *refused)
        while not enough.is_set():
            cancelled(write, *refused)

    cancelling = threading.Thread(target=cancel)
    cancelling.start()
    kept = []
    while cancelling.is_alive():
        kept.append(f"kept {len(kept)}")
        client.put_item(**put(name, kept[-1])["Put"])
        if len(kept) > 1:
            enough.set()
    cancelling.join()
    assert set(rows(name)) == {*kept, *(f"old {number}" for number in range(400))}
