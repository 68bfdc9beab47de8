from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import types

import pytest

from localcloud.queues import polling

NOTE = """
import json, os
import boto3

seen = []

def handle(event, context):
    bodies = [record["body"] for record in event["Records"]]
    bad = [r["messageId"] for r in event["Records"] if r["body"].startswith("bad")]
    if os.environ.get("RAISES") and bad:
        raise RuntimeError("bad ones among them")
    return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}
"""


@pytest.fixture
def polled(build, a_function, allow):
    """Build a queue with a dead-letter queue behind it, polled by a function."""

    def make(code=NOTE, *, queue=None, mapping=None, environment=None, receives=3):
        fifo = {"FifoQueue": True} if (queue or {}).get("FifoQueue") else {}
        redrive = {
            "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
            "maxReceiveCount": receives,
        }
        read = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
        return build(
            {
                **a_function(code, read, Environment={"Variables": environment or {}}),
                "Dead": {"Type": "AWS::SQS::Queue", "Properties": fifo},
                "Queue": {
                    "Type": "AWS::SQS::Queue",
                    "Properties": {
                        "VisibilityTimeout": 30,
                        "RedrivePolicy": redrive,
                        **(queue or {}),
                    },
                },
                "Mapping": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {
                        "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                        "FunctionName": {"Ref": "Function"},
                        "FunctionResponseTypes": ["ReportBatchItemFailures"],
                        **(mapping or {}),
                    },
                },
            }
        )

    return make


@pytest.fixture
def batches(cloud):
    """Return the bodies of each run's batch, run by run."""

    def of(stack):
        name = stack["Function"]
        return [
            [record["body"] for record in run["event"]["Records"]]
            for run in cloud.invocations()
            if run["function"] == name
        ]

    return of


