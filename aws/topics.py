"""Who is subscribed to a topic, and has said yes to it?"""

from __future__ import annotations

from typing import NamedTuple

from aws.calls import pages

PENDING = "PendingConfirmation"


class Receiver(NamedTuple):
    """One subscription of a topic."""

    address: str
    """A mail address, or an ARN."""
    confirmed: bool
    """Whether what is published is sent there."""


def receivers(topic: str) -> list[Receiver]:
    """Return whom a topic sends to, those who have not confirmed yet among them."""
    found = pages("sns", "list_subscriptions_by_topic", "Subscriptions", TopicArn=topic)
    return [Receiver(each["Endpoint"], each["SubscriptionArn"] != PENDING) for each in found]
