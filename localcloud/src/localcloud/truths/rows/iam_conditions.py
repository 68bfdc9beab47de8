"""When does a statement of a policy hold?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import PLACE, Statement, allow, deny, document
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

OPERATORS = "IAM User Guide, IAM JSON policy elements: Condition operators"
SETS = "IAM User Guide, Set operators for multivalued context keys"


def lister(world: World, *statements: Statement, **settings: Any) -> Any:
    """Say whether a role with these statements may list the queues."""
    return world.actor(*statements, **settings).outcome("sqs", "list_queues")


@truth("iam", "IAM User Guide, IAM JSON policy elements: NotAction", ["denied", "done"],
       needs="iam sts sqs sns")  # fmt: skip
def not_action_allows_everything_else(world: World) -> Any:
    """NotAction with Allow grants every action that is not listed."""
    statement = {"Effect": "Allow", "NotAction": "sqs:*", "Resource": "*"}
    other = world.actor(statement)
    return [other.outcome("sqs", "list_queues"), other.outcome("sns", "list_topics")]


@truth("iam", "IAM User Guide, IAM JSON policy elements: NotResource", ["done", "denied"],
       needs="iam sts sqs")  # fmt: skip
def not_resource_denies_everything_else(world: World) -> Any:
    """NotResource with Deny refuses every resource that is not listed."""
    mine, other = world.queue(), world.queue()
    statement = {"Effect": "Deny", "Action": "sqs:*", "NotResource": mine.arn}
    sender = world.actor(allow("sqs:*"), statement)
    return [
        sender.outcome("sqs", "send_message", QueueUrl=queue.url, MessageBody="x")
        for queue in (mine, other)
    ]


@truth("iam", OPERATORS, ["denied", "done", "done", "done"], needs="iam sts sqs")
def a_key_the_request_lacks_fails_equals_and_passes_its_negation(world: World) -> Any:
    """An absent key fails StringEquals; it passes StringNotEquals, ...IfExists and Null true."""
    tag = {"aws:PrincipalTag/team": "blue"}
    conditions = [
        {"StringEquals": tag},
        {"StringNotEquals": tag},
        {"StringEqualsIfExists": tag},
        {"Null": {"aws:PrincipalTag/team": "true"}},
    ]
    return [lister(world, allow("sqs:*", Condition=each)) for each in conditions]


@truth("iam", SETS, ["done", "denied"], needs="iam sts sqs")
def for_all_values_holds_for_no_values(world: World) -> Any:
    """ForAllValues is true of a request without the key, ForAnyValue is false."""
    absent = {"aws:TagKeys": ["x"]}
    conditions = [{f"{each}:StringEquals": absent} for each in ("ForAllValues", "ForAnyValue")]
    return [lister(world, allow("sqs:ListQueues", Condition=each)) for each in conditions]


@ministack_says(
    ["denied", "denied"],
    "the tutorial is built on it; MiniStack denies it",
)
@truth("iam", "IAM User Guide, IAM tutorial: Attribute-based access control", ["done", "denied"],
       needs="iam sts s3")  # fmt: skip
def a_variable_stands_for_the_callers_tag(world: World) -> Any:
    """${aws:PrincipalTag/team} in a resource is the value of the role's tag."""
    bucket = world.bucket()
    where = f"arn:aws:s3:::{bucket}/${{aws:PrincipalTag/team}}/*"
    tagged = world.actor(allow("s3:PutObject", where), Tags=[{"Key": "team", "Value": "blue"}])
    return [
        tagged.outcome("s3", "put_object", Bucket=bucket, Key=key, Body=b"1")
        for key in ("blue/a", "red/a")
    ]


@truth("iam", "IAM User Guide, Controlling access to AWS resources using tags",
       ["done", "denied"], needs="iam sts dynamodb")  # fmt: skip
def a_resources_tag_decides(world: World) -> Any:
    """aws:ResourceTag holds the tags of the resource that is asked for."""
    blue = world.table(Tags=[{"Key": "team", "Value": "blue"}])
    red = world.table(Tags=[{"Key": "team", "Value": "red"}])
    condition = {"StringEquals": {"aws:ResourceTag/team": "blue"}}
    reader = world.actor(allow("dynamodb:GetItem", Condition=condition))
    key = {"pk": {"S": "a"}}
    return [reader.outcome("dynamodb", "get_item", TableName=t, Key=key) for t in (blue, red)]


@truth("iam", "IAM User Guide, AWS global condition context keys: aws:RequestTag, aws:TagKeys",
       ["done", "denied", "denied"], needs="iam sts sns")  # fmt: skip
