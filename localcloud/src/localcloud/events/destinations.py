"""May S3 send a bucket's notifications where it is told to?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket

from localcloud import iam, moto_patches, places

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "s3.amazonaws.com"
_KINDS = {
    "TopicConfiguration": ("Topic", "sns:Publish"),
    "QueueConfiguration": ("Queue", "sqs:SendMessage"),
    "CloudFunctionConfiguration": ("CloudFunction", "lambda:InvokeFunction"),
}


def install() -> None:
    """Refuse destinations whose policies do not admit the bucket, as PutBucketNotification does."""
    moto_patches.wrap(
        FakeBucket,
        "set_notification_configuration",
        _checking,
        fixes="does not ask the policies of a bucket's destinations",
        upstream=moto_patches.UNREPORTED,
    )


def _checking(configure: Any) -> Any:
    def configured(self: FakeBucket, notification_config: dict[str, Any] | None) -> None:
        source = {"aws:SourceArn": self.arn, "aws:SourceAccount": self.account_id}
        for action, arn in _destinations(notification_config or {}):
            _demand_near(self, arn)
            if not iam.allowed(SERVICE, action, arn, source):
                raise S3ClientError(
                    "InvalidArgument",
                    "Unable to validate the following destination configurations: no "
                    f"resource-based policy of {arn} allows {SERVICE} the action {action}",
                )
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


def _destinations(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, (name, action) in _KINDS.items():
        for item in config.get(kind) or []:
            yield action, item[name]
