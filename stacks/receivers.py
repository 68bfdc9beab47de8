"""Who is told when something is wrong? Whom the context names: people by mail, or queues."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from aws_cdk import aws_sns as sns

from factory.errors import InvalidSettings

MAIL = re.compile(r"[^\s@,]{1,64}@[^\s@,]+\.[^\s@,.]+")
QUEUE = re.compile(r"arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}", re.ASCII)
MOST = 50  # receivers of one topic; more people are a mailing list


@dataclass(frozen=True)
class Receivers:
    """Addresses to which a topic sends."""

    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, alerts: Any) -> Self:
        """Return what the context's *alerts* says: addresses in a list, or separated by commas."""
        if alerts is None:
            return cls()
        found = alerts.split(",") if isinstance(alerts, str) else alerts
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise InvalidSettings(
                f"context alerts: {alerts!r} is no list of addresses; say -c alerts=ops@example.com"
            )
        addresses = sorted({each.strip() for each in found if each.strip()})
        if problem := _wrong(addresses):
            raise InvalidSettings(f"context alerts: {problem}")
        return cls(tuple(addresses))

    def subscribe(self, topic: sns.Topic) -> None:
        """Subscribe them to *topic*; a person confirms by the link in the first mail."""
        for address in self.addresses:
            digest = hashlib.sha256(address.encode()).hexdigest()  # tells a.b@c.d from ab@c.d
            sns.CfnSubscription(
                topic,
                f"To{digest[:8]}",
                topic_arn=topic.topic_arn,
                protocol="email" if MAIL.fullmatch(address) else "sqs",
                endpoint=address,
            )


def _wrong(addresses: Sequence[str]) -> str:
    """Return what is wrong with the *addresses*, or nothing."""
    if not addresses:
        return "it names nobody; leave it out, or name a mail address"
    if len(addresses) > MOST:
        return f"it names {len(addresses)}, {MOST} at most; name a mailing list"
    for each in addresses:
        if not MAIL.fullmatch(each) and not QUEUE.fullmatch(each):
            return f"{each!r} is neither a mail address nor the ARN of a queue"
    return ""
