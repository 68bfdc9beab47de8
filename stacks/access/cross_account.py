"""What more is needed when two stacks of the factory are in different accounts?"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import IConstruct

from stacks.access.permission import Conditions


def other_account(one: IConstruct, other: IConstruct) -> bool:
    """Return whether *one* and *other* are in different accounts."""
    return Stack.of(one).account != Stack.of(other).account


def resource_statement(
    role: iam.Role, actions: Sequence[str], on: Sequence[str], when: Conditions | None = None
) -> iam.PolicyStatement:
    """Return the statement with which a resource lets in *role*, which is of another account.

    It trusts that account for the role of this name alone. Naming the role as the principal would
    make AWS refuse the policy for as long as the other account has no such role.
    """
    return iam.PolicyStatement(
        actions=list(actions),
        principals=[iam.AccountPrincipal(Stack.of(role).account)],
        resources=list(on),
        conditions={**(when or {}), "ArnEquals": {"aws:PrincipalArn": role.role_arn}},
    )
