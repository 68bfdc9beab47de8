"""May the factory's roles list packages, and could the right be narrowed to a group?"""

from __future__ import annotations

from functools import partial

import aws
from aws import identity
from aws.calls import ask
from cli.smoke import roles
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.errors import AccessDenied

MARK = "s3:ListAllMyBuckets"
"""Allowed beside the right in question: when it is in force, so is the other."""


def check(bench: Bench) -> str:
    """List one group's packages as a role that may list all, then as one that may list these."""
    group = bench.group()
    if no := _denied(bench, "lists-all", "*"):
        raise Refuted(no)
    arn = identity.arn("sagemaker", f"model-package-group/{group}")
    no = _denied(bench, "lists-one", arn)
    return f"allowed on all; on the group alone it is {f'denied: {no}' if no else 'allowed too'}"


def _denied(bench: Bench, suffix: str, on: str) -> str:
    """Return AWS's words when a role that may list packages *on* this is denied; empty if not."""
    may = roles.allow(["sagemaker:ListModelPackages"], on)
    role = roles.made(bench, suffix, {}, may, roles.allow([MARK], "*"))
    group = bench.group()
    with aws.calling_as(roles.session(bench, role)):
        marked = partial(ask, "s3", "list_buckets", "all buckets")
        roles.eventually(bench, "the role's policy to be in force", marked)
        try:
            ask("sagemaker", "list_model_packages", group, ModelPackageGroupName=group)
        except AccessDenied as no:
            return str(no)
    return ""


BELIEF = Belief(
    id="S10",
    sentence="whoever may list all packages lists a group's",
    check=check,
    actions=("sagemaker:CreateModelPackageGroup", "sagemaker:ListModelPackages"),
    failure=(
        "`factory review` and `promote` cannot list. AWS's words name the resource that it wants; "
        "say it in `stacks/access/sagemaker.py`. Where the right on a group is enough, it can be "
        "narrowed there."
    ),
)
