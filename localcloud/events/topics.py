"""How does a message of a topic reach its subscribers?"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from moto.sns.models import Subscription

from localcloud import clock, functions, mending, reactor
from localcloud.events.targets import demand_admitted

SERVICE = "sns.amazonaws.com"
_ACTIONS = {"sqs": "sqs:SendMessage", "lambda": "lambda:InvokeFunction"}


def install() -> None:
    """Deliver to queues and functions later, after their policies admitted the topic."""
    mending.wrap(Subscription, "publish", _delivering)


def _delivering(publish: Any) -> Any:
    def deliver(
        self: Subscription, message: str, message_id: str, *args: Any, **kwargs: Any
    ) -> None:
        if self.protocol not in _ACTIONS:
            publish(self, message, message_id, *args, **kwargs)
            return
        reactor.submit(
            f"topic {self.topic.name} to {self.endpoint}",
            lambda: _deliver(publish, self, message, message_id, *args, **kwargs),
        )

    return deliver


def _deliver(publish: Any, to: Subscription, message: str, message_id: str, *args: Any,
             **kwargs: Any) -> None:  # fmt: skip
    demand_admitted(SERVICE, _ACTIONS[to.protocol], to.endpoint, to.topic.arn)
    if to.protocol == "sqs":
        publish(to, message, message_id, *args, **kwargs)
        return
    attributes = kwargs.get("message_attributes") or {}
    matcher = to._filter_policy_matcher
    if matcher is None or matcher.matches(attributes, message):
        event = _event(to, message, message_id, kwargs.get("subject"), attributes)
        functions.later(functions.function(to.endpoint), event)


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
