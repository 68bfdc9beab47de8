"""How is it asked what a deployed role may do? By a copy of its policies that the caller may take.

The factory's own roles trust services and people, and are left as they are. A copy trusts nobody
but whoever made it, and SageMaker where it runs something.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import aws
from aws import identity
from aws.calls import ask, pages
from cli.smoke.bench import Bench
from factory.errors import AccessDenied, NotFound, ServiceError

Statement = Mapping[str, Any]
Found = TypeVar("Found")
PATIENCE = 120  # seconds that IAM may take until a new role is known everywhere
NOT_YET = ("InvalidClientTokenId", "ssume role", "role exists", "trust relationship")
"""In the words of services that look at a user or a role which IAM has just made."""
SAGEMAKER = {"Service": "sagemaker.amazonaws.com"}


def _not_yet(error: ServiceError) -> bool:
    """Tell whether AWS may say so only because it does not know yet what was just made."""
    return isinstance(error, AccessDenied | NotFound) or any(w in str(error) for w in NOT_YET)


def policies(role: str) -> dict[str, Any]:
    """Return the inline policies of *role*, by name; the factory's roles have no others."""
    names = pages("iam", "list_role_policies", "PolicyNames", RoleName=role)
    return {name: _policy(role, name) for name in names}


def _policy(role: str, name: str) -> Any:
    answer = ask("iam", "get_role_policy", role, RoleName=role, PolicyName=name)["PolicyDocument"]
    return json.loads(answer) if isinstance(answer, str) else answer


def copied(
    bench: Bench, role_arn: str, suffix: str, *more: Statement, service: bool = False
) -> str:
    """Make a copy of a deployed role that may do *more* too; return its ARN."""
    name = role_arn.rsplit("/", 1)[-1]
    return made(bench, suffix, policies(name), *more, service=service)


def made(
    bench: Bench,
    suffix: str,
    documents: Mapping[str, Any],
    *more: Statement,
    service: bool = False,
) -> str:
    """Make a role with these policies and *more*; return its ARN."""
    name = bench.name(suffix)
    bench.journal.note("role", name)
    role = ask(
        "iam",
        "create_role",
        name,
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(_trust(service=service)),
        Tags=bench.tags(),
    )["Role"]
    added = {"smoke": {"Version": "2012-10-17", "Statement": list(more)}} if more else {}
    for policy, document in {**documents, **added}.items():
        text = json.dumps(document)
        ask("iam", "put_role_policy", name, RoleName=name, PolicyName=policy, PolicyDocument=text)
    return str(role["Arn"])


def _trust(*, service: bool) -> Mapping[str, Any]:
    statements = [*_callers(), *([_allow(SAGEMAKER, "sts:AssumeRole")] if service else [])]
    return {"Version": "2012-10-17", "Statement": statements}


def _callers() -> Iterator[Statement]:
    root = {"AWS": identity.arn_of_account()}
    only = {"StringEquals": {"aws:userid": identity.caller_id()}}
    yield {**_allow(root, "sts:AssumeRole", "sts:SetSourceIdentity"), "Condition": only}


def _allow(who: Mapping[str, str], *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": dict(who), "Action": list(actions)}


def document(*statements: Statement) -> str:
    """Return a policy of these statements, as IAM wants it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: Sequence[str], *on: str) -> Statement:
    """Return a statement that allows *actions* on the resources *on*."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(on)}


def session(bench: Bench, role_arn: str, *, person: bool = False) -> Any:
    """Return a session of a role that was just made; a *person* has a source identity."""
    take = identity.assumed if person else identity.assumed_plainly
    return eventually(bench, f"IAM to let the role {role_arn} be assumed", lambda: take(role_arn))


def of_this_run(bench: Bench) -> tuple[Statement, Statement]:
    """Return statements that let a copy use this run's bucket, and the stage's key for that."""
    bucket = identity.arn_of_bucket(bench.bucket())
    actions = ["s3:GetObject", "s3:PutObject", "s3:ListBucket"]
    key = allow(["kms:Decrypt", "kms:GenerateDataKey"], bench.key())
    return allow(actions, bucket, f"{bucket}/*"), key


def in_force(bench: Bench, role_arn: str) -> str:
    """Return a role that may use this run's bucket, once IAM lets it: services fail until then."""
    with aws.calling_as(session(bench, role_arn)):
        what = f"the policy of {role_arn} to be in force"
        eventually(bench, what, lambda: aws.s3_list(bench.place("nothing")))
    return role_arn


def eventually(bench: Bench, what: str, call: Callable[[], Found]) -> Found:
    """Return the answer to *call* once IAM does not refuse it; AccessDenied when it still does."""
    last: list[ServiceError] = []

    def tried() -> tuple[Found] | None:
        try:
            return (call(),)
        except ServiceError as no:
            if not _not_yet(no):
                raise
            last.append(no)
            return None

    found = bench.until(what, tried, seconds=PATIENCE)
    if found is None:
        raise AccessDenied(f"{last[-1]} after {PATIENCE} s of waiting for {what}")
    return found[0]
