from __future__ import annotations


def test_items_go_when_their_time_is_over(cloud, table, rows):
    name, client = table(), cloud.aws("dynamodb")
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
    )
    now = int(cloud.now())
    times = {
        "soon": {"N": str(now + 60)},
        "late": {"N": str(now + 6000)},
        "text": {"S": str(now + 60)},
        "long ago": {"N": str(now - 6 * 365 * 86400)},
    }
    for key, value in times.items():
        client.put_item(TableName=name, Item={"id": {"S": key}, "until": value})
    client.put_item(TableName=name, Item={"id": {"S": "never"}})
    cloud.advance(30)
    cloud.settle()
    assert set(rows(name)) == {*times, "never"}
    cloud.advance(60)
    cloud.settle()
    assert set(rows(name)) == {*times, "never"} - {"soon"}


def test_items_of_a_table_without_expiry_stay(cloud, table, rows):
    name, client = table(), cloud.aws("dynamodb")
    until = {"N": str(int(cloud.now()) + 60)}
    client.put_item(TableName=name, Item={"id": {"S": "a"}, "until": until})
    cloud.advance(120)
    cloud.settle()
    assert set(rows(name)) == {"a"}
