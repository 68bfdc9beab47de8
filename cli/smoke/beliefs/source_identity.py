"""Does the registry say who decided?"""

from __future__ import annotations

from functools import partial

import aws
from aws import identity, registry
from cli.smoke import roles
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench, holds


def check(bench: Bench) -> str:
    """Reject this run's own package as a copy of the approver's role, and read who did."""
    if "package" not in bench.made:
        raise Refuted("there is no package to decide about: S3 did not register one")
    arn = bench.made["package"]
    role = roles.copied(bench, bench.output("ApproverRoleArn"), "decides")
    with aws.calling_as(roles.session(bench, role, person=True)):
        rejected = partial(registry.decide, arn, "Rejected", "the smoke test decides nothing")
        words = "the approver's policy to be in force"
        holds(lambda: roles.eventually(bench, words, rejected), as_role=True)
    found = registry.package(arn).get("LastModifiedBy", {}).get("IamIdentity", {})
    person = identity.caller_name()
    if found.get("SourceIdentity") != person:
        raise Refuted(f"LastModifiedBy.IamIdentity is {found}, and {person} decided")
    return f"LastModifiedBy.IamIdentity.SourceIdentity is {found['SourceIdentity']}"


BELIEF = Belief(
    id="S4",
    sentence="a package says the source identity of who decided about it last",
    check=check,
    actions=(
        "sagemaker:DescribeModelPackage",
        "sts:AssumeRole",
        "sts:SetSourceIdentity",
    ),
    after=("S3",),
    failure=(
        "Every approval would be rejected as `nobody known approved it`. See whether AWS's words "
        "have the name elsewhere, for example in the session's ARN, and let "
        "`factory/promotion/approval.py` read it there."
    ),
)
