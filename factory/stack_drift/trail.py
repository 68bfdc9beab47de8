"""What does CloudTrail tell of a call that may have changed a resource by hand?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from factory.events.aws import API_CALL, caller
from factory.stack_drift.deployed import Resource
from factory.stack_drift.intrinsics import called

CLOUDFORMATION = "cloudformation.amazonaws.com"
STACK_STATUS = "CloudFormation Stack Status Change"
_VERSION = re.compile(r"20\d{6}(v\d+)?$")
"""What CloudTrail adds to the names of Lambda's calls."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, which somebody has made."""

    name: str
    who: str
    time: str
    named: frozenset[str]
    """Every text of its parameters, and what things with such an ARN or URL are called."""

    def names(self, resource: Resource) -> bool:
        """Tell whether it is about *resource*."""
        last = resource.name.rsplit("/", 1)[-1]
        return bool({resource.physical_id, resource.name, last} & self.named)


def is_call(message: Any) -> bool:
    """Tell whether *message* is about a call."""
    return isinstance(message, Mapping) and message.get("detail-type") == API_CALL


def call(message: Mapping[str, Any]) -> Call | None:
    """Return the call that *message* tells; None when it was refused, or CloudFormation's own."""
    detail = message.get("detail") if is_call(message) else None
    if not isinstance(detail, Mapping):
        return None
    if detail.get("errorCode") or detail.get("sourceIPAddress") == CLOUDFORMATION:
        return None
    return Call(
        name=_VERSION.sub("", str(detail.get("eventName", ""))),
        who=caller(detail.get("userIdentity") or {}),
        time=str(detail.get("eventTime", "")),
        named=frozenset(_names(detail.get("requestParameters"))),
    )


def last_calls(calls: Iterable[Call], resources: Iterable[Resource]) -> dict[str, Call]:
    """Return the last of the *calls* about each of the *resources*, by thing."""
    ordered, known = sorted(calls, key=lambda each: each.time), list(resources)
    return {r.thing: each for each in ordered for r in known if each.names(r)}


def _names(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield from (value, called(value), re.split("[:/|]", value)[-1])
        case Mapping():
            for each in value.values():
                yield from _names(each)
        case list():
            for each in value:
                yield from _names(each)
