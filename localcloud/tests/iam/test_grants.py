"""Does the cloud know which grants of a role a call has needed?"""


def used(cloud, actor):
    name = actor.arn.split("/")[1]
    return {
        (grant["action"], *grant["resources"]): grant["used"]
        for grant in cloud.grants()
        if grant["role"] == name
    }


def test_a_grant_is_used_by_the_call_that_it_allows_and_by_no_other(cloud, actor, allow):
    mine, other = "arn:aws:sns:us-east-1:123456789012:mine", "arn:aws:sns:us-east-1:123456789012:o"
    who = actor(allow(["sns:Publish", "sns:GetTopic*"], mine), allow("sns:Publish", other))
    assert set(used(cloud, who).values()) == {False}
    assert who.may("sns", "publish", TopicArn=mine, Message="m")
    assert used(cloud, who) == {
        ("sns:Publish", mine): True,
        ("sns:GetTopic*", mine): False,
        ("sns:Publish", other): False,
    }
    assert who.may("sns", "get_topic_attributes", TopicArn=mine)
    assert used(cloud, who)["sns:GetTopic*", mine]


def test_a_call_that_is_refused_uses_nothing(cloud, actor, allow):
    denied = {"Effect": "Deny", "Action": "sqs:ListQueues", "Resource": "*"}
    who = actor(allow("sqs:*"), denied)
    assert not who.may("sqs", "list_queues")
    assert used(cloud, who) == {("sqs:*", "*"): False}
