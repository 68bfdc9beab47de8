"""Whose session becomes who?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import ACCOUNT, allow, deny, document, trusting
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import Keys, outcome
from localcloud.truths.world import World

ASSUME = "STS API Reference, AssumeRole"
IDENTITY = "IAM User Guide, Monitor and control actions taken with assumed roles (source identity)"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def assuming(who: Keys, arn: str, **settings: Any) -> str:
    """Say what becomes of their assuming the role."""
    return who.outcome("sts", "assume_role", RoleArn=arn, **{"RoleSessionName": "me", **settings})


@ministack_says(
    ["denied", "denied"],
    "IAM guide, evaluation within one account: a policy that names the role is enough",
)
@truth("sts", ASSUME, ["denied", "done"], needs="iam sts")
def a_role_is_assumed_by_those_it_trusts(world: World) -> Any:
    """A trust policy that names one role admits that role alone, without any grant of its own."""
    friend = world.role()
    role = world.role(trust=[trusting({"AWS": friend})])
    stranger = world.actor(allow("sts:AssumeRole"))
    return [assuming(stranger, role), assuming(world.assume(friend), role)]


@truth("sts", "IAM User Guide, AWS JSON policy elements: Principal", ["denied", "done"],
       needs="iam sts")  # fmt: skip
def trust_in_the_account_needs_a_grant_too(world: World) -> Any:
    """Naming the account in a trust policy leaves the decision to its identity policies."""
    role = world.role(trust=[trusting(ROOT)])
    granted = world.actor(allow("sts:AssumeRole", role))
    return [assuming(world.actor(), role), assuming(granted, role)]


@truth("sts", "IAM User Guide, Access to AWS accounts owned by third parties (external ID)",
       ["denied", "denied", "done"], needs="iam sts")  # fmt: skip
def an_external_id_has_to_be_the_agreed_one(world: World) -> Any:
    """sts:ExternalId in a trust policy holds only for calls that give that id."""
    condition = {"StringEquals": {"sts:ExternalId": "agreed"}}
    role = world.role(trust=[{**trusting(ROOT), "Condition": condition}])
    caller = world.actor(allow("sts:AssumeRole", role))
    others = [assuming(caller, role, ExternalId=each) for each in ("other", "agreed")]
    return [assuming(caller, role), *others]


@ministack_says(
    ["denied"] * 3,
    "the guide's own example; MiniStack denies it",
)
@truth("sts", IDENTITY, ["denied", "denied", "done"], needs="iam sts")
def a_source_identity_can_be_demanded(world: World) -> Any:
    """A trust may demand sts:SourceIdentity; setting it needs sts:SetSourceIdentity."""
    condition = {"StringLike": {"sts:SourceIdentity": "ann*"}}
    trust = trusting(ROOT, "sts:AssumeRole", "sts:SetSourceIdentity")
    role = world.role(trust=[{**trust, "Condition": condition}])
    plain = world.actor(allow("sts:AssumeRole", role))
    whole = world.actor(allow(["sts:AssumeRole", "sts:SetSourceIdentity"], role))
    return [
        assuming(whole, role),
        assuming(plain, role, SourceIdentity="anna"),
        assuming(whole, role, SourceIdentity="anna"),
    ]


@ministack_says(
    ["denied", "done"],
    "the guide: it persists and cannot be changed; MiniStack lets it change",
)
@truth("sts", IDENTITY, ["done", "denied"], needs="iam sts s3")
def a_source_identity_stays_with_the_chain(world: World) -> Any:
    """A session's source identity goes on into the next role and cannot be changed there."""
    actions = ("sts:AssumeRole", "sts:SetSourceIdentity")
    first = world.role(allow(list(actions)))
    condition = {"StringEquals": {"aws:SourceIdentity": "anna"}}
    trust = trusting({"AWS": first}, *actions)
    second = world.role(allow("s3:ListAllMyBuckets", Condition=condition), trust=[trust])
    opened = world.assume(first, SourceIdentity="anna")
    chained = world.assume(second, sts=opened.aws("sts"))
    return [
        chained.outcome("s3", "list_buckets"),
        assuming(opened, second, SourceIdentity="bert"),
    ]


