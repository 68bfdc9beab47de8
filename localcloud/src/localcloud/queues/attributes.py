"""Which attributes can a queue have?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.sqs.exceptions import InvalidAttributeValue, InvalidParameterValue
from moto.sqs.models import SQSBackend

from localcloud import moto_patches

if TYPE_CHECKING:
    from moto.sqs.models import Queue

_RANGES = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
"""Least and greatest values, after SetQueueAttributes in SQS's API reference."""
FIFO = ".fifo"


def install() -> None:
    """Refuse values that SQS does not take, and names whose ending and kind do not fit."""
    moto_patches.wrap(
        SQSBackend,
        "create_queue",
        _creating,
        fixes="takes attributes out of range, and .fifo for a standard queue",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SQSBackend,
        "set_queue_attributes",
        _setting,
        fixes="takes attributes out of range, and loses the policy when others are set",
        upstream=moto_patches.UNREPORTED,
    )


def _creating(create: Any) -> Any:
    def created(
        self: SQSBackend, name: str, tags: dict[str, str] | None = None, **given: Any
    ) -> Queue:
        _demand_possible(given)
        if name.endswith(FIFO) and str(given.get("FifoQueue", "false")).lower() != "true":
            raise InvalidParameterValue(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in "
                f"length: {name} ends with {FIFO} and is not a FIFO queue"
            )
        return create(self, name, tags, **given)

    return created


def _setting(set_attributes: Any) -> Any:
    def changed(self: SQSBackend, queue_name: str, attributes: dict[str, Any]) -> Queue:
        _demand_possible(attributes)
        kept = {} if "Policy" in attributes else {"Policy": self.get_queue(queue_name).policy}
        return set_attributes(self, queue_name, {**attributes, **kept})

    return changed


def _demand_possible(attributes: dict[str, Any]) -> None:
    for name, (least, most) in _RANGES.items():
        value = str(attributes.get(name, least))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise InvalidAttributeValue(name)