def the_tags_of_a_request_decide(world: World) -> Any:
    """aws:RequestTag holds the tags that a request would set."""
    condition = {"StringEquals": {"aws:RequestTag/team": "blue"}}
    grants = allow(["sns:CreateTopic", "sns:TagResource"], f"arn:aws:sns:{PLACE}:*")
    maker = world.actor(grants | {"Condition": condition})

    def making(**more: Any) -> Any:
        return maker.outcome("sns", "create_topic", Name=world.name(), **more)

    tags = [[{"Key": "team", "Value": value}] for value in ("blue", "red")]
    return [making(Tags=tags[0]), making(Tags=tags[1]), making()]


@truth("iam", OPERATORS, ["done", "denied", "done", "denied"], needs="iam sts sqs")
def wildcards_count_with_like_alone(world: World) -> Any:
    """StringEquals takes * literally, StringLike does not; ? is one character."""
    tags = [{"Key": "team", "Value": "blue"}]

    def matching(operator: str, value: Any) -> Any:
        condition = {operator: {"aws:PrincipalTag/team": value}}
        return lister(world, allow("sqs:*", Condition=condition), Tags=tags)

    return [
        matching("StringLike", "bl*"),
        matching("StringEquals", "bl*"),
        matching("StringLike", "b?ue"),
        matching("StringLike", "b?e"),
    ]


@truth("iam", OPERATORS, ["done", "denied", "done", "denied"], needs="iam sts sqs")
def times_and_addresses_are_compared(world: World) -> Any:
    """Dates are compared as times, addresses as networks."""
    conditions = [
        {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    ]
    return [lister(world, allow("sqs:*", Condition=each)) for each in conditions]


@truth("iam", "IAM User Guide, Managed policies and inline policies", ["denied", "done", "denied"],
       needs="iam sts sqs")  # fmt: skip
def an_attached_policy_counts_at_once_and_until_it_is_detached(world: World) -> Any:
    """A session's rights are those of its role's policies at the moment of the call."""
    iam, role = world.aws("iam"), world.role()
    arn = iam.create_policy(PolicyName=world.name(), PolicyDocument=document(allow("sqs:*")))
    attached = {"RoleName": role.rsplit("/", 1)[-1], "PolicyArn": arn["Policy"]["Arn"]}
    session = world.assume(role)
    before = session.outcome("sqs", "list_queues")
    iam.attach_role_policy(**attached)
    during = session.outcome("sqs", "list_queues")
    iam.detach_role_policy(**attached)
    return [before, during, session.outcome("sqs", "list_queues")]


@ministack_says(
    ["MalformedPolicyDocument", "done", "done"],
    "IAM's grammar of policies decides; MiniStack stores elements and operators there are not",
)
@truth("iam", "IAM API Reference, PutRolePolicy: MalformedPolicyDocument",
       ["MalformedPolicyDocument"] * 3, needs="iam")  # fmt: skip
def a_policy_that_says_nothing_is_refused(world: World) -> Any:
    """A policy without Effect, with an unknown element or operator is malformed."""
    name = world.role().rsplit("/", 1)[-1]
    statements = [
        {"Action": "s3:*", "Resource": "*"},
        allow("s3:*", Principals="*"),
        allow("s3:*", Condition={"StringSimilar": {"aws:username": "x"}}),
    ]
    put = world.aws("iam").put_role_policy
    return [
        outcome(put, RoleName=name, PolicyName="p", PolicyDocument=document(each))
        for each in statements
    ]


@truth("iam", "IAM API Reference, DeleteRole", ["DeleteConflict", "done"], needs="iam")
def a_role_with_policies_is_not_deleted(world: World) -> Any:
    """DeleteRole refuses a role that still has policies."""
    iam, name = world.aws("iam"), world.role(allow("s3:*")).rsplit("/", 1)[-1]
    refused = outcome(iam.delete_role, RoleName=name)
    iam.delete_role_policy(RoleName=name, PolicyName="inline")
    return [refused, outcome(iam.delete_role, RoleName=name)]


@truth("iam", "IAM User Guide, IAM JSON policy elements: Action", ["done", "done"],
       needs="iam sts sqs")  # fmt: skip
def actions_are_read_without_regard_to_case(world: World) -> Any:
    """Names of actions are not case sensitive and may hold wildcards."""
    return [lister(world, allow("SQS:LISTQUEUES")), lister(world, allow("sqs:*Que?es"))]


@truth("iam", "Amazon SQS Developer Guide, Basic examples of policies", ["denied"],
       needs="iam sts sqs")  # fmt: skip
def a_deny_of_a_resources_policy_wins(world: World) -> Any:
    """A deny in a queue's policy overrides the caller's own allow."""
    queue, role = world.queue(), world.role(allow("sqs:*"))
    queue.set(Policy=document(deny("sqs:SendMessage", queue.arn, Principal={"AWS": role})))
    sender = world.assume(role)
    return [sender.outcome("sqs", "send_message", QueueUrl=queue.url, MessageBody="x")]
