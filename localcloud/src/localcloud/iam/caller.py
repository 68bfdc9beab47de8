"""Who makes a call, and by which policies is that decided?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from moto.iam.exceptions import NotFoundException

from localcloud import places
from localcloud.iam import resources
from localcloud.iam.policy import Document, Principal, parse
from localcloud.state import kept

ADMINISTRATOR = "administrator"
_ACCOUNT = re.compile(r"\d{12}")
_ISSUED = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}")


class InvalidKeyError(Exception):
    """A key that has AWS's form but that nobody holds (any more)."""


class ExpiredSessionError(Exception):
    """A role session whose time is over."""


@dataclass(frozen=True)
class Caller:
    """Somebody who calls; policies are those of this very moment."""

    arn: str
    """Of the session for a role, e.g. ``arn:aws:sts::...:assumed-role/ROLE/SESSION``."""
    role_arn: str
    """Of the role; a user's own ARN."""
    session_name: str
    principal_id: str
    """What AWS calls userid: ``AROA...:SESSION`` or ``AIDA...``."""
    source_identity: str | None = None
    account: str = places.ACCOUNT
    checked: bool = True
    """False for the administrator alone, who has every permission."""
    is_cloud: bool = False
    """Whether the cloud itself calls, on behalf of a service, with the administrator's keys."""
    identity_policies: tuple[Document, ...] = ()
    boundary: tuple[Document, ...] | None = None
    session_policy: tuple[Document, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    issued: float | None = None
    """When the session was opened, in seconds since 1970."""
    session_tags: frozenset[str] = frozenset()
    """Keys of *tags* that came with the session and go on to chained sessions."""

    @property
    def is_role(self) -> bool:
        """Whether this is a session of a role."""
        return self.arn != self.role_arn

    def principal(self) -> Principal:
        """Return the caller by the names resource policies use."""
        return Principal(frozenset({self.arn, self.role_arn}), self.account)

    def context(self) -> dict[str, Any]:
        """Return the condition keys about the caller."""
        kind = "AssumedRole" if self.is_role else "User"
        found: dict[str, Any] = {
            "aws:PrincipalArn": self.role_arn,
            "aws:PrincipalAccount": self.account,
            "kms:CallerAccount": self.account,
            "aws:PrincipalType": kind,
            "aws:userid": self.principal_id,
        }
        if not self.is_role:
            found["aws:username"] = self.arn.split("/")[-1]
        if self.issued is not None:
            moment = datetime.fromtimestamp(self.issued, UTC)
            found["aws:TokenIssueTime"] = moment.isoformat(timespec="seconds")
        if self.source_identity:
            found["aws:SourceIdentity"] = self.source_identity
        return found | {f"aws:PrincipalTag/{key}": value for key, value in self.tags.items()}


def administrator(account: str) -> Caller:
    """Whoever shows a key that nobody issued: nothing but a resource's policy denies them."""
    arn = f"arn:aws:iam::{account}:user/{ADMINISTRATOR}"
    return Caller(arn, arn, "", "AIDAADMINISTRATOR0000", account=account, checked=False)


def identity(access_key: str) -> Caller:
    """Tell whose key this is.

    Raises `ExpiredSessionError` for a session past its time and `InvalidKeyError` for a key in
    AWS's form that nobody holds; any other unknown key is an administrator's: one of twelve digits
    of the account with that number.
    """
    if session := sessions.get(access_key):
        return _of_session(session)
    for account, user, key in _keys():
        if key.access_key_id == access_key:
            return _of_user(user, account, active=key.status == "Active")
    if _ISSUED.fullmatch(access_key):
        raise InvalidKeyError(access_key)
    return administrator(account_of(access_key))


def account_of(access_key: str) -> str:
    """Tell whose account a key belongs to, whether it is still good or not."""
    if session := sessions.get(access_key):
        return str(session.account_id)
    for account, _, key in _keys():
        if key.access_key_id == access_key:
            return account
    return access_key if _ACCOUNT.fullmatch(access_key) else places.ACCOUNT


def _keys() -> Iterator[tuple[str, Any, Any]]:
    """Yield account, user and key of every key that a user has."""
    for account, store in resources.in_all_accounts("iam"):
        for user in list(store.users.values()):
            for key in user.access_keys:
                yield account, user, key


sessions: dict[str, Any] = {}
"""Moto's AssumedRole of every session, by access key; sts.py writes it."""
kept.keep("iam/sessions", sessions)


def _of_session(session: Any) -> Caller:
    expiration = session.expiration
    moment = datetime.now(UTC)
    if (expiration if expiration.tzinfo else expiration.replace(tzinfo=UTC)) <= moment:
        raise ExpiredSessionError(session.arn)
    role = resources.role(session.role_arn, session.account_id)
    if role is None:
        raise InvalidKeyError(f"{session.access_key_id}: {session.role_arn} is deleted")
    return Caller(
        arn=session.arn,
        role_arn=session.role_arn,
        session_name=session.session_name,
        principal_id=f"{role.id}:{session.session_name}",
        account=session.account_id,
        source_identity=getattr(session, "source_identity", None),
        identity_policies=attached(role),
        boundary=boundary_of(role.permissions_boundary_arn, session.account_id),
        session_policy=_session_policies(session),
        issued=session.issued,
        tags=resources.role_tags(role) | getattr(session, "session_tags", {}),
        session_tags=frozenset(getattr(session, "transitive_tags", ())),
    )


def _of_user(user: Any, account: str, *, active: bool) -> Caller:
    if not active:
        raise InvalidKeyError(f"a key of {user.arn} is inactive")
    groups = resources.backend("iam", account, resources.GLOBAL).get_groups_for_user(user.name)
    policies = [policy for holder in (user, *groups) for policy in attached(holder)]
    boundary = getattr(user, "permissions_boundary_arn", None)
    return Caller(
        arn=user.arn,
        role_arn=user.arn,
        session_name="",
        principal_id=user.id,
        account=account,
        identity_policies=tuple(policies),
        boundary=boundary_of(boundary, account),
        tags=resources.role_tags(user),
    )


def attached(holder: Any) -> tuple[Document, ...]:
    """Inline and attached policies of a role, user or group."""
    return (
        *(parse(document) for document in holder.policies.values()),
        *(parse(default(policy)) for policy in holder.managed_policies.values()),
    )


def default(policy: Any) -> Any:
    """Return the document of a managed policy that counts."""
    return next(version.document for version in policy.versions if version.is_default)


def _managed(arns: Iterable[str], account: str) -> tuple[Document, ...]:
    store = resources.backend("iam", account, resources.GLOBAL)
    return tuple(parse(default(store.get_policy(arn))) for arn in arns)


def boundary_of(arn: str | None, account: str) -> tuple[Document, ...] | None:
    """Return the policies of a permissions boundary; None where there is none.

    One that is not there (moto takes it, though) allows nothing.
    """
    try:
        return _managed([arn], account) if arn else None
    except NotFoundException:
        return ()


def _session_policies(session: Any) -> tuple[Document, ...] | None:
    given = (parse(session.policy),) if session.policy else ()
    found = (*given, *_managed(getattr(session, "policy_arns", ()), session.account_id))
    return found or None
