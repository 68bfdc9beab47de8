"""What does CloudWatch learn about rules and topics?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import own_metrics
from localcloud.own_metrics import Source

if TYPE_CHECKING:
    from moto.events.models import Rule

METRICS = {
    "AWS/Events": frozenset(
        {"MatchedEvents", "TriggeredRules", "Invocations", "FailedInvocations"}
        | {"InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq"}
    ),
    "AWS/SNS": frozenset(
        {"NumberOfMessagesPublished", "NumberOfNotificationsDelivered"}
        | {"NumberOfNotificationsFailed", "NumberOfNotificationsFilteredOut"}
    ),
}
"""After "Monitoring Amazon EventBridge" and "Monitoring Amazon SNS topics using CloudWatch"."""


def install() -> None:
    """Let alarms be put on what is measured here."""
    own_metrics.measured.update(METRICS)


def of_rule(rule: Rule, *names: str) -> None:
    """Count one more of each of these metrics for a rule.

    A rule of a bus of one's own is known by its name and the bus's, one of the default bus by its
    name alone.
    """
    _, _, _, region, account, _ = rule.arn.split(":", 5)
    bus = () if rule.event_bus_name == "default" else (("EventBusName", rule.event_bus_name),)
    source = Source(account, region, "AWS/Events", (*bus, ("RuleName", rule.name)))
    own_metrics.count([source], dict.fromkeys(names, 1))


def of_topic(topic: Any, name: str) -> None:
    """Count one more of the metric *name* for a topic."""
    _, _, _, region, account, _ = topic.arn.split(":", 5)
    source = Source(account, region, "AWS/SNS", (("TopicName", topic.name),))
    own_metrics.count([source], {name: 1})
