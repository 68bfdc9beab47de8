from __future__ import annotations

import json

import pytest
from moto import mock_aws

from localcloud import places
from localcloud.iam import allowed, resources

QUEUE = "arn:aws:sqs:us-east-1:123456789012:q"
RULE = "arn:aws:events:us-east-1:123456789012:rule/r"
EVENTS = "events.amazonaws.com"


@pytest.fixture
def queue():
    """Make a queue that admits one rule's events."""
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": EVENTS},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": RULE}},
    }
    with mock_aws():
        made = resources.backend("sqs", "123456789012", "us-east-1").create_queue("q", {})
        made.policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
        yield made


def test_a_queue_admits_the_rule_its_policy_names(queue):
    assert allowed(EVENTS, "sqs:SendMessage", QUEUE, {"aws:SourceArn": RULE})


def test_a_queue_admits_no_other_rule_service_or_action(queue):
    source = {"aws:SourceArn": RULE}
    assert not allowed(EVENTS, "sqs:SendMessage", QUEUE, {"aws:SourceArn": f"{RULE}2"})
    assert not allowed("sns.amazonaws.com", "sqs:SendMessage", QUEUE, source)
    assert not allowed(EVENTS, "sqs:DeleteMessage", QUEUE, source)


def test_a_queue_without_a_policy_admits_nobody(queue):
    queue.policy = None
    assert not allowed(EVENTS, "sqs:SendMessage", QUEUE, {"aws:SourceArn": RULE})


@pytest.mark.parametrize("name", ["reader", "a:b", "arn:aws:iam::123456789012"])
def test_what_is_no_arn_admits_nobody(name):
    assert not allowed("lambda.amazonaws.com", "sts:AssumeRole", name, {})
    assert resources.policies(name, places.here()) == []
