"""How long may a message wait before it is seen for the first time?"""

from __future__ import annotations

from typing import Any

from moto.sqs.exceptions import InvalidParameterValue
from moto.sqs.models import MAXIMUM_MESSAGE_DELAY, SQSBackend

from localcloud import moto_patches


def install() -> None:
    """Refuse the delays that moto takes; of a batch the bad entries alone."""
    moto_patches.wrap(
        SQSBackend,
        "send_message",
        _sending,
        fixes="takes some delays that SQS refuses",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SQSBackend,
        "send_message_batch",
        _batching,
        fixes="refuses a whole batch for one bad delay in a FIFO queue",
        upstream=moto_patches.UNREPORTED,
    )


def _fault(queue: Any, seconds: Any) -> InvalidParameterValue | None:
    if seconds is None:
        return None
    if queue.fifo_queue and int(seconds) != 0:
        reason = "The request include parameter that is not valid for this queue type."
    elif not 0 <= int(seconds) <= MAXIMUM_MESSAGE_DELAY:
        reason = f"DelaySeconds must be >= 0 and <= {MAXIMUM_MESSAGE_DELAY}."
    else:
        return None
    return InvalidParameterValue(
        f"Value {seconds} for parameter DelaySeconds is invalid. Reason: {reason}"
    )


def _sending(send_message: Any) -> Any:
    def send(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
        fault = _fault(self.get_queue(queue_name), kwargs.get("delay_seconds"))
        if fault:
            raise fault
        if self.get_queue(queue_name).fifo_queue:
            kwargs["delay_seconds"] = None  # the queue's own delay holds
        return send_message(self, queue_name, *args, **kwargs)

    return send


def _batching(send_message_batch: Any) -> Any:
    def send(self: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]) -> Any:
        queue, failed, good = self.get_queue(queue_name), [], {}
        for number, entry in entries.items():
            fault = _fault(queue, entry["DelaySeconds"])
            if fault:
                about = {"Code": fault.code, "Message": fault.message}
                failed.append({"Id": entry["Id"], "SenderFault": True, **about})
            else:
                good[number] = entry
        sent, refused = send_message_batch(self, queue_name, good)
        return sent, [*failed, *refused]

    return send
