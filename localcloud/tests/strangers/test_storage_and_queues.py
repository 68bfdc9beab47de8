from __future__ import annotations

import json
import urllib.request
from urllib.error import HTTPError

import pytest


@pytest.fixture(scope="module")
def catalog(deployed):
    return deployed("image_catalog")["ImageCatalogStack"]


def preflight(cloud, bucket, origin):
    headers = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    url = f"{cloud.endpoint}/{bucket}/incoming/a"
    request = urllib.request.Request(url, method="OPTIONS", headers=headers)
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Access-Control-Allow-Methods"], answer.headers[
            "Access-Control-Max-Age"
        ]


def test_pages_of_the_admitted_origin_may_ask(cloud, catalog):
    assert preflight(cloud, catalog["BucketName"], "https://shop.example.com") == ("GET", "3000")
    with pytest.raises(HTTPError, match="403"):
        preflight(cloud, catalog["BucketName"], "https://example.com")


def test_a_picture_is_in_the_catalog(cloud, catalog, drain):
    s3, bucket = cloud.aws("s3"), catalog["BucketName"]
    cloud.settle()  # the bucket's test event comes first
    drain(catalog["RemovedUrl"])
    before = cloud.failures()
    for key in ("incoming/a cat.png", "incoming/notes.txt", "else/dog.png"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"pixels")
    assert cloud.settle()["failures"] == before
    answer = cloud.aws("dynamodb").query(
        TableName=catalog["TableName"],
        IndexName="by-folder",
        KeyConditionExpression="folder = :f",
        ExpressionAttributeValues={":f": {"S": "incoming"}},
    )
    assert [item["id"]["S"] for item in answer["Items"]] == ["incoming/a cat.png"]
    s3.delete_object(Bucket=bucket, Key="else/dog.png")
    cloud.settle()
    (told,) = drain(catalog["RemovedUrl"])
    (record,) = json.loads(told["Body"])["Records"]
    assert record["eventName"] == "ObjectRemoved:DeleteMarkerCreated"
    assert (catalog["PrefixOut"], "AuditUrl" in catalog) == ("p:incoming/", False)


@pytest.fixture(scope="module")
def fan_out(confirm, deployed):
    made = deployed("order_fan_out")["order-fan-out"]
    confirm("orders@example.com")
    return made


def order(cloud, made, kind, body, amount=1):
    attributes = {
        "kind": {"DataType": "String", "StringValue": kind},
        "amount": {"DataType": "Number", "StringValue": str(amount)},
    }
    cloud.aws("sns").publish(
        TopicArn=made["TopicArn"], Message=json.dumps(body), MessageAttributes=attributes
    )


def test_orders_are_told_apart_gathered_and_buried(cloud, fan_out, drain, mails):
    for number in ("1", "2"):
        line = {"price": 2.5, "count": 2}
        order(cloud, fan_out, "book", {"id": number, "lines": [line]})
    order(cloud, fan_out, "book", {"id": "free", "lines": []}, amount=0)
    order(cloud, fan_out, "record", {"no": "id"})
    cloud.advance(10)
    items = cloud.aws("dynamodb").scan(TableName=fan_out["TableName"])["Items"]
    found = {item["pk"]["S"]: (item["total"]["N"], item["batch"]["N"]) for item in items}
    assert found == {"book#1": ("5", "2"), "book#2": ("5", "2")}
    cloud.advance(400)
    assert [json.loads(each["Body"]) for each in drain(fan_out["recordDlq"])] == [{"no": "id"}]
    assert drain(fan_out["bookDlq"]) == []
    (mail,) = mails("orders@example.com")
    assert mail["subject"].startswith("ALARM: ")


@pytest.fixture(scope="module")
def stream(deployed):
    return deployed("change_stream")["ChangeStream"]


def test_a_change_goes_its_way_over_the_bus(cloud, stream, drain):
    for sku, left in {"many": 9, "few": 3, "none": 0, "broken": 0}.items():
        item = {"sku": {"S": sku}, "left": {"N": str(left)}}
        cloud.aws("dynamodb").put_item(TableName=stream["TableName"], Item=item)
    cloud.settle()
    told = [json.loads(each["Body"]) for each in drain(stream["InboxUrl"])]
    assert told == [{"sku": sku, "text": "low"} for sku in ("few", "none", "broken")]
    (done,) = [json.loads(each["Body"]) for each in drain(stream["DoneUrl"])]
    assert done["responsePayload"] == {"ordered": "none"}
    (failed,) = [json.loads(each["Body"]) for each in drain(stream["FailedUrl"])]
    assert failed["responsePayload"]["errorMessage"] == "no supplier"


def test_files_are_in_the_bucket_when_the_stack_is_there(cloud, deployed):
    made = deployed("static_files")["StaticFiles"]
    found = cloud.aws("s3").list_objects_v2(Bucket=made["BucketName"])["Contents"]
    names = {f"site/{name}" for name in ("config.json", "worker.py", "pricing.py")}
    assert {each["Key"] for each in found} == names
    answer = cloud.aws("lambda").invoke(FunctionName=made["ReaderName"])
    assert json.loads(answer["Payload"].read()) == {"bucket": f"arn:aws:s3:::{made['BucketName']}"}
