"""May S3 send a bucket's notifications where it is told to, and does each go to one place?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket, NotificationConfiguration

from localcloud import iam, moto_patches, places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.s3.models import Notification

SERVICE = "s3.amazonaws.com"
ACTIONS = {
    "topic": "sns:Publish",
    "queue": "sqs:SendMessage",
    "cloud_function": "lambda:InvokeFunction",
}
"""What S3 does at each kind of destination; the kinds are called as moto calls them."""
SENT = (
    *("s3:ObjectCreated:", "s3:ObjectRemoved:", "s3:ObjectTagging:", "s3:ObjectAcl:"),
    *("s3:ObjectRestore:", "s3:LifecycleExpiration:", "s3:LifecycleTransition"),
)
"""The beginnings of the events that this cloud sends."""
_NEVER = "s3:ObjectRestore:Delete"


def install() -> None:
    """Refuse what PutBucketNotificationConfiguration refuses, and events that never come."""
    moto_patches.wrap(
        FakeBucket,
        "set_notification_configuration",
        _checking,
        fixes="does not ask the policies of a bucket's destinations, takes overlapping filters",
        upstream=moto_patches.UNREPORTED,
    )


def _checking(configure: Any) -> Any:
    def configured(self: FakeBucket, notification_config: dict[str, Any] | None) -> None:
        given = notification_config or {}
        wanted = NotificationConfiguration(
            given.get("TopicConfiguration"),
            given.get("QueueConfiguration"),
            given.get("CloudFunctionConfiguration"),
        )
        items = [(kind, item) for kind in ACTIONS for item in getattr(wanted, kind)]
        for kind, item in items:
            _demand_sent(item)
            _demand_near(self, item.arn)
            _demand_admitted(self, kind, item.arn)
        for one, other in itertools.combinations([item for _, item in items], 2):
            _demand_apart(one, other)
        configure(self, notification_config)

    return configured


def _demand_near(bucket: FakeBucket, arn: str) -> None:
    there = places.of(arn)
    if there.region != bucket.region_name:
        raise S3ClientError(
            "InvalidArgument",
            "The notification destination service region is not valid for the bucket location "
            "constraint",
        )
    if there.account != bucket.account_id:
        raise NotImplementedError(
            f"notifications to another account, {arn}: send them to EventBridge, and from there on"
        )


def is_sent(event: str) -> bool:
    """Tell whether an event, which may end in ``*``, ever comes here."""
    return event.startswith(SENT) and event != _NEVER


def _demand_sent(item: Notification) -> None:
    for event in item.events:
        if not is_sent(event):
            raise NotImplementedError(f"the event {event}: nothing here would ever send it")


def _demand_admitted(bucket: FakeBucket, kind: str, arn: str) -> None:
    source = {"aws:SourceArn": bucket.arn, "aws:SourceAccount": bucket.account_id}
    if arn.endswith(".fifo"):
        raise _invalid(f"{arn} is of FIFO: S3 sends notifications to standard ones alone")
    if not iam.allowed(SERVICE, ACTIONS[kind], arn, source):
        raise _invalid(
            "Unable to validate the following destination configurations: no "
            f"resource-based policy of {arn} allows {SERVICE} the action {ACTIONS[kind]}"
        )


def _demand_apart(one: Notification, other: Notification) -> None:
    """Raise InvalidArgument, worded as S3 does, when both would get an event of one object."""
    if not any(_alike(a, b) for a in one.events for b in other.events):
        return
    rules, others = dict(_rules(one)), dict(_rules(other))
    if not rules and not others:
        raise _invalid(
            "Configurations overlap. Configurations on the same bucket cannot share a common "
            "event type."
        )
    prefix, other_prefix = rules.get("prefix", ""), others.get("prefix", "")
    suffix, other_suffix = rules.get("suffix", ""), others.get("suffix", "")
    begins = prefix.startswith(other_prefix) or other_prefix.startswith(prefix)
    ends = suffix.endswith(other_suffix) or other_suffix.endswith(suffix)
    if begins and ends:
        raise _invalid(
            "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules "
            "if the prefixes are overlapping for the same event type."
        )


def _alike(one: str, other: str) -> bool:
    """Tell whether two events, each of which may end in ``*``, have one in common."""
    short, long = sorted((one.removesuffix("*"), other.removesuffix("*")), key=len)
    return one == other or (long.startswith(short) and short.endswith(":"))


def _rules(item: Notification) -> Iterator[tuple[str, str]]:
    for rule in (item.filters.get("S3Key") or {}).get("FilterRule", []):
        yield rule["Name"], rule["Value"]


def _invalid(message: str) -> S3ClientError:
    return S3ClientError("InvalidArgument", message)
