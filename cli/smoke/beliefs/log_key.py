"""May a log group be made under the stage's key?"""

from __future__ import annotations

from functools import partial

import aws
from aws import identity
from aws.calls import ask
from cli.smoke import roles
from cli.smoke.belief import Belief
from cli.smoke.bench import Bench, holds


def check(bench: Bench) -> str:
    """Make a log group under the key, as a role with no right to the key."""
    name = bench.name("logs")
    arn = identity.arn("logs", f"log-group:{name}")
    role = roles.made(bench, "logs-role", {}, roles.allow(ACTIONS, arn, f"{arn}:*"))
    key = bench.key()
    bench.journal.note("log group", name)
    create = partial(
        ask,
        "logs",
        "create_log_group",
        name,
        logGroupName=name,
        kmsKeyId=key,
        tags=bench.tagged(),
    )
    with aws.calling_as(roles.session(bench, role)):
        words = "the role's policy to be in force"
        holds(lambda: roles.eventually(bench, words, create), as_role=True)
    return f"a log group is encrypted with {key}, and its maker has no right to the key"


ACTIONS = ("logs:CreateLogGroup", "logs:TagResource", "logs:TagLogGroup")
BELIEF = Belief(
    id="S11",
    sentence="CloudWatch Logs encrypts under the stage's key by the key's own policy",
    check=check,
    actions=("kms:DescribeKey", "logs:DeleteLogGroup"),
    failure=(
        "Functions write no logs, or `cdk deploy` fails at their log groups. Compare the key's "
        "policy with AWS's words: the service's name has the region in it."
    ),
)
