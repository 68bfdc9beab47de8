"""A table that changes keeps its items; where it cannot, the update fails and says so."""

from __future__ import annotations

import pytest


def table(*indexes, attributes=("id",), **properties):
    kinds = {"AttributeDefinitions": [
        {"AttributeName": name.lstrip("#"), "AttributeType": "N" if name[0] == "#" else "S"}
        for name in attributes
    ]}  # fmt: skip
    if indexes:
        kinds["GlobalSecondaryIndexes"] = [
            {
                "IndexName": f"by-{name}",
                "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
            for name in indexes
        ]
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    given = {"KeySchema": key, "BillingMode": "PAY_PER_REQUEST", **kinds, **properties}
    return {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": given}}


@pytest.fixture
def held(cloud):
    """Return what the table of a stack is, and the keys of its items."""

    def of(stack):
        aws, name = cloud.aws("dynamodb"), stack["Table"]
        keys = [item["id"]["S"] for item in aws.scan(TableName=name)["Items"]]
        return aws.describe_table(TableName=name)["Table"], keys

    return of


@pytest.fixture
def filled(cloud, build):
    """Build a table with one item."""

    def make(*indexes, **more):
        stack = build(table(*indexes, **more))
        assert stack.status == "CREATE_COMPLETE", stack.reasons()
        item = {"id": {"S": "a"}, "team": {"S": "red"}}
        cloud.aws("dynamodb").put_item(TableName=stack["Table"], Item=item)
        return stack

    return make


SIZE = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}


def test_billing_encryption_and_size_change_in_place(filled, held):
    stack = filled()
    provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": SIZE}
    stack.update(table(**provisioned, SSESpecification={"SSEEnabled": True}))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    found, keys = held(stack)
    assert keys == ["a"]
    assert found["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert found["ProvisionedThroughput"]["WriteCapacityUnits"] == 3
    assert found["SSEDescription"]["Status"] == "ENABLED"
    stack.update(table())
    found, keys = held(stack)
    assert (keys, "SSEDescription" in found) == (["a"], False)
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


def test_an_index_comes_and_goes_in_place_one_at_a_time(cloud, filled, held):
    stack = filled()
    stack.update(table("team", attributes=("id", "team")))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    answer = cloud.aws("dynamodb").query(
        TableName=stack["Table"],
        IndexName="by-team",
        KeyConditionExpression="team = :t",
        ExpressionAttributeValues={":t": {"S": "red"}},
    )
    assert answer["Count"] == 1
    for names in (("size",), ("team", "size", "age"), ()):  # one for another; two; the first goes
        stack.update(table(*names, attributes=("id", *names)))
        assert held(stack)[1] == ["a"]
        if names:
            assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
            assert any("more than one GSI creation or deletion" in each for each in stack.reasons())
    assert stack.status == "UPDATE_COMPLETE"
    assert not held(stack)[0].get("GlobalSecondaryIndexes")


def test_the_throughput_of_an_index_of_a_provisioned_table(build, held):
    def resources(units):
        made = table("team", attributes=("id", "team"), ProvisionedThroughput=SIZE)
        made["Table"]["Properties"]["BillingMode"] = "PROVISIONED"
        size = {"ReadCapacityUnits": units, "WriteCapacityUnits": 1}
        made["Table"]["Properties"]["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = size
        return made

    stack = build(resources(4))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    name = stack["Table"]
    stack.update(resources(6))
    (index,) = held(stack)[0]["GlobalSecondaryIndexes"]
    assert (stack["Table"], index["ProvisionedThroughput"]["ReadCapacityUnits"]) == (name, 6)


def test_a_failed_update_takes_the_index_away_again(filled, held):
    stack = filled()
    bad = {"Type": "AWS::S3::Bucket", "DependsOn": "Table", "Properties": {"BucketName": "NO"}}
    stack.update({**table("team", attributes=("id", "team")), "Bad": bad})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    found, keys = held(stack)
    assert (keys, found.get("GlobalSecondaryIndexes") or []) == (["a"], [])


def test_time_to_live_goes_with_its_property_and_does_not_change_its_attribute(cloud, filled, held):
    def expiring(name):
        return table(TimeToLiveSpecification={"AttributeName": name, "Enabled": True})

    def status():
        found = cloud.aws("dynamodb").describe_time_to_live(TableName=stack["Table"])
        return found["TimeToLiveDescription"]["TimeToLiveStatus"]

    stack = filled()
    stack.update(expiring("until"))
    assert status() == "ENABLED"
    stack.update(expiring("end"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("current AttributeName is until" in each for each in stack.reasons())
    stack.update(table())
    assert (status(), held(stack)[1]) == ("DISABLED", ["a"])


def test_another_type_of_key_makes_another_table_as_in_aws(filled, held):
    stack = filled()
    stack.update(table(attributes=("#id",)))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert held(stack)[1] == []
