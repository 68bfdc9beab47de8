"""How does a message of a topic reach its subscribers?"""

from __future__ import annotations

import json
import unicodedata
import uuid
from datetime import UTC, datetime
from functools import partial
from typing import Any

from moto.sns.exceptions import SNSInvalidParameter
from moto.sns.models import SNSBackend, Subscription, Topic

from localcloud import clock, functions, moto_patches, places, reactor, sessions
from localcloud.events import confirmations, mailbox, metrics
from localcloud.events.targets import NotAdmitted, demand_admitted, queue_url
from localcloud.state.kept import durable

SERVICE = "sns.amazonaws.com"
_ACTIONS = {"sqs": "sqs:SendMessage", "lambda": "lambda:InvokeFunction"}


def install() -> None:
    """Deliver later: to queues and functions that admit the topic, and to the mailbox."""
    mailbox.install()
    confirmations.install()
    moto_patches.wrap(
        SNSBackend,
        "publish",
        _with_words,
        fixes="takes an empty message, and subjects with line breaks or control characters",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        Topic,
        "publish",
        _counting,
        fixes="does not measure what is published",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        Subscription,
        "publish",
        _delivering,
        fixes="delivers inside Publish, whatever the policy of the queue or function says",
        upstream="policy: delivery is ours, by the reactor and under the targets' policies",
    )


def _with_words(publish: Any) -> Any:
    def published(self: SNSBackend, message: str, *args: Any, **kwargs: Any) -> str:
        if not message:
            raise SNSInvalidParameter("Invalid parameter: Empty message")
        if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in kwargs.get("subject") or ""):
            raise SNSInvalidParameter("Invalid parameter: Subject")
        return publish(self, message, *args, **kwargs)

    return published


def _counting(publish: Any) -> Any:
    def published(self: Topic, *args: Any, **kwargs: Any) -> str:
        metrics.of_topic(self, "NumberOfMessagesPublished")
        return publish(self, *args, **kwargs)

    return published


def _delivering(publish: Any) -> Any:
    def deliver(
        self: Subscription, message: str, message_id: str, *args: Any, **kwargs: Any
    ) -> None:
        if self.protocol not in (*_ACTIONS, *mailbox.PROTOCOLS):
            publish(self, message, message_id, *args, **kwargs)
            return
        if confirmations.is_pending(self):
            return
        reactor.submit(
            f"topic {self.topic.name} to {self.endpoint}",
            partial(_deliver, self, message, message_id, *args, **kwargs),
        )

    return deliver


@durable
def _deliver(to: Subscription, message: str, message_id: str, *args: Any,
             **kwargs: Any) -> None:  # fmt: skip
    attributes = kwargs.get("message_attributes") or {}
    matcher = to._filter_policy_matcher
    if matcher is not None and not matcher.matches(attributes, message):
        metrics.of_topic(to.topic, "NumberOfNotificationsFilteredOut")
        return
    if to.protocol in mailbox.PROTOCOLS:
        mailbox.send(to, message, message_id, **kwargs)
        metrics.of_topic(to.topic, "NumberOfNotificationsDelivered")
        return
    try:
        demand_admitted(SERVICE, _ACTIONS[to.protocol], to.endpoint, to.topic.arn)
    except NotAdmitted:
        metrics.of_topic(to.topic, "NumberOfNotificationsFailed")
        if not to.attributes.get("RedrivePolicy"):
            raise
        _bury(to, message, message_id, kwargs.get("subject"), attributes)
        return
    metrics.of_topic(to.topic, "NumberOfNotificationsDelivered")
    if to.protocol == "sqs":
        to.account_id = places.of(to.endpoint).account  # moto looks for the queue in this one
        moto_patches.original(Subscription, "publish")(to, message, message_id, *args, **kwargs)
        return
    event = _event(to, message, message_id, kwargs.get("subject"), attributes)
    functions.later(functions.function(to.endpoint), event)


def _bury(to: Subscription, message: str, message_id: str, subject: str | None,
          attributes: dict[str, Any]) -> None:  # fmt: skip
    """Send what the subscriber did not admit to the subscription's dead-letter queue."""
    dead = json.loads(to.attributes["RedrivePolicy"])["deadLetterTargetArn"]
    demand_admitted(SERVICE, "sqs:SendMessage", dead, to.topic.arn)
    raw = to.attributes.get("RawMessageDelivery")
    body = to.get_post_data(message, message_id, subject, message_attributes=attributes)
    sessions.client("sqs", places.of(dead)).send_message(
        QueueUrl=queue_url(dead), MessageBody=message if raw else json.dumps(body)
    )


def _event(
    to: Subscription, message: str, message_id: str, subject: str | None, attributes: dict[str, Any]
) -> dict[str, Any]:
    now = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    sns = {
        "Type": "Notification",
        "MessageId": message_id or str(uuid.uuid4()),
        "TopicArn": to.topic.arn,
        "Subject": subject,
        "Message": message,
        "Timestamp": now,
        "SignatureVersion": "1",
        "Signature": "local",
        "SigningCertUrl": "local",
        "UnsubscribeUrl": "local",
        "MessageAttributes": {
            name: {"Type": value["Type"], "Value": value["Value"]}
            for name, value in attributes.items()
        },
    }
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": to.arn,
        "Sns": sns,
    }
    return {"Records": [record]}
