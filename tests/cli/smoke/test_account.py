"""Does the doctor say who is told, and what quotas the account has?"""

import json

import pytest


@pytest.fixture
def topic(trained):
    return trained.output("AlertsTopicArn")


def receivers(session):
    _, answer = session.factory("admin", "doctor", "--stage", "dev")
    (found,) = [each for each in answer["checks"] if each["what"] == "receivers of alerts"]
    return found["state"], found["found"], answer["ready"]


def test_a_topic_that_nobody_hears_is_named(trained, topic):
    state, words, ready = receivers(trained)
    assert (state, ready) == ("missing", False)
    assert words == f"nobody is subscribed to {topic}: nobody is told of anything"


def test_whoever_has_not_confirmed_hears_nothing(trained, topic):
    sns, stacks = trained.aws("sns"), trained.aws("cloudformation")
    properties = {"TopicArn": topic, "Protocol": "email", "Endpoint": "ops@example.com"}
    resource = {"Type": "AWS::SNS::Subscription", "Properties": properties}
    template = json.dumps({"Resources": {"ToOps": resource}})
    stacks.create_stack(StackName="receivers", TemplateBody=template)
    trained.cloud.settle()
    state, words, _ = receivers(trained)
    assert state == "wrong"
    assert words.startswith("none of 1 has confirmed (ops@example.com)")
    (mail,) = [m for m in trained.cloud.mailbox() if m["to"] == "ops@example.com"]
    sns.confirm_subscription(TopicArn=topic, Token=mail["token"])
    state, words, _ = receivers(trained)
    assert (state, words) == ("ok", "1 of 1 confirmed")
    stacks.delete_stack(StackName="receivers")
    trained.cloud.settle()


def test_what_a_cloud_without_quotas_says_is_told(trained):
    _, answer = trained.factory("admin", "doctor", "--stage", "dev")
    (found,) = [each for each in answer["checks"] if each["what"] == "quotas"]
    assert (found["state"], found["purpose"] != "") == ("missing", True)
    assert "NotImplementedByLocalCloud" in found["found"]
