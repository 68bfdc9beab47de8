"""Do events, keys and packages cross between accounts?"""

from __future__ import annotations

import aws
from cli.smoke.belief import Belief, Skipped
from cli.smoke.beliefs.role_names import DUTIES
from cli.smoke.bench import Bench
from factory.layout.names import stack


def check(bench: Bench) -> str:
    """Say that it is not asked: one set of credentials sees one account."""
    here = [duty for duty in DUTIES if aws.stack_found(stack(bench.stage, duty))]
    if len(here) == len(DUTIES):
        raise Skipped("all stacks of the stage are in this account: nothing has to cross")
    raise Skipped(
        f"only {', '.join(here)} is in this account, and this command sees one account at a time"
    )


BELIEF = Belief(
    id="S15",
    sentence="events, keys and packages cross between the five accounts",
    check=check,
    actions=("cloudformation:DescribeStacks",),
    failure="This is never asked yet; see docs/guides/deploy-five-accounts.md for what to look at.",
)
