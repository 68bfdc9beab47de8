"""Which grants of the roles has a call needed, and which none?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.iam import resources
from localcloud.iam.caller import Caller, default
from localcloud.iam.conditions import listed
from localcloud.iam.policy import allowing, parse
from localcloud.iam.requests.call import Want

_used: set[tuple[str, str, str]] = set()
"""Role, action as the grant spells it, and the grant's statement."""


def note(caller: Caller, want: Want, context: Mapping[str, Any]) -> None:
    """Remember by which grants of its role the caller may do what it *want*s."""
    for statement, pattern in allowing(
        caller.identity_policies, want.action, want.resource, context
    ):
        _used.add((caller.role_arn, pattern, _spelled(statement)))


def all_of_roles() -> list[dict[str, Any]]:
    """Return every action a role is granted: account, role, action, resources, whether used."""
    return [
        {
            "account": account,
            "role": role.name,
            "action": action,
            "resources": listed(statement.get("Resource", [])),
            "used": (role.arn, action, _spelled(statement)) in _used,
        }
        for account, store in resources.in_all_accounts("iam")
        for role in store.roles.values()
        for statement in _allows(role)
        for action in listed(statement["Action"])
    ]


def _allows(role: Any) -> Iterator[Mapping[str, Any]]:
    attached = (default(policy) for policy in role.managed_policies.values())
    for document in (*role.policies.values(), *attached):
        statements = listed(parse(document)["Statement"])
        yield from (s for s in statements if s["Effect"] == "Allow" and "Action" in s)


def _spelled(statement: Mapping[str, Any]) -> str:
    return json.dumps(statement, sort_keys=True)
