"""What large objects and what is gone take of the memory is given back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.state.clouds import served

SIZE = 64 * 1024 * 1024
BOUND = SIZE // 2  # what may be held after all is done; each way once held one to three times SIZE
KEYS = ("put", "copy", "parts")


def resident(cloud):
    """Return how many bytes of a cloud's process are in memory."""
    lines = Path(f"/proc/{cloud.process.pid}/status").read_text().splitlines()
    (line,) = [each for each in lines if each.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("folder", [None, "state"])
def test_a_large_object_is_not_kept_in_memory(tmp_path, folder):
    content, file = os.urandom(SIZE), tmp_path / "file"
    file.write_bytes(content)
    with served(folder and tmp_path / folder, tmp_path / "log") as cloud:
        s3 = cloud.client.aws("s3")
        s3.create_bucket(Bucket="large")
        s3.put_object(Bucket="large", Key="small", Body=b"x")
        before = resident(cloud)
        s3.put_object(Bucket="large", Key="put", Body=content)
        assert resident(cloud) < before + BOUND
        s3.copy_object(Bucket="large", Key="copy", CopySource="large/put")
        assert resident(cloud) < before + BOUND
        s3.upload_file(str(file), "large", "parts")
        assert resident(cloud) < before + BOUND
        for key in KEYS:
            assert s3.get_object(Bucket="large", Key=key)["Body"].read() == content
        assert resident(cloud) < before + BOUND


GONE = """
import gc, weakref
from localcloud import cloud, sessions
cloud.start()
from moto.sqs.models import Message, sqs_backends
sqs = sessions.client("sqs")
url = sqs.create_queue(QueueName="q")["QueueUrl"]
sqs.send_message(QueueUrl=url, MessageBody="m")
message = weakref.ref(sqs_backends["123456789012"]["us-east-1"].queues["q"]._messages[0])
sqs.delete_queue(QueueUrl=url)
gc.collect()
print(message())
"""


def test_what_is_deleted_goes_from_memory():
    done = subprocess.run([sys.executable, "-c", GONE], capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
