"""What when a function is invoked again before it has ended, or ends under what it has begun?"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from localcloud.client import Client
from tests.waiting import PATIENCE, until

ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}
GATE = """
import boto3, time
s3 = boto3.client("s3")
def handle(event, context):
    event = event if "bucket" in event else __import__("json").loads(event["Records"][0]["body"])
    s3.put_object(Bucket=event["bucket"], Key=f"began/{context.aws_request_id}")
    while "Contents" not in s3.list_objects_v2(Bucket=event["bucket"], Prefix="go"):
        time.sleep(0.01)
    return "done"
"""


@pytest.fixture
def gate(cloud):
    """Return a bucket, what waits for a number of runs that began, and what lets them end."""

    class Gate:
        s3 = cloud.aws("s3")

        def __init__(self):
            self.name = f"gate-{os.urandom(4).hex()}"
            self.s3.create_bucket(Bucket=self.name)

        def began(self):
            return self.s3.list_objects_v2(Bucket=self.name, Prefix="began").get("KeyCount", 0)

        def wait(self, number):
            until(self.began, lambda began: began >= number)

        def open(self):
            self.s3.put_object(Bucket=self.name, Key="go")

    return Gate()


def invoke(cloud, name, event=None, **more):
    answer = (
        cloud.session()
        .client("lambda")
        .invoke(FunctionName=name, Payload=json.dumps(event or {}), **more)
    )
    text = answer["Payload"].read()
    return json.loads(text) if text else None


def test_reserved_concurrency_bounds_what_runs_at_once(cloud, build, a_function, gate):
    stack = build(a_function(GATE, ANY, ReservedConcurrentExecutions=1, Timeout=60))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(invoke, cloud, stack["Function"], {"bucket": gate.name})
        gate.wait(1)
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            invoke(cloud, stack["Function"], {"bucket": gate.name})
        invoke(cloud, stack["Function"], {"bucket": gate.name}, InvocationType="Event")
        gate.open()
        assert first.result() == "done"
    assert cloud.settle()["idle"]
    runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    cloud.advance(1)
    again = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    assert len(again) == 2 >= len(runs)


def test_a_throttled_event_is_tried_until_it_is_too_old(cloud, build, a_function, allow, drain):
    code = "def handle(event, context):\n    return 1"
    dead = {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}}
    config = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "Qualifier": "$LATEST",
            "MaximumEventAgeInSeconds": 60,
        },
    }
    stack = build(
        {
            **a_function(code, allow("sqs:SendMessage"), **dead),
            "Dead": {"Type": "AWS::SQS::Queue"},
            "Config": config,
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Permission": {
                "Type": "AWS::Lambda::Permission",
                "Properties": {
                    "FunctionName": {"Ref": "Function"},
                    "Action": "lambda:InvokeFunction",
                    "Principal": "sns.amazonaws.com",
                    "SourceArn": {"Ref": "Topic"},
                },
            },
            "Subscription": {
                "Type": "AWS::SNS::Subscription",
                "Properties": {
                    "TopicArn": {"Ref": "Topic"},
                    "Protocol": "lambda",
                    "Endpoint": {"Fn::GetAtt": ["Function", "Arn"]},
                },
            },
        }
    )
    concurrency = {"FunctionName": stack["Function"], "ReservedConcurrentExecutions": 0}
    cloud.aws("lambda").put_function_concurrency(**concurrency)
    cloud.aws("sns").publish(TopicArn=stack["Topic"], Message="hello")
    cloud.settle()
    assert drain(stack["Dead"]) == []
    cloud.advance(61)
    (message,) = drain(stack["Dead"])
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"].endswith("Rate Exceeded.")


def test_messages_stay_in_the_queue_while_there_is_no_turn(cloud, build, a_function, gate):
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
        },
    }
    stack = build(
        {
            **a_function(GATE, ANY, ReservedConcurrentExecutions=1),
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Mapping": mapping,
        }
    )
    sqs, about = cloud.aws("sqs"), {"QueueUrl": stack["Queue"], "AttributeNames": ["All"]}
    with ThreadPoolExecutor(1) as pool:
        direct = pool.submit(invoke, cloud, stack["Function"], {"bucket": gate.name})
        gate.wait(1)
        sqs.send_message(QueueUrl=stack["Queue"], MessageBody=json.dumps({"bucket": gate.name}))
        time.sleep(0.5)
        known = sqs.get_queue_attributes(**about)["Attributes"]
        assert known["ApproximateNumberOfMessages"] == "1"
        assert known["ApproximateNumberOfMessagesNotVisible"] == "0"
        gate.open()
        assert direct.result() == "done"
    assert cloud.settle()["idle"]
    known = sqs.get_queue_attributes(**about)["Attributes"]
    assert known["ApproximateNumberOfMessages"] == "0"
    assert gate.began() == 2


NESTS = """
import json, threading, boto3
def handle(event, context):
    depth, client, answers = event["depth"], boto3.client("lambda"), []
    if not depth:
        return 0
    def call():
        payload = json.dumps({"depth": depth - 1, "thread": event.get("thread")})
        got = client.invoke(FunctionName=context.function_name, Payload=payload)
        answers.append(json.load(got["Payload"]))
    if event.get("thread"):
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
    else:
        call()
    return answers[0] + 1
