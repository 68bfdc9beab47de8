"""What does one API call look like before it is known what it needs?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.places import Place


@dataclass(frozen=True)
class Want:
    """One permission that a call needs."""

    action: str
    resource: str
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """A parsed API call; its account is the one that answers it, not always the caller's."""

    service: str
    """IAM's prefix of the service, e.g. ``cloudwatch`` where the signing name is ``monitoring``."""
    operation: str
    params: Mapping[str, Any]
    account: str
    region: str
    method: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    query: Mapping[str, str] = field(default_factory=dict)
    bucket: str = ""
    key: str = ""

    @property
    def action(self) -> str:
        """The action named like the operation, which most are."""
        return f"{self.service}:{self.operation}"

    @property
    def place(self) -> Place:
        """Where the call is answered."""
        return Place(self.account, self.region)

    def arn(self, resource: str, service: str = "") -> str:
        """Return the ARN of *resource* in the call's account and region."""
        return f"arn:aws:{service or self.service}:{self.region}:{self.account}:{resource}"


def request_tags(tags: Any) -> dict[str, Any]:
    """Return the aws:RequestTag and aws:TagKeys of a call's tags, given as a list or a mapping."""
    if not tags:
        return {}
    pairs = dict(tags) if isinstance(tags, Mapping) else dict(map(_pair, tags))
    return {
        **{f"aws:RequestTag/{key}": value for key, value in pairs.items()},
        "aws:TagKeys": [*pairs],
    }


def _pair(tag: Mapping[str, str]) -> tuple[str, str]:
    """Services spell it Key, key or TagKey."""
    named = {name.lower().removeprefix("tag"): value for name, value in tag.items()}
    return named["key"], named.get("value", "")
