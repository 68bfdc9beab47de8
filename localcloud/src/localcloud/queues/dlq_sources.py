"""From which queue was a message moved to a dead-letter queue?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult
from moto.sqs.models import Queue
from moto.sqs.responses import SQSResponse

from localcloud import moto_patches

if TYPE_CHECKING:
    from moto.sqs.models import Message

ATTRIBUTE = "DeadLetterQueueSourceArn"


def install() -> None:
    """Record the source queue of every message that is moved to a dead-letter queue."""
    moto_patches.wrap(
        Queue,
        "add_message",
        _recording,
        fixes="does not know from which queue a message was moved to the dead-letter queue",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        SQSResponse,
        "receive_message",
        _with_source,
        fixes="lacks the attribute DeadLetterQueueSourceArn",
        upstream=moto_patches.UNREPORTED,
    )


def of(message: Message) -> str | None:
    """Return the ARN of the queue that dead-lettered a message; None if it was sent here."""
    arn: str | None = getattr(message, "dlq_source", None)
    return arn


def _recording(add_message: Any) -> Any:
    def add(self: Queue, message: Any) -> None:
        previous = getattr(message, "held_by", self.queue_arn)
        if previous != self.queue_arn:
            message.dlq_source = previous
        message.held_by = self.queue_arn
        add_message(self, message)

    return add


def _with_source(receive_message: Any) -> Any:
    """Add the attribute that moto does not know to the messages that a caller receives."""

    def receive(self: SQSResponse) -> ActionResult:
        wanted = {
            *self._get_param("AttributeNames", []),
            *self._get_param("MessageSystemAttributeNames", []),
        }
        answer: Any = receive_message(self)
        if wanted & {"All", ATTRIBUTE}:
            queue = self.sqs_backend.get_queue(self._get_queue_name())
            sources = {message.id: of(message) for message in queue._messages}
            for message in answer._result.get("Messages", []):
                if source := sources.get(message["MessageId"]):
                    message.setdefault("Attributes", {})[ATTRIBUTE] = source
        return answer

    return receive