"""


@pytest.mark.parametrize("thread", [False, True])
def test_a_function_may_invoke_itself_also_from_a_thread(cloud, build, a_function, thread):
    stack = build(a_function(NESTS, ANY, Timeout=60))
    assert invoke(cloud, stack["Function"], {"depth": 4, "thread": thread}) == 4


def test_a_function_that_invokes_itself_without_end_is_stopped(cloud, build, a_function):
    stack = build(a_function(NESTS, ANY, Timeout=60))
    answer = invoke(cloud, stack["Function"], {"depth": 1_000_000})
    runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    assert len(runs) == 16
    assert "RecursiveInvocationException" in runs[0]["answer"]["errorMessage"]
    assert answer["errorType"] == "TypeError"  # of an error and 1: all above have failed too


def test_a_run_does_not_hold_up_the_reactor(cloud, build, a_function, gate):
    stack = build(
        {**a_function(GATE, ANY, Timeout=60), "Other": {"Type": "AWS::SQS::Queue"},
         **a_function("def handle(event, context):\n    return 'other'", name="Quick")}
    )  # fmt: skip
    invoke(cloud, stack["Function"], {"bucket": gate.name}, InvocationType="Event")
    gate.wait(1)
    invoke(cloud, stack["Quick"], InvocationType="Event")
    until(lambda: any(run["function"] == stack["Quick"] for run in cloud.invocations()))
    assert gate.began() == 1
    gate.open()
    assert cloud.settle()["idle"]


TIME = """
import datetime, os, time
def handle(event, context):
    left = context.get_remaining_time_in_millis()
    return [time.time(), datetime.datetime.now(datetime.UTC).timestamp(), left, os.getpid()]
"""


def test_a_warm_function_sees_every_move_of_the_clock(cloud, build, a_function):
    name = build(a_function(TIME, Timeout=30))["Function"]
    for _ in range(3):
        now = cloud.now()
        seen, also, left, _ = invoke(cloud, name)
        assert [seen, also] == pytest.approx([now, now], abs=1e-5)
        assert 29_000 < left <= 30_000
        cloud.advance(1234.5)


def test_the_clock_moves_under_a_running_function(cloud, build, a_function):
    code = """
import time
def handle(event, context):
    before, end = time.time(), time.perf_counter() + 30
    while time.time() == before and time.perf_counter() < end:
        pass
    return time.time() - before
"""
    name = build(a_function(code, Timeout=60))["Function"]
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(invoke, cloud, name)
        time.sleep(1)
        cloud.advance(3600)
        assert run.result() == pytest.approx(3600)


COUNTS = "n = 0\ndef handle(event, context):\n    global n\n    n += 1\n    return n"


@pytest.mark.parametrize(
    "change", [{"Timeout": 20}, {"MemorySize": 256}, {"Description": "new"}], ids=str
)
def test_an_update_ends_warm_environments(cloud, build, a_function, change):
    name = build(a_function(COUNTS))["Function"]
    assert [invoke(cloud, name) for _ in range(2)] == [1, 2]
    cloud.aws("lambda").update_function_configuration(FunctionName=name, **change)
    assert invoke(cloud, name) == 1


def parents():
    """Return the parent of every process of this machine."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    return dict(map(int, line.split()) for line in found.stdout.splitlines())


def family(of):
    """Return the processes below one."""
    known, found = parents(), {of}
    while more := {child for child, parent in known.items() if parent in found} - found:
        found |= more
    return found - {of}


@pytest.fixture
def served():
    """Serve a cloud of its own, with a role; return its process, client and role."""
    command = [sys.executable, "-m", "localcloud", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        try:
            cloud = Client(running.stdout.readline().split()[1])
            role = cloud.aws("iam").create_role(
                RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST)
            )["Role"]["Arn"]
            yield running, cloud, role
        finally:
            running.kill()


def test_deleting_and_resetting_end_environments(served):
    running, cloud, role = served
    create(cloud, role, "one")
    create(cloud, role, "two")
    invoke(cloud, "one")
    before = len(family(running.pid))
    invoke(cloud, "two")
    each = len(family(running.pid)) - before
    cloud.aws("lambda").delete_function(FunctionName="one")
    until(lambda: len(family(running.pid)) == before)
    post(f"{cloud.endpoint}/moto-api/reset")
    until(lambda: len(family(running.pid)) == before - each)


def test_a_signal_ends_the_cloud_and_all_that_runs_in_it(served):
    running, cloud, role = served
    code = """
import subprocess, sys, time
def handle(event, context):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    time.sleep(3600)
"""
    create(cloud, role, "quick")
    invoke(cloud, "quick")
    before = len(family(running.pid))
    create(cloud, role, "sleeps", code, Timeout=900)
    caller = threading.Thread(target=quietly, args=(cloud, "sleeps"))
    caller.start()
    until(lambda: len(family(running.pid)) >= before + 3)
    below = family(running.pid)
    running.send_signal(signal.SIGTERM)
    assert running.wait(PATIENCE) == 0
    until(lambda: not below & set(parents()))
    caller.join()


TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def create(cloud, role, name, code=COUNTS, **more):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", code)
    cloud.aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="index.handle",
        Code={"ZipFile": content.getvalue()},
        **more,
    )


def quietly(cloud, name):
    with contextlib.suppress(Exception):
        invoke(cloud, name)


def post(url):
    request = urllib.request.Request(url, data=b"", method="POST")
    urllib.request.urlopen(request).close()
