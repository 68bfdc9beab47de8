"""A topic's mails: who is asked, who gets them, and where they can be read."""

from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

_numbers = itertools.count()
DAY = 86_400


@pytest.fixture
def sns(cloud):
    return cloud.aws("sns")


@pytest.fixture
def topic(sns):
    return sns.create_topic(Name=f"mails-{next(_numbers)}")["TopicArn"]


@pytest.fixture
def mails(cloud):
    """Return the mails to an address, after all that is under way."""

    def to(address):
        cloud.settle()
        return [mail for mail in cloud.mailbox() if mail["to"] == address]

    return to


@pytest.fixture
def address():
    return f"someone-{next(_numbers)}@example.com"


def listed(sns, topic):
    return sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]


def test_an_address_gets_no_mail_before_it_has_confirmed(sns, topic, mails, address):
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    assert answer["SubscriptionArn"] == "pending confirmation"
    assert [each["SubscriptionArn"] for each in listed(sns, topic)] == ["PendingConfirmation"]
    sns.publish(TopicArn=topic, Message="lost")
    (asked,) = mails(address)
    assert asked["subject"] == "AWS Notification - Subscription Confirmation"
    assert topic in asked["body"]
    assert asked["token"] in asked["body"]
    arn = sns.confirm_subscription(TopicArn=topic, Token=asked["token"])["SubscriptionArn"]
    assert [each["SubscriptionArn"] for each in listed(sns, topic)] == [arn]
    sns.publish(TopicArn=topic, Message="hello", Subject="greeting")
    *_, mail = mails(address)
    assert (mail["subject"], mail["body"], mail["token"]) == ("greeting", "hello", "")
    assert mail["topic"] == topic


def test_a_wrong_token_confirms_nothing(sns, topic, mails, address):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    with pytest.raises(ClientError, match="Invalid token") as refused:
        sns.confirm_subscription(TopicArn=topic, Token="guessed")
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    other = sns.create_topic(Name=f"mails-{next(_numbers)}")["TopicArn"]
    (asked,) = mails(address)
    with pytest.raises(ClientError, match="Invalid token"):
        sns.confirm_subscription(TopicArn=other, Token=asked["token"])


def test_whoever_does_not_confirm_within_two_days_is_forgotten(cloud, sns, topic, mails, address):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    cloud.advance(DAY)
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)  # asks again
    first, second = mails(address)
    cloud.advance(DAY + 60)
    assert len(listed(sns, topic)) == 1
    with pytest.raises(ClientError, match="Invalid token"):
        sns.confirm_subscription(TopicArn=topic, Token=first["token"])
    cloud.advance(DAY)
    assert listed(sns, topic) == []
    with pytest.raises(ClientError, match="Invalid token"):
        sns.confirm_subscription(TopicArn=topic, Token=second["token"])


def test_a_mail_may_be_json_and_is_filtered(sns, topic, mails, address):
    arn = sns.subscribe(
        TopicArn=topic,
        Protocol="email-json",
        Endpoint=address,
        Attributes={"FilterPolicy": json.dumps({"kind": ["wanted"]})},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    (asked,) = mails(address)
    sns.confirm_subscription(TopicArn=topic, Token=asked["token"])
    for kind in ("wanted", "other"):
        about = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=about)
    *_, mail = mails(address)
    assert json.loads(mail["body"])["Message"] == "wanted"
    assert json.loads(mail["body"])["TopicArn"] == topic
    assert len(mails(address)) == 2
    sns.unsubscribe(SubscriptionArn=arn)
    assert listed(sns, topic) == []


@pytest.mark.parametrize(
    ("endpoint", "attributes", "reason"),
    [
        ("nobody", {}, "Email address"),
        ("a@example.com", {"RawMessageDelivery": "true"}, "does not support raw"),
    ],
)
def test_what_cannot_be_mailed_is_refused(sns, topic, endpoint, attributes, reason):
    with pytest.raises(ClientError, match=reason):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=endpoint, Attributes=attributes)


def subscription(protocol, endpoint, **more):
    return {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": protocol,
            "Endpoint": endpoint,
            **more,
        },
    }


def test_a_stack_subscribes_an_address_and_takes_it_away(sns, build, mails, address):
    plain = {"Topic": {"Type": "AWS::SNS::Topic"}}
    stack = build({**plain, "Mail": subscription("email", address)})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    (asked,) = mails(address)
    sns.confirm_subscription(TopicArn=stack["Topic"], Token=asked["token"])
    assert listed(sns, stack["Topic"])[0]["SubscriptionArn"] == stack["Mail"]
    stack.update(plain)
    assert listed(sns, stack["Topic"]) == []


def test_a_filter_changes_in_place(sns, build):
    def resources(**more):
        queue = {"Fn::GetAtt": ["Queue", "Arn"]}
        return {
            "Topic": {"Type": "AWS::SNS::Topic"},
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Fed": subscription("sqs", queue, **more),
        }

    stack = build(resources(FilterPolicy={"kind": ["a"]}))
    before = stack["Fed"]
    stack.update(resources(FilterPolicy={"kind": ["b"]}, RawMessageDelivery=True))
    assert stack["Fed"] == before
    told = sns.get_subscription_attributes(SubscriptionArn=before)["Attributes"]
    assert json.loads(told["FilterPolicy"]) == {"kind": ["b"]}
    assert told["RawMessageDelivery"] == "true"
    stack.update(resources())
    assert [each["SubscriptionArn"] for each in listed(sns, stack["Topic"])] == [before]
    assert "FilterPolicy" not in sns.get_subscription_attributes(SubscriptionArn=before)


def test_a_topic_has_the_subscribers_of_its_template(sns, build, mails, address):
    def resources(*to):
        properties = {"Subscription": [{"Protocol": "email", "Endpoint": each} for each in to]}
        return {"Topic": {"Type": "AWS::SNS::Topic", "Properties": properties}}

    other = f"other-{address}"
    stack = build(resources(address))
    assert len(mails(address)) == 1
    stack.update(resources(address, other))
    assert {each["Endpoint"] for each in listed(sns, stack["Topic"])} == {address, other}
    assert len(mails(address)) == 2  # asked again, as it has not confirmed
    stack.update(resources(other))
    assert [each["Endpoint"] for each in listed(sns, stack["Topic"])] == [other]