@truth("sts", "IAM User Guide, Pass session tags in AWS STS", ["denied", "done"], needs="iam sts")
def session_tags_need_a_permission(world: World) -> Any:
    """Tags can be given to a session only where sts:TagSession is allowed."""
    tags = [{"Key": "team", "Value": "blue"}]
    untagged = world.role(trust=[trusting(ROOT)])
    tagged = world.role(trust=[trusting(ROOT, "sts:AssumeRole", "sts:TagSession")])
    caller = world.actor(allow(["sts:AssumeRole", "sts:TagSession"]))
    return [assuming(caller, role, Tags=tags) for role in (untagged, tagged)]


@ministack_says(
    ["done", "done"],
    "the reference: up to the role's maximum; MiniStack does not compare",
)
@truth("sts", ASSUME, ["ValidationError", "done"], needs="iam sts")
def a_session_is_no_longer_than_the_role_allows(world: World) -> Any:
    """DurationSeconds above the role's MaxSessionDuration is refused."""
    role = world.role(MaxSessionDuration=7200)
    assume = world.aws("sts").assume_role
    asked = {"RoleArn": role, "RoleSessionName": "me"}
    return [outcome(assume, **asked, DurationSeconds=each) for each in (7201, 7200)]


@ministack_says(
    ["done"],
    "the guide: one hour; MiniStack gives more",
)
@truth("sts", "IAM User Guide, Roles terms and concepts: Role chaining", ["ValidationError"],
       needs="iam sts")  # fmt: skip
def a_chained_session_lasts_an_hour_at_most(world: World) -> Any:
    """Role chaining limits a session to one hour."""
    second = world.role(MaxSessionDuration=7200)
    first = world.actor(allow("sts:AssumeRole"))
    return [assuming(first, second, DurationSeconds=3601)]


@truth("sts", "STS API Reference, GetCallerIdentity", "done", needs="iam sts")
def everybody_may_ask_who_they_are(world: World) -> Any:
    """GetCallerIdentity needs no permission, even where a policy denies it."""
    return world.actor(deny("*")).outcome("sts", "get_caller_identity")


@ministack_says(
    ["done", "done"],
    "the reference has the pattern; MiniStack takes any name",
)
@truth("sts", ASSUME, ["ValidationError", "done"], needs="iam sts")
def a_sessions_name_has_a_form(world: World) -> Any:
    """RoleSessionName is 2 to 64 of the characters a-z, A-Z, 0-9, _ = , . @ and -."""
    role = world.role()
    caller = world.actor(allow("sts:AssumeRole"))
    names = ("not a name", "a.b@c-1")
    return [assuming(caller, role, RoleSessionName=name) for name in names]


@truth("sts", "IAM User Guide, Revoke IAM role temporary security credentials", ["done", "denied"],
       needs="iam sts sqs")  # fmt: skip
def a_revocation_ends_the_sessions_opened_before(world: World) -> Any:
    """A deny on aws:TokenIssueTime refuses the sessions opened before that time."""
    role = world.role(allow("sqs:*"))
    opened = world.assume(role)
    before = opened.outcome("sqs", "list_queues")
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2099-01-01T00:00:00Z"}}
    world.aws("iam").put_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyName="revoke",
        PolicyDocument=document(deny("*", Condition=condition)),
    )
    return [before, opened.outcome("sqs", "list_queues")]


@truth("sts", "STS API Reference, AssumeRole: the ARN and ID", True, needs="iam sts")
def a_session_is_called_after_role_and_session_name(world: World) -> Any:
    """A session's ARN is arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION."""
    role = world.role()
    arn = world.assume(role).aws("sts").get_caller_identity()["Arn"]
    return arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/{role.rsplit('/', 1)[-1]}/me"


@truth("sts", "IAM User Guide, IAM JSON policy elements: Variables and tags; AWS global condition"
       " context keys (aws:userid)", ["done", "denied", "denied"], needs="iam sts")  # fmt: skip
def a_session_s_name_can_be_demanded_as_its_source_identity(world: World) -> Any:
    """The user id of a role's session ends in its name, and a variable may be a key of the call."""
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    condition = {"StringLike": {"aws:userid": "*:${sts:SourceIdentity}"}}
    role = world.role(trust=[{**trusting(ROOT, *actions), "Condition": condition}])
    named = world.assume(world.role(allow(actions)), RoleSessionName="anna")
    return [assuming(named, role, SourceIdentity=each) for each in ("anna", "nna", "bert")]
