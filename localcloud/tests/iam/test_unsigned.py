"""AWS says / we say: calls that nobody has signed (what boto3 can say is a row of the table)."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config


@pytest.fixture
def bucket(cloud, unique):
    cloud.aws("s3").create_bucket(Bucket=unique)
    cloud.aws("s3").put_object(Bucket=unique, Key="k", Body=b"1")
    return unique


@pytest.fixture
def send(cloud):
    """Send a plain request; return its status and body."""

    def sent(method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{cloud.endpoint}/{path}"
        request = urllib.request.Request(url, body, named, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    return sent


def form(**fields):
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n2\r\n--x--\r\n'
    return "".join([*parts, file]).encode()


FORM = {"Content_Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    ("target", "status"),
    [("AmazonSQS.ListQueues", 403), ("SageMaker.UpdateModelPackage", 403),
     ("DynamoDB_20120810.GetItem", 400)],
)  # fmt: skip
def test_a_target_without_a_signature_is_refused_in_json(send, target, status):
    code, body = send("POST", "", b"{}", X_Amz_Target=target, Content_Type="application/json")
    assert code == status
    assert json.loads(body)["__type"] == "MissingAuthenticationTokenException"


def test_a_signature_that_is_none_does_not_help(send):
    code, body = send("POST", "", b"{}", X_Amz_Target="AmazonSQS.ListQueues",
                      Authorization="Bearer x")  # fmt: skip
    assert code == 403
    assert b"MissingAuthenticationToken" in body


def test_an_action_in_the_address_is_refused_too(send):
    code, body = send("GET", "?Action=ListTopics&Version=2010-03-31")
    assert code == 403
    assert b"<Code>MissingAuthenticationToken</Code>" in body


def test_nobody_deletes_many_objects_unsigned(cloud, bucket):
    config = Config(signature_version=UNSIGNED)
    s3 = boto3.client("s3", "us-east-1", endpoint_url=cloud.endpoint, config=config)
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
    assert [error["Code"] for error in answer["Errors"]] == ["AccessDenied"]
    assert cloud.aws("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"


def test_a_form_of_nobody_writes_nothing(send, cloud, bucket):
    code, _ = send("POST", bucket, form(key="k"), **FORM)
    assert code == 403
    assert cloud.aws("s3").get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"


def test_a_form_is_decided_as_a_write_of_who_signed_it(cloud, send, actor, allow, bucket):
    writer = actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/in/*"))
    for key, status in (("in/a", 204), ("out/a", 403)):
        fields = writer.aws("s3").generate_presigned_post(bucket, key)["fields"]
        code, _ = send("POST", bucket, form(**fields), **FORM)
        assert code == status


def test_a_presigned_address_is_decided_by_its_key(cloud, send, actor, allow, bucket):
    reader = actor(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/k"))
    for who, status in ((reader, 200), (actor(), 403)):
        at = {"Bucket": bucket, "Key": "k"}
        url = who.aws("s3").generate_presigned_url("get_object", Params=at)
        code, _ = send("GET", url.split("/", 3)[3])
        assert code == status


def test_the_old_signature_still_names_who_signs(cloud, actor, allow, bucket):
    keys = actor(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/k"))
    config = Config(signature_version="s3", s3={"addressing_style": "path"})
    s3 = cloud.session(*keys.keys).client("s3", config=config)
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"


def test_nobody_makes_or_lists_buckets_unsigned(send, unique):
    assert send("PUT", f"{unique}-new")[0] == 403
    assert send("GET", "")[0] == 403
    assert send("GET", f"{unique}-absent/k")[0] == 404


def test_a_decision_about_everybody_is_written_down(cloud, send, bucket):
    send("GET", f"{bucket}/k")
    found = [each for each in cloud.calls() if each["resource"].endswith(f"{bucket}/k")]
    assert (found[-1]["who"], found[-1]["allowed"]) == ("anonymous", False)
