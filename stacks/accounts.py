"""In which account is each stack of the factory? All in one, or each in its own."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from aws_cdk import Environment

from factory.errors import InvalidSettings

STACKS = ("data", "training", "serving", "watch", "ledger")
ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Five accounts and the one region of them all."""

    ids: Mapping[str, str]
    """Account id by stack."""
    region: str

    @classmethod
    def of(cls, accounts: Any, region: Any) -> Self | None:
        """Return what the context's *accounts* and *region* say, or None without accounts.

        *accounts* is an object with an account id for every stack; on the command line, its JSON.
        """
        if accounts is None:
            return None
        found = _parsed(accounts)
        problem = _wrong(found) or (
            "" if region else "they need one region for all; say -c region=eu-west-1"
        )
        if problem:
            raise InvalidSettings(f"context accounts: {problem}")
        return cls(ids={stack: found[stack] for stack in STACKS}, region=str(region))

    def home(self, stack: str) -> Environment:
        """Return the account and the region of *stack*."""
        return Environment(account=self.ids[stack], region=self.region)


def _parsed(accounts: Any) -> dict[str, Any]:
    try:
        found = json.loads(accounts) if isinstance(accounts, str) else accounts
    except json.JSONDecodeError as exc:
        raise InvalidSettings(f"context accounts: {accounts!r} is not JSON ({exc})") from exc
    if not isinstance(found, dict):
        raise InvalidSettings(
            f"context accounts: {found!r} is not an object of accounts by stack; "
            f"name {', '.join(STACKS)}"
        )
    return found


def _wrong(accounts: Mapping[str, Any]) -> str:
    """Return what is wrong with *accounts*, or nothing."""
    if set(accounts) != set(STACKS):
        return f"{', '.join(sorted(accounts))} are named; name {', '.join(STACKS)}"
    ids = list(accounts.values())
    bad = [i for i in ids if not (isinstance(i, str) and ACCOUNT.fullmatch(i))]
    if bad:
        return f"{bad[0]!r} is not an account id; write twelve digits in quotes"
    if len(set(ids)) < len(ids):
        return "two stacks share an account; give five different ones, or none for one account"
    return ""
