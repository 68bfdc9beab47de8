"""What does a table take, and when?"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

CONDITIONS = "DynamoDB Developer Guide, Condition expressions"
TRANSACTIONS = "DynamoDB Developer Guide, Amazon DynamoDB Transactions: How it works"
QUOTAS = "DynamoDB Developer Guide, Quotas in Amazon DynamoDB"
FAILED = "ConditionalCheckFailedException"
ABSENT = "attribute_not_exists(pk)"


def item(key: str, **more: Any) -> dict[str, Any]:
    """Return an item of this key."""
    return {"pk": {"S": key}, **more}


def keys(world: World, table: str) -> list[str]:
    """Return the keys of all items of the table."""
    found = world.aws("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(each["pk"]["S"] for each in found)


@truth("dynamodb", CONDITIONS, ["done", FAILED, {"S": "1"}])
def a_conditional_put_happens_once(world: World) -> Any:
    """A put whose condition does not hold fails and changes nothing."""
    table, aws = world.table(), world.aws("dynamodb")
    tries = [
        outcome(
            aws.put_item, TableName=table, Item=item("a", v={"S": v}), ConditionExpression=ABSENT
        )
        for v in ("1", "2")
    ]
    return [*tries, aws.get_item(TableName=table, Key=item("a"))["Item"]["v"]]


@truth("dynamodb", "DynamoDB API Reference, PutItem: ReturnValuesOnConditionCheckFailure",
       {"pk": {"S": "a"}, "v": {"N": "7"}})  # fmt: skip
def a_failed_condition_can_show_the_item(world: World) -> Any:
    """With ReturnValuesOnConditionCheckFailure ALL_OLD the error carries the item there is."""
    table, aws = world.table(), world.aws("dynamodb")
    aws.put_item(TableName=table, Item=item("a", v={"N": "7"}))
    asked = {"ConditionExpression": ABSENT, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    try:
        aws.put_item(TableName=table, Item=item("a"), **asked)
    except ClientError as error:
        return error.response.get("Item")


@truth("dynamodb", TRANSACTIONS, [["None", "ConditionalCheckFailed"], ["b"]])
def a_cancelled_transaction_changes_nothing(world: World) -> Any:
    """A transaction with one failing condition is cancelled whole and tells why item by item."""
    table, aws = world.table(), world.aws("dynamodb")
    aws.put_item(TableName=table, Item=item("b"))
    puts = [{"TableName": table, "Item": item(key), "ConditionExpression": ABSENT} for key in "ab"]
    try:
        aws.transact_write_items(TransactItems=[{"Put": put} for put in puts])
    except ClientError as error:
        reasons = [each["Code"] for each in error.response["CancellationReasons"]]
        return [reasons, keys(world, table)]


@truth("dynamodb", "DynamoDB API Reference, TransactWriteItems: ClientRequestToken",
       ["done", "done", "IdempotentParameterMismatchException", {"N": "1"}])  # fmt: skip
def a_token_counts_once_and_for_one_request(world: World) -> Any:
    """A transaction with a token that was used does nothing; with other parameters it fails."""
    table, aws = world.table(), world.aws("dynamodb")

    def adding(number: str) -> Any:
        update = {
            "TableName": table,
            "Key": item("a"),
            "UpdateExpression": "ADD n :n",
            "ExpressionAttributeValues": {":n": {"N": number}},
        }
        write = aws.transact_write_items
        return outcome(write, TransactItems=[{"Update": update}], ClientRequestToken=table)

    tries = [adding("1"), adding("1"), adding("2")]
    return [*tries, aws.get_item(TableName=table, Key=item("a"))["Item"]["n"]]


@truth("dynamodb", TRANSACTIONS, ["ValidationException"])
def a_transaction_has_each_item_once(world: World) -> Any:
    """Two actions of a transaction may not be about one item."""
    table = world.table()
    put = {"Put": {"TableName": table, "Item": item("a")}}
    return [outcome(world.aws("dynamodb").transact_write_items, TransactItems=[put, put])]


@truth("dynamodb", QUOTAS, ["done", "ValidationException"])
def an_item_has_400_kib_at_most(world: World) -> Any:
    """An item, names included, is of 400 KB at most."""
    table, aws = world.table(), world.aws("dynamodb")
    most = 400 * 1024 - len("pk") - len("a") - len("v")
    return [
        outcome(aws.put_item, TableName=table, Item=item("a", v={"S": "x" * size}))
        for size in (most, most + 1)
    ]


@truth("dynamodb", "DynamoDB API Reference, PutItem; DynamoDB Developer Guide, Supported data "
       "types", ["ValidationException"] * 3)  # fmt: skip
def an_item_needs_its_key_and_real_numbers(world: World) -> Any:
    """A key that is missing or empty and a number of more than 38 digits are refused."""
    table, put = world.table(), world.aws("dynamodb").put_item
    items = [{"v": {"S": "x"}}, item(""), item("a", n={"N": "1" * 39})]
    return [outcome(put, TableName=table, Item=each) for each in items]


@truth("dynamodb", "DynamoDB Developer Guide, Reserved words in DynamoDB",
       ["ValidationException", "done"])  # fmt: skip
def reserved_words_need_a_stand_in(world: World) -> Any:
    """A reserved word in an expression has to be written as a placeholder."""
    table, update = world.table(), world.aws("dynamodb").update_item
    asked = {"TableName": table, "Key": item("a"), "ExpressionAttributeValues": {":s": {"S": "x"}}}
    return [
        outcome(update, **asked, UpdateExpression="SET status = :s"),
        outcome(update, **asked, UpdateExpression="SET #s = :s",
             ExpressionAttributeNames={"#s": "status"}),
    ]  # fmt: skip


@ministack_says(
    [True, "done"],
    "UpdateTimeToLive's reference has the error; MiniStack turns on what is on",
)
@truth("dynamodb", "DynamoDB Developer Guide, Using time to live (TTL)",
       [True, "ValidationException"])  # fmt: skip
def an_expired_item_may_be_read_until_it_is_deleted(world: World) -> Any:
    """DynamoDB deletes expired items within days; until then reads return them. Turning TTL on
    twice is refused."""
    table, aws = world.table(), world.aws("dynamodb")
    expiry = {"Enabled": True, "AttributeName": "until"}
    aws.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
    aws.put_item(
        TableName=table, Item=item("a", until={"N": str(int(world.now().timestamp()) - 60)})
    )
    there = "Item" in aws.get_item(TableName=table, Key=item("a"))
    again = outcome(aws.update_time_to_live, TableName=table, TimeToLiveSpecification=expiry)
    return [there, again]


@truth("dynamodb", "DynamoDB API Reference, BatchWriteItem", ["ValidationException"] * 2)
def a_batch_has_25_different_items(world: World) -> Any:
    """BatchWriteItem takes up to 25 puts or deletes, of different items."""
    table, write = world.table(), world.aws("dynamodb").batch_write_item
    batches = [[item(str(n)) for n in range(26)], [item("a"), item("a")]]
    return [
        outcome(write, RequestItems={table: [{"PutRequest": {"Item": each}} for each in batch]})
        for batch in batches
    ]


@truth("dynamodb", "DynamoDB Developer Guide, Using deletion protection", ["ValidationException"])
def a_protected_table_is_not_deleted(world: World) -> Any:
    """DeleteTable refuses a table with deletion protection."""
    table = world.table(DeletionProtectionEnabled=True)
    return [outcome(world.aws("dynamodb").delete_table, TableName=table)]


@truth("dynamodb", "DynamoDB API Reference, CreateTable; DescribeTable",
       ["ResourceInUseException", "ResourceNotFoundException"])  # fmt: skip
def a_tables_name_is_its_own(world: World) -> Any:
    """A name that is taken is in use; a table that is not there is not found."""
    table, aws = world.table(), world.aws("dynamodb")
    key = {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
           "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}  # fmt: skip
    return [
        outcome(aws.create_table, TableName=table, BillingMode="PAY_PER_REQUEST", **key),
        outcome(aws.describe_table, TableName=world.name()),
    ]


@truth("dynamodb", "DynamoDB Developer Guide, Supported data types: leading and trailing zeroes "
       "are trimmed", ["5", "0.5", "5"])  # fmt: skip
def numbers_are_trimmed(world: World) -> Any:
    """A number comes back without leading and trailing zeros, and a sum does."""
    table, aws = world.table(), world.aws("dynamodb")
    numbers = {"a": {"N": "005.0"}, "b": {"N": "0.50"}, "c": {"N": "2.5"}}
    aws.put_item(TableName=table, Item=item("a", **numbers))
    aws.update_item(
        TableName=table,
        Key=item("a"),
        UpdateExpression="ADD c :more",
        ExpressionAttributeValues={":more": {"N": "2.50"}},
    )
    found = aws.get_item(TableName=table, Key=item("a"))["Item"]
    return [found[name]["N"] for name in "abc"]
