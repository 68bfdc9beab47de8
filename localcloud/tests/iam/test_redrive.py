from __future__ import annotations

import json

import pytest

DEAD = "arn:aws:sqs:us-east-1:123456789012:{}-dead"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:{}"
READING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


@pytest.fixture
def dead(cloud, unique):
    """Return the ARN of a dead-letter queue and of the queue whose it is."""
    sqs = cloud.aws("sqs")
    sqs.create_queue(QueueName=f"{unique}-dead")
    redrive = {"deadLetterTargetArn": DEAD.format(unique), "maxReceiveCount": 1}
    sqs.create_queue(QueueName=unique, Attributes={"RedrivePolicy": json.dumps(redrive)})
    return DEAD.format(unique), QUEUE.format(unique)


def test_moving_needs_every_right_of_reading_and_of_sending(actor, allow, dead):
    source, home = dead
    needed = ["sqs:StartMessageMoveTask", *READING]
    whole = [allow(needed, source), allow("sqs:SendMessage", home)]
    assert actor(*whole).may("sqs", "start_message_move_task", SourceArn=source)
    for left_out in needed:
        some = [action for action in needed if action != left_out]
        poor = actor(allow(some, source), allow("sqs:SendMessage", home))
        refusal = poor.refusal("sqs", "start_message_move_task", SourceArn=source)
        assert f"not authorized to perform: {left_out} on" in refusal["Error"]["Message"]
    refusal = actor(whole[0]).refusal("sqs", "start_message_move_task", SourceArn=source)
    assert f"sqs:SendMessage on resource: {home}" in refusal["Error"]["Message"]


def test_a_named_destination_is_the_one_asked_for(cloud, actor, allow, dead, unique):
    source, home = dead
    cloud.aws("sqs").create_queue(QueueName=f"{unique}-custom")
    custom = QUEUE.format(f"{unique}-custom")
    who = actor(
        allow(["sqs:StartMessageMoveTask", *READING], source), allow("sqs:SendMessage", custom)
    )
    asked = {"SourceArn": source, "DestinationArn": custom}
    assert who.may("sqs", "start_message_move_task", **asked)
    assert not who.may("sqs", "start_message_move_task", **{**asked, "DestinationArn": home})


def test_looking_and_cancelling_are_rights_of_their_own(cloud, actor, allow, dead):
    source, _ = dead
    looker = actor(allow(["sqs:ListMessageMoveTasks", "sqs:GetQueueAttributes"], source))
    assert looker.may("sqs", "list_message_move_tasks", SourceArn=source)
    handle = cloud.aws("sqs").start_message_move_task(SourceArn=source)["TaskHandle"]
    assert not looker.may("sqs", "cancel_message_move_task", TaskHandle=handle)
    canceller = actor(allow(["sqs:CancelMessageMoveTask", *READING], source))
    assert canceller.may("sqs", "cancel_message_move_task", TaskHandle=handle)
