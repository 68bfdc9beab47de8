"""Can a person take the operator's role, and command?"""

from __future__ import annotations

from typing import Any

import aws
from aws import function_url, identity
from aws.calls import ask
from cli.smoke import roles
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.errors import AccessDenied, Refused
from factory.errors import NotFound as Missing

COMMAND = {"command": "smoke", "reason": "the smoke test asks for nothing"}
"""Nothing that the factory knows, so that nothing follows from it."""


def check(bench: Bench) -> str:
    """Take the operator's role as a new user, and send a command that the factory does not know."""
    role, url = bench.output("OperatorRoleArn"), bench.output("CommandUrl")
    person = _person(bench, role)
    with aws.calling_as(person):
        try:
            taken = roles.eventually(
                bench, "IAM to let a new user take the operator's role", lambda: _taken(role)
            )
        except AccessDenied as no:
            raise Refuted(str(no)) from no
    try:
        function_url.post(taken, url, COMMAND)
    except (Refused, Missing) as answer:
        return f"the operator's role was assumed, and the function answered: {answer}"
    except AccessDenied as no:
        raise Refuted(f"the role was assumed, and the URL denied: {no}") from no
    raise Refuted("the function took a command that does not exist")


def _taken(role: str) -> Any:
    return identity.assumed(role)


def _person(bench: Bench, role: str) -> Any:
    """Make a user who may do nothing but take *role*; its key is kept nowhere."""
    name = bench.name("person")
    bench.journal.note("user", name)
    ask("iam", "create_user", name, UserName=name, Tags=bench.tags())
    document = roles.document(roles.allow(["sts:AssumeRole", "sts:SetSourceIdentity"], role))
    ask("iam", "put_user_policy", name, UserName=name, PolicyName="smoke", PolicyDocument=document)
    key = ask("iam", "create_access_key", name, UserName=name)["AccessKey"]
    return identity.session(key["AccessKeyId"], key["SecretAccessKey"])


BELIEF = Belief(
    id="S5",
    sentence="a user whose name is the source identity takes the operator's role and commands",
    check=check,
    actions=(
        "iam:CreateAccessKey",
        "iam:CreateUser",
        "iam:DeleteAccessKey",
        "iam:DeleteUser",
        "iam:DeleteUserPolicy",
        "iam:ListAccessKeys",
        "iam:ListUserPolicies",
        "iam:PutUserPolicy",
        "iam:TagUser",
    ),
    failure=(
        "Nobody can roll back or ask for a run. If the role cannot be assumed, compare its trust "
        "with `stacks/access/human_role.py`: a condition key that AWS does not know for the action "
        "never holds. If the URL denies, compare the policy of the function with the operator's."
    ),
)
