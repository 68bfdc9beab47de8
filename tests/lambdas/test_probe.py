"""Is a configuration asked what it must know, for as long as an update of it can go back?"""

from __future__ import annotations

import pytest
from moto.cloudwatch.models import cloudwatch_backends

import aws
from localcloud.sagemaker.asking import Answer
from tests.lambdas.faults.scenes.serving import answering
from tests.lambdas.serving import apart

DONE = {"batchItemFailures": []}
RIGHT = Answer(200, b"[]", "application/json")
"""For whoever asks for cases: any success is one. It is no answer to a judged row."""
BROKEN = Answer(500, b"KeyError: 'sex'", "text/plain")
REFUSED = Answer(400, b"no such thing", "text/plain")


def baking(world, answer):
    """Let a second version be on its canary, whose model gives one *answer*; return its message."""
    first = world.version()
    assert world.handle("promote", first.approved()) == DONE
    world.settle()
    second = world.version(champion=first)
    assert world.handle("promote", second.approved()) == DONE
    answering(answer)
    until = int(aws.now()) + 3600
    return {
        "endpoint": "mw-dev-churn",
        "config": second.config(),
        "pause": 0,
        "until": until,
        "turn": 0,
        "instances": 2,
    }


def measured():
    """Return the values of the metric of failed probes, each with its configuration."""
    data = cloudwatch_backends["123456789012"]["us-east-1"].metric_data
    return [
        ({d.name: d.value for d in datum.dimensions}["Config"], datum.value)
        for datum in data
        if datum.name == "ProbeFailures"
    ]


@apart
def test_a_version_that_answers_everything_fails_nothing_and_is_asked_again(world):
    message = baking(world, RIGHT)
    before = world.probed()
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 0)]
    assert world.probed() == before + 1


@apart
def test_the_next_round_is_told_its_number(world):
    message = baking(world, RIGHT)
    world.aws("sqs").purge_queue(QueueUrl=world.probes)
    world.handle("probe", message)
    assert world.taken(world.probes) == [{**message, "turn": 1}]


@apart
def test_a_version_that_raises_is_counted_until_it_is_enough(world):
    message = baking(world, BROKEN)
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 5)]


@apart
def test_a_refusal_of_the_request_is_not_held_against_a_version(world):
    message = baking(world, REFUSED)
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 0)]


@pytest.mark.parametrize(("status", "rounds"), [("InService", 1), ("Failed", 0)])
@apart
def test_what_serves_is_asked_a_last_time_and_what_failed_no_more(world, status, rounds):
    message = baking(world, RIGHT)
    world.settle(status)
    before = world.probed()
    assert world.handle("probe", message) == DONE
    assert (len(measured()), world.probed()) == (rounds, before)


@apart
def test_probes_end_when_an_update_takes_longer_than_aws_lets_it(world):
    message = baking(world, RIGHT)
    before = world.probed()
    assert world.handle("probe", {**message, "until": 0}) == DONE
    assert (len(measured()), world.probed()) == (1, before)


@apart
def test_probes_of_what_is_no_longer_meant_end_without_a_question(world):
    message = baking(world, BROKEN)
    before = world.probed()
    assert world.handle("probe", {**message, "config": "mw-dev-churn-v9-ffffffff"}) == DONE
    assert (measured(), world.probed()) == ([], before)


@apart
def test_an_endpoint_that_is_not_there_yet_is_tried_again_later(world):
    version = world.version()
    message = {"endpoint": "mw-dev-churn", "config": version.config("x"), "pause": 0, "turn": 0}
    assert world.handle("probe", {**message, "until": int(aws.now()) + 60}) == DONE
    assert (measured(), world.probed()) == ([], 1)
