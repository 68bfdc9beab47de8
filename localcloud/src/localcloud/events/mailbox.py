"""Which mails has the cloud sent, and to whom?"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from localcloud import clock, resets
from localcloud.state import kept

if TYPE_CHECKING:
    from moto.sns.models import Subscription

PROTOCOLS = ("email", "email-json")
MOST_MAILS = 10_000


@dataclass(frozen=True)
class Mail:
    """One mail; *token* is what confirms the subscription that it asks about."""

    time: float
    to: str
    subject: str
    body: str
    topic: str
    token: str = ""


_mails: deque[Mail] = deque(maxlen=MOST_MAILS)
kept.keep("events/mails", _mails)


def install() -> None:
    """Forget the mails when moto is reset."""
    resets.on_reset(_mails.clear)


def all_mails() -> list[dict[str, Any]]:
    """Return every mail that was sent, oldest first."""
    return [asdict(mail) for mail in list(_mails)]


def send(to: Subscription, message: str, message_id: str, **about: Any) -> None:
    """Keep a message to a subscriber as the mail that it would be."""
    subject, attributes = about.get("subject"), about.get("message_attributes") or {}
    if about.get("message_structure") == "json":
        message = to._parse_message_structure(message, to.protocol)
    body = message
    if to.protocol == "email-json":
        body = json.dumps(to.get_post_data(message, message_id, subject, attributes))
    keep(to, subject or "AWS Notification Message", body)


@kept.durable
def keep(to: Subscription, subject: str, body: str, token: str = "") -> None:
    """Keep a mail to a subscriber."""
    _mails.append(Mail(clock.now(), to.endpoint, subject, body, to.topic.arn, token))
