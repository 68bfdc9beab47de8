"""How soon is a policy in force that was just written?"""

from __future__ import annotations

import time

import aws
from aws.calls import ask
from cli.smoke import roles
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.errors import AccessDenied

SECONDS = 60  # after which `catalogue` would have failed a deploy


def check(bench: Bench) -> str:
    """Let a role list buckets, and see how long it is denied that."""
    role = roles.made(bench, "waits", {})
    session = roles.session(bench, role)
    name = role.rsplit("/", 1)[-1]
    document = roles.document(roles.allow(["s3:ListAllMyBuckets"], "*"))
    ask("iam", "put_role_policy", name, RoleName=name, PolicyName="late", PolicyDocument=document)
    start = time.monotonic()

    def listed() -> bool | None:
        try:
            ask("s3", "list_buckets", "all buckets")
        except AccessDenied:
            return None
        return True

    with aws.calling_as(session):
        if bench.until("a new policy to be in force", listed, seconds=SECONDS) is None:
            raise Refuted(f"a new policy was not in force after {SECONDS} s")
    return f"a new policy was in force after {time.monotonic() - start:.0f} s"


BELIEF = Belief(
    id="S16",
    sentence=f"a policy that was just written is in force within {SECONDS} seconds",
    check=check,
    actions=("iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"),
    failure=(
        "A deploy that changes what `catalogue` may read can fail, because the function is called "
        "seconds later. Deploy again: the policy is in force by then."
    ),
)
