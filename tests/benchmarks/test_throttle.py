"""Is a call that is refused sent again, counted once, and done once?"""

import subprocess
import sys

PROGRAM = """
import boto3
from moto import mock_aws
from benchmarks import _throttle
from benchmarks._throttle import Throttle

_throttle.SHARE = 0.5
throttle = Throttle()
throttle.install()
with mock_aws():
    sqs = boto3.Session("a", "b", region_name="us-east-1").client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    failed = 0
    with throttle._as("retrain"):
        for _ in range(40):
            try:
                sqs.send_message(QueueUrl=url, MessageBody="m")
            except sqs.exceptions.ClientError as refused:
                assert refused.response["Error"]["Code"] == "ThrottlingException", refused
                failed += 1
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
assert 0 < throttle.retried["retrain"], throttle
assert dict(throttle.calls) == {"retrain": 40}, throttle
assert throttle.paused > 0, throttle
assert int(told["ApproximateNumberOfMessages"]) == 40 - failed, (told, failed)
assert failed < 20, failed
"""


def test_a_refused_call_reaches_no_service_and_is_sent_again():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
