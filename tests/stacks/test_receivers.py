"""Is whoever the context names told of what is wrong, in each account?"""

import json

import pytest

from app import build
from factory.errors import InvalidSettings
from factory.stage import DEV
from stacks.accounts import STACKS
from stacks.receivers import Receivers
from tests.stacks.conftest import FIVE

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:pager"
ADDRESSES = ("o.ps@example.com", "ops@example.com", QUEUE)


@pytest.mark.parametrize(
    ("given", "addresses"),
    [
        (None, ()),
        ("ops@example.com", ("ops@example.com",)),
        ("b@example.com, a@example.com,b@example.com", ("a@example.com", "b@example.com")),
        ([QUEUE, "a@example.com"], ("a@example.com", QUEUE)),
    ],
)
def test_the_addresses_of_the_context_are_read(given, addresses):
    assert Receivers.of(given).addresses == addresses


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "it names nobody"),
        ("ops", "'ops' is neither a mail address nor the ARN of a queue"),
        ("a@b c@d.e", "neither a mail address"),
        ("arn:aws:sns:eu-west-1:123456789012:topic", "nor the ARN of a queue"),
        ({"a": 1}, "is no list of addresses"),
        ([f"{n}@example.com" for n in range(51)], "it names 51, 50 at most"),
    ],
)
def test_what_is_no_address_is_refused(given, words):
    with pytest.raises(InvalidSettings, match=words):
        Receivers.of(given)


def subscriptions(folder):
    found = []
    for file in folder.glob("*Foundation.template.json"):
        resources = json.loads(file.read_text())["Resources"].values()
        found += [
            (file.name, r["Properties"]["Protocol"], r["Properties"]["Endpoint"])
            for r in resources
            if r["Type"] == "AWS::SNS::Subscription"
        ]
    return sorted(found)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The subscriptions of the templates, for one account and for five."""
    found = {}
    for name, accounts in (("one", None), ("five", FIVE)):
        folder = tmp_path_factory.mktemp(name)
        told_of = {"alerts": ",".join(ADDRESSES)}
        build(None, DEV, folder, accounts, context=told_of).synth()
        found[name] = subscriptions(folder)
    return found


def test_each_of_them_is_subscribed_to_the_alerts_of_the_account(told):
    name = "Foundation.template.json"
    mails = [(name, "email", address) for address in ADDRESSES[:2]]
    assert told["one"] == [*mails, (name, "sqs", QUEUE)]


def test_in_five_accounts_each_topic_tells_them(told):
    assert len(told["five"]) == len(ADDRESSES) * len(STACKS)
    assert {address for _, _, address in told["five"]} == set(ADDRESSES)


def test_without_the_context_nobody_is_subscribed(dev):
    assert subscriptions(dev.folder) == []
