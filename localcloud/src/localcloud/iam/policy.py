"""What do the statements of some policies say about one action on one resource?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from localcloud.iam.conditions import MalformedPolicyError, holds, listed
from localcloud.iam.patterns import UnknownVariableError, fill, like

Document = Mapping[str, Any]


class Effect(Enum):
    """The verdict of a set of policies; a delegation needs the account's own policies as well."""

    DENY = "explicit deny"
    DELEGATED = "allowed to the account"
    ALLOW = "allowed"
    SILENT = "no statement applies"


@dataclass(frozen=True)
class Principal:
    """Who asks, by every name a resource policy may call them."""

    names: frozenset[str] = frozenset()
    """ARNs of the role, of the session or of the user."""
    account: str = ""
    service: str = ""
    """Set only where an AWS service acts for itself."""


def parse(document: str | bytes | Document) -> Document:
    """Read a policy document that moto keeps as text, bytes or a dict."""
    return document if isinstance(document, Mapping) else _parse_text(document)


@lru_cache(maxsize=2048)
def _parse_text(text: str | bytes) -> Document:
    return dict(json.loads(text))


def evaluate(
    documents: Iterable[Document],
    action: str,
    resource: str,
    context: Mapping[str, Any],
    principal: Principal | None = None,
) -> Effect:
    """Decide by *documents*: any deny wins, then the strongest allow.

    *principal* is given for resource policies only, whose statements name whom they mean.
    *context* holds condition keys in lower case.
    """
    found = {
        _statement_effect(statement, action, resource, context, principal)
        for document in documents
        for statement in listed(document.get("Statement", []))
    }
    return next((e for e in (Effect.DENY, Effect.ALLOW, Effect.DELEGATED) if e in found), SILENT)


SILENT = Effect.SILENT


def _statement_effect(
    statement: Mapping[str, Any],
    action: str,
    resource: str,
    context: Mapping[str, Any],
    principal: Principal | None,
) -> Effect:
    means = Effect.ALLOW if principal is None else _principal_effect(statement, principal)
    if means is Effect.SILENT or not _action_matches(statement, action):
        return Effect.SILENT
    try:
        applies = _resource_matches(statement, resource, context) and holds(
            statement.get("Condition", {}), context
        )
    except UnknownVariableError:
        return Effect.SILENT
    if not applies:
        return Effect.SILENT
    return Effect.DENY if _effect(statement) == "Deny" else means


def allowing(
    documents: Iterable[Document], action: str, resource: str, context: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield each statement of an identity's *documents* that allows the action.

    With it goes the element of its Action that means the action.
    """
    for document in documents:
        for statement in listed(document.get("Statement", [])):
            if _statement_effect(statement, action, resource, context, None) is Effect.ALLOW:
                for pattern in listed(statement.get("Action", [])):
                    if like(pattern.lower(), action.lower()):
                        yield statement, pattern


def _effect(statement: Mapping[str, Any]) -> str:
    effect = statement.get("Effect")
    if effect not in {"Allow", "Deny"}:
        raise MalformedPolicyError(f"Effect {effect!r} is neither Allow nor Deny: {statement}")
    return str(effect)


def _action_matches(statement: Mapping[str, Any], action: str) -> bool:
    patterns = listed(statement.get("Action", statement.get("NotAction", [])))
    named = any(like(pattern.lower(), action.lower()) for pattern in patterns)
    return named != ("NotAction" in statement)


def _resource_matches(
    statement: Mapping[str, Any], resource: str, context: Mapping[str, Any]
) -> bool:
    """Match the resource; a statement without one (a trust policy) means what it hangs on."""
    patterns = listed(statement.get("Resource", statement.get("NotResource", "*")))
    named = any(like(fill(pattern, context), resource) for pattern in patterns)
    return named != ("NotResource" in statement)


def _principal_effect(statement: Mapping[str, Any], principal: Principal) -> Effect:
    if "NotPrincipal" in statement:
        named = _named(statement["NotPrincipal"], principal) is not Effect.SILENT
        return Effect.SILENT if named else Effect.ALLOW
    return _named(statement.get("Principal", {}), principal)


def _named(who: Any, principal: Principal) -> Effect:
    """Whether a Principal element means this one, directly or through its account."""
    kinds = {"AWS": "*", "Service": "*"} if who == "*" else who
    kind = "Service" if principal.service else "AWS"
    names = set(listed(kinds.get(kind, [])))
    if principal.service:
        return Effect.ALLOW if {"*", principal.service} & names else Effect.SILENT
    if "*" in names or names & principal.names:
        return Effect.ALLOW
    account = {principal.account, f"arn:aws:iam::{principal.account}:root"}
    return Effect.DELEGATED if names & account else Effect.SILENT
