"""Who has said that a topic may send mails to an address?"""

from __future__ import annotations

import copy
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.sns.exceptions import SNSInvalidParameter, SNSNotFoundError
from moto.sns.models import SNSBackend, sns_backends
from moto.sns.responses import SNSResponse

from localcloud import clock, moto_patches, places, reactor, resets
from localcloud.events import mailbox
from localcloud.state import kept

if TYPE_CHECKING:
    from moto.sns.models import Subscription

PENDING_SECONDS = 2 * 86_400  # "the token is valid for two days"
_PENDING = "PendingConfirmation"
_tokens: dict[str, str] = {}
"""By token: the ARN of the subscription that it confirms."""
kept.keep("events/confirmations", _tokens)


def install() -> None:
    """Ask each new address whether it wants mails, and send none before it has said so."""
    moto_patches.wrap(
        SNSBackend,
        "subscribe",
        _subscribing,
        fixes="confirms e-mail addresses itself",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SNSBackend,
        ("list_subscriptions", "list_subscriptions_by_topic"),
        _listing,
        fixes="shows the ARN of a subscription that is not confirmed",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SNSResponse,
        "subscribe",
        _answering,
        fixes="answers with the ARN of a subscription that is not confirmed",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        SNSResponse,
        "confirm_subscription",
        _confirm,
        fixes="confirms whatever the token is, and answers with an invented ARN",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SNSBackend,
        "set_subscription_attributes",
        _setting,
        fixes="takes raw delivery for e-mail",
        upstream=moto_patches.UNREPORTED,
    )
    resets.on_reset(_tokens.clear)


def is_pending(subscription: Subscription) -> bool:
    """Tell whether an address has not confirmed yet."""
    return subscription.protocol in mailbox.PROTOCOLS and bool(subscription.attributes[_PENDING])


def _subscribing(subscribe: Any) -> Any:
    def subscribed(self: SNSBackend, topic_arn: str, endpoint: str, protocol: str) -> Subscription:
        if protocol not in mailbox.PROTOCOLS:
            return subscribe(self, topic_arn, endpoint, protocol)
        _demand_address(self.get_topic(topic_arn), endpoint)
        known = self._find_subscription(topic_arn, endpoint, protocol)
        made: Subscription = subscribe(self, topic_arn, endpoint, protocol)
        if known is None:
            made.attributes |= {_PENDING: True, "ConfirmationWasAuthenticated": False}
            _ask(made)
        elif is_pending(made):
            _ask(made)
        return made

    return subscribed


def _demand_address(topic: Any, endpoint: str) -> None:
    if "@" not in endpoint:
        raise SNSInvalidParameter("Invalid parameter: Email address")
    if topic.fifo_topic:
        raise SNSInvalidParameter("Invalid parameter: FIFO topics do not send e-mail")


def _ask(made: Subscription) -> None:
    """Send the mail that asks for confirmation; without one the subscription ends."""
    token, topic = uuid.uuid4().hex * 4, made.topic
    _tokens[token] = made.arn
    body = (
        f"You have chosen to subscribe to the topic:\n{topic.arn}\n\n"
        f"To confirm this subscription, call ConfirmSubscription with this token:\n{token}\n"
    )
    reactor.submit(
        f"confirmation of {made.endpoint}",
        partial(mailbox.keep, made, "AWS Notification - Subscription Confirmation", body, token),
    )
    reactor.at(
        clock.now() + PENDING_SECONDS,
        f"subscription of {made.endpoint} ends",
        partial(_expire, token),
    )


@kept.durable
def _expire(token: str) -> None:
    """Forget a token, and its subscription if no other mail can confirm it any more."""
    arn = _tokens.pop(token, None)
    if arn is not None and arn not in _tokens.values():
        place = places.of(arn)
        sns_backends[place.account][place.region].unsubscribe(arn)


def _listing(listed: Any) -> Any:
    def listing(*args: Any, **kwargs: Any) -> tuple[list[Subscription], int | None]:
        found, token = listed(*args, **kwargs)
        return [_shown(each) for each in found], token

    return listing


def _shown(subscription: Subscription) -> Subscription:
    if not is_pending(subscription):
        return subscription
    shown = copy.copy(subscription)
    shown.arn = _PENDING
    return shown


def _answering(answer: Any) -> Any:
    def answered(self: SNSResponse) -> ActionResult:
        found: ActionResult = answer(self)
        answered_with: Any = found.result
        made = self.backend.subscriptions[answered_with["SubscriptionArn"]]
        wants_arn = str(self._get_param("ReturnSubscriptionArn")).lower() == "true"
        if is_pending(made) and not wants_arn:
            return ActionResult({"SubscriptionArn": "pending confirmation"})
        return found

    return answered


def _confirm(self: SNSResponse) -> ActionResult:
    topic, token = self._get_param("TopicArn"), self._get_param("Token")
    if topic not in self.backend.topics:
        raise SNSNotFoundError("Topic does not exist")
    made = self.backend.subscriptions.get(_tokens.get(token, ""))
    if made is None or made.topic.arn != topic:
        raise SNSInvalidParameter("Invalid token")
    for other in [key for key, arn in _tokens.items() if arn == made.arn]:
        del _tokens[other]
    made.attributes |= {_PENDING: False}
    return ActionResult({"SubscriptionArn": made.arn})


def _setting(change: Any) -> Any:
    def changed(self: SNSBackend, arn: str, name: str, value: Any) -> None:
        held = self.subscriptions.get(arn)
        raw = name == "RawMessageDelivery" and str(value).lower() == "true"
        if raw and held is not None and held.protocol in mailbox.PROTOCOLS:
            raise SNSInvalidParameter(
                "Invalid parameter: Delivery protocol [email] does not support raw message "
                "delivery."
            )
        change(self, arn, name, value)

    return changed
