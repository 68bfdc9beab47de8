"""In which account does each room of the factory stand? All in one, or each in its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_cdk import Environment

from factory.errors import InvalidSettings

ROOMS = ("data", "training", "serving", "watch", "ledger")
ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, kw_only=True)
class Estate:
    """Five accounts and the one region of them all."""

    accounts: Mapping[str, str]
    """Account id by room."""
    region: str

    def home(self, room: str) -> Environment:
        """Return where *room* stands."""
        return Environment(account=self.accounts[room], region=self.region)


def estate(accounts: Any, region: Any) -> Estate | None:
    """Return what the context's *accounts* and *region* say, or None without accounts.

    *accounts* is an object of an account id for every room; on the command line, its JSON.
    """
    if accounts is None:
        return None
    found = _parsed(accounts)
    problem = _wrong(found) or (
        "" if region else "they need a region to stand in; say -c region=eu-west-1"
    )
    if problem:
        raise InvalidSettings(f"context accounts: {problem}")
    return Estate(accounts={room: found[room] for room in ROOMS}, region=str(region))


def _parsed(accounts: Any) -> dict[str, Any]:
    try:
        found = json.loads(accounts) if isinstance(accounts, str) else accounts
    except json.JSONDecodeError as exc:
        raise InvalidSettings(f"context accounts: {accounts!r} is no JSON ({exc})") from exc
    if not isinstance(found, dict):
        raise InvalidSettings(f"context accounts: {found!r} is no object of accounts by room")
    return found


def _wrong(accounts: Mapping[str, Any]) -> str:
    """Return what is wrong with *accounts*, or nothing."""
    if set(accounts) != set(ROOMS):
        return f"{', '.join(sorted(accounts))} are named; name {', '.join(ROOMS)}"
    ids = list(accounts.values())
    bad = [i for i in ids if not (isinstance(i, str) and ACCOUNT.fullmatch(i))]
    if bad:
        return f"{bad[0]!r} is no account id; write twelve digits in quotes"
    if len(set(ids)) < len(ids):
        return "two rooms share an account; give five different ones, or none for one account"
    return ""