def send(cloud, url, *bodies, **more):
    entries = [
        {"Id": str(number), "MessageBody": body, **{k: v(body) for k, v in more.items()}}
        for number, body in enumerate(bodies)
    ]
    answer = cloud.aws("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    assert not answer.get("Failed")


def test_a_message_that_succeeded_is_gone_and_the_record_is_whole(cloud, polled, drain):
    stack = polled()
    cloud.aws("sqs").send_message(
        QueueUrl=stack["Queue"],
        MessageBody="good",
        MessageAttributes={"colour": {"DataType": "String", "StringValue": "red"}},
    )
    cloud.settle()
    (record,) = cloud.invocations()[-1]["event"]["Records"]
    assert record["body"] == "good"
    assert record["eventSourceARN"].endswith(":" + stack["Queue"].split("/")[-1])
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["colour"]["stringValue"] == "red"
    assert drain(stack["Queue"]) == []


def test_batches_are_no_larger_than_asked(cloud, polled, batches):
    stack = polled(mapping={"BatchSize": 2, "Enabled": False})
    send(cloud, stack["Queue"], "a", "b", "c", "d", "e")
    cloud.settle()
    assert batches(stack) == []
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    cloud.settle()
    assert batches(stack) == [["a", "b"], ["c", "d"], ["e"]]


def test_a_batch_waits_for_more_as_long_as_its_window(cloud, polled, batches):
    stack = polled(mapping={"BatchSize": 3, "MaximumBatchingWindowInSeconds": 20})
    send(cloud, stack["Queue"], "a")
    cloud.advance(15)
    send(cloud, stack["Queue"], "b")
    cloud.settle()
    assert batches(stack) == []
    cloud.advance(5)
    assert batches(stack) == [["a", "b"]]
    send(cloud, stack["Queue"], "c", "d", "e", "f")
    cloud.settle()
    assert batches(stack)[1:] == [["c", "d", "e"]]
    cloud.advance(19)
    assert batches(stack)[2:] == []
    cloud.advance(1)
    assert batches(stack)[2:] == [["f"]]


@pytest.mark.parametrize(
    ("queue", "mapping", "words"),
    [
        ({"FifoQueue": True}, {"MaximumBatchingWindowInSeconds": 1}, "not supported for FIFO"),
        ({}, {"BatchSize": 11}, "must be greater than 0 if maximum batch size is greater than 10"),
    ],
)
def test_a_window_that_cannot_be_or_is_missing_is_refused(polled, queue, mapping, words):
    stack = polled(queue=queue, mapping=mapping)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any(words in reason for reason in stack.reasons())


def test_only_the_failed_message_comes_again_after_its_visibility_time(cloud, polled, batches):
    stack = polled(mapping={"Enabled": False})
    send(cloud, stack["Queue"], "good", "bad")
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    cloud.settle()
    assert batches(stack) == [["good", "bad"]]
    cloud.advance(25)
    assert batches(stack) == [["good", "bad"]]
    cloud.advance(10)
    assert batches(stack) == [["good", "bad"], ["bad"]]
    second = cloud.invocations()[-1]["event"]["Records"][0]
    assert second["attributes"]["ApproximateReceiveCount"] == "2"


def test_after_its_last_chance_a_message_goes_to_the_dead_letter_queue(
    cloud, polled, batches, drain
):
    stack = polled(receives=2)
    send(cloud, stack["Queue"], "bad luck")
    cloud.settle()
    cloud.advance(200)
    assert batches(stack) == [["bad luck"], ["bad luck"]]
    assert [message["Body"] for message in drain(stack["Dead"])] == ["bad luck"]


def test_a_function_that_raises_fails_its_whole_batch(cloud, polled, batches):
    stack = polled(environment={"RAISES": "yes"}, mapping={"Enabled": False})
    send(cloud, stack["Queue"], "good", "bad")
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    cloud.settle()
    cloud.advance(31)
    assert batches(stack) == [["good", "bad"], ["good", "bad"]]


@pytest.mark.parametrize(
    "answer",
    ['{"batchItemFailures": [{"itemIdentifier": "unknown"}]}', '{"batchItemFailures": [{}]}'],
    ids=["an unknown id", "no id"],
)
def test_an_answer_that_cannot_be_read_fails_the_whole_batch(cloud, polled, batches, answer):
    stack = polled(f"def handle(event, context):\n    return {answer}")
    send(cloud, stack["Queue"], "a")
    cloud.settle()
    cloud.advance(31)
    assert batches(stack) == [["a"], ["a"]]


def test_messages_that_no_filter_wants_are_dropped(cloud, polled, batches, drain):
    pattern = json.dumps({"body": {"kind": ["wanted"]}})
    stack = polled(mapping={"FilterCriteria": {"Filters": [{"Pattern": pattern}]}})
    send(cloud, stack["Queue"], '{"kind": "other"}', '{"kind": "wanted"}', "no json")
    cloud.settle()
    assert batches(stack) == [['{"kind": "wanted"}']]
    assert drain(stack["Queue"]) == []


def test_a_failed_message_of_a_fifo_queue_holds_back_its_group_alone(cloud, polled, batches):
    fifo = {"FifoQueue": True, "ContentBasedDeduplication": True}
    stack = polled(queue=fifo, mapping={"BatchSize": 1, "Enabled": False})
    bodies = ("bad 1 of A", "2 of A", "1 of B")
    send(cloud, stack["Queue"], *bodies, MessageGroupId=lambda body: body[-1])
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    cloud.settle()
    assert batches(stack) == [["bad 1 of A"], ["1 of B"]]
    cloud.advance(200)
    assert batches(stack)[2:] == [["bad 1 of A"], ["bad 1 of A"], ["2 of A"]]


def test_a_fifo_batch_holds_one_group_in_order(cloud, polled, batches):
    fifo = {"FifoQueue": True, "ContentBasedDeduplication": True}
    stack = polled(queue=fifo, mapping={"BatchSize": 10, "Enabled": False})
    send(cloud, stack["Queue"], "1A", "1B", "2A", "2B", MessageGroupId=lambda body: body[-1])
    cloud.aws("lambda").update_event_source_mapping(UUID=stack["Mapping"], Enabled=True)
    cloud.settle()
    assert batches(stack) == [["1A", "2A"], ["1B", "2B"]]


def test_a_delayed_message_comes_when_its_delay_is_over(cloud, polled, batches):
    stack = polled()
    cloud.aws("sqs").send_message(QueueUrl=stack["Queue"], MessageBody="later", DelaySeconds=60)
    cloud.settle()
    assert batches(stack) == []
    cloud.advance(61)
    assert batches(stack) == [["later"]]


def test_sending_does_not_wait_for_the_function(cloud, polled, tmp_path):
    go = tmp_path / "go"
    waits = f"    while not os.path.exists({str(go)!r}):\n        time.sleep(0.01)"
    stack = polled(f"import os, time\ndef handle(event, context):\n{waits}")
    before = len(cloud.invocations())
    send(cloud, stack["Queue"], "slow")
    assert len(cloud.invocations()) == before
    go.touch()
    cloud.settle()
    assert len(cloud.invocations()) == before + 1


SLOW = """
import threading
from moto.sqs.models import Queue
from localcloud.queues import polling

class Slow:  # a message that takes its time to say that it is not the one to be deleted
    def had_receipt_handle(self, handle):
        looked.set()
        added.wait(0.2)
        return handle == "mine"
    all_receipt_handles = ("mine",)
    delayed_until = 0

polling.install()
queue, looked, added = Queue("queue", "us-east-1", "123456789012"), *map(
    lambda _: threading.Event(), "ab"
)
queue._messages.append(Slow())
deleting = threading.Thread(target=queue.delete_message, args=["mine"])
deleting.start()
looked.wait()
looked.clear()
looked.wait()  # the second time it is being left out of the copy
coming = Slow()
queue.add_message(coming)
added.set()
deleting.join()
print(queue._messages == [coming])
"""


def test_no_message_is_lost_that_comes_while_another_is_deleted():
    words = [sys.executable, "-c", SLOW]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_two_that_look_at_once_take_one_batch(monkeypatch):
    mapping = types.SimpleNamespace(uuid="looked-at", enabled=True)
    both, polls = threading.Barrier(2), []

    def due(*_):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.2)  # as long as both may be here at once, both are
        return True

    monkeypatch.setattr(polling, "_mappings", lambda: [mapping])
    monkeypatch.setattr(polling, "_queue", lambda _: types.SimpleNamespace(name="q"))
    monkeypatch.setattr(polling, "_has_turn", lambda _: True)
    monkeypatch.setattr(polling.gathering, "is_due", due)
    monkeypatch.setattr(polling.reactor, "submit", lambda *given: polls.append(given))
    lookers = [threading.Thread(target=polling._schedule) for _ in range(2)]
    for each in lookers:
        each.start()
    for each in lookers:
        each.join()
    polling._waiting.discard(mapping.uuid)
    assert len(polls) == 1
