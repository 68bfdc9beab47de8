"""Ways of moving much: in parts, as a stream with a checksum, by a form, by `aws s3 sync`."""

from __future__ import annotations

import base64
import hashlib
import http.client
import io
import os
import subprocess
import zlib

import boto3.session
import pytest
from boto3.s3.transfer import TransferConfig

from tests.clients.conftest import environment

PART = 5 << 20


@pytest.fixture(scope="module")
def resource(cloud, shell):
    """Return boto3's resource API, told by the variables of the README alone."""
    told = shell(cloud)
    session = boto3.session.Session(
        told["AWS_ACCESS_KEY_ID"], told["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1"
    )
    return lambda service: session.resource(service, endpoint_url=told["AWS_ENDPOINT_URL"])


def test_what_is_uploaded_in_parts_comes_back_in_ranges(resource, bucket):
    content = os.urandom(2 * PART + 1000)
    parts = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=3)
    target = resource("s3").Bucket(bucket)
    target.upload_fileobj(io.BytesIO(content), "large", Config=parts)
    found = target.Object("large")
    assert found.e_tag.strip('"').endswith("-3")
    got = io.BytesIO()
    target.download_fileobj("large", got, Config=parts)
    assert got.getvalue() == content
    copied = target.Object("copied")
    copied.copy({"Bucket": bucket, "Key": "large"}, Config=parts)
    assert copied.get(Range="bytes=0-9")["Body"].read() == content[:10]


class Stream(io.RawIOBase):
    """Bytes that come as they come."""

    def __init__(self, content):
        self._left = io.BytesIO(content)

    def readable(self):
        return True

    def readinto(self, place):
        return self._left.readinto(place)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [("SHA256", lambda b: hashlib.sha256(b).digest()),
     ("CRC32", lambda b: zlib.crc32(b).to_bytes(4, "big"))],
)  # fmt: skip
def test_a_stream_ends_with_its_checksum(cloud, bucket, algorithm, digest):
    content = os.urandom(100_000)
    cloud.aws("s3").upload_fileobj(
        io.BufferedReader(Stream(content)), bucket, algorithm,
        ExtraArgs={"ChecksumAlgorithm": algorithm},
    )  # fmt: skip
    found = cloud.aws("s3").get_object(Bucket=bucket, Key=algorithm, ChecksumMode="ENABLED")
    assert found["Body"].read() == content
    assert found[f"Checksum{algorithm}"] == base64.b64encode(digest(content)).decode()


def posted(cloud, bucket, form, content):
    boundary = "----strangers"
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in form["fields"].items()
    ]
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    body = "".join(lines).encode() + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    host = cloud.endpoint.removeprefix("http://")
    connection = http.client.HTTPConnection(host)
    kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", f"/{bucket}", body, kind)
    return connection.getresponse().status


def test_a_form_uploads(cloud, bucket):
    form = cloud.aws("s3").generate_presigned_post(bucket, "posted")
    assert posted(cloud, bucket, form, b"by form") == 204
    found = cloud.aws("s3").get_object(Bucket=bucket, Key="posted")
    assert found["Body"].read() == b"by form"


def test_the_resource_api_pages_and_filters(resource, bucket):
    table = resource("dynamodb").create_table(
        TableName="resourced",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with table.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"id": str(number), "n": number})
    assert table.scan(Limit=50)["Count"] == 50
    queue = resource("sqs").create_queue(QueueName="resourced")
    queue.send_message(MessageBody="hello")
    (message,) = queue.receive_messages()
    assert message.body == "hello"
    message.delete()
    folder = resource("s3").Bucket(bucket)
    for name in ("a", "b"):
        folder.put_object(Key=f"of-resource/{name}", Body=b"1")
    assert [each.key[-1] for each in folder.objects.filter(Prefix="of-resource/")] == ["a", "b"]
    folder.objects.filter(Prefix="of-resource/").delete()
    assert list(folder.objects.filter(Prefix="of-resource/")) == []


def test_sync_of_the_cli_copies_what_changed_and_deletes_what_went(cloud, shell, bucket, tmp_path):
    def sync(*words):
        command = [environment(".venv-awscli") / "python", "-m", "awscli", "s3", "sync", *words]
        done = subprocess.run(
            command, env=shell(cloud), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.count("upload:"), done.stdout.count("delete:")

    (tmp_path / "deep").mkdir()
    for name in ("a.txt", "deep/b.txt"):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (1e9, 1e9))  # older than any time of the cloud
    target = f"s3://{bucket}/synced"
    assert sync(str(tmp_path), target) == (2, 0)
    assert sync(str(tmp_path), target) == (0, 0)
    (tmp_path / "a.txt").unlink()
    assert sync(str(tmp_path), target, "--delete") == (0, 1)
    found = cloud.aws("s3").list_objects_v2(Bucket=bucket, Prefix="synced/")["Contents"]
    assert [each["Key"] for each in found] == ["synced/deep/b.txt"]
