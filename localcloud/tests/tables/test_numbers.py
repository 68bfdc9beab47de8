from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("written", "read"),
    [("5.0", "5"), ("005", "5"), ("1.50", "1.5"), ("1E3", "1000"), ("-0.0", "0"), ("100", "100"),
     ("1E-3", "0.001"), ("1234567890123456789012345678.10", "1234567890123456789012345678.1")],
)  # fmt: skip
def test_zeros_that_say_nothing_are_trimmed(cloud, table, written, read):
    aws, name = cloud.aws("dynamodb"), table()
    item = {"id": {"S": "a"}, "n": {"N": written}, "l": {"L": [{"N": written}]},
            "s": {"NS": [written]}}  # fmt: skip
    aws.put_item(TableName=name, Item=item)
    found = aws.get_item(TableName=name, Key={"id": {"S": "a"}})["Item"]
    assert (found["n"], found["l"], found["s"]) == (
        {"N": read},
        {"L": [{"N": read}]},
        {"NS": [read]},
    )


def test_a_sum_is_trimmed_too(cloud, table):
    aws, name = cloud.aws("dynamodb"), table()
    for _ in range(2):
        answer = aws.update_item(
            TableName=name,
            Key={"id": {"S": "a"}},
            UpdateExpression="ADD n :half",
            ExpressionAttributeValues={":half": {"N": "2.50"}},
            ReturnValues="ALL_NEW",
        )
    assert answer["Attributes"]["n"] == {"N": "5"}
