"""From which queue did a message come to a dead-letter queue?"""

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
    """Remember where each message was sent to, and answer it where it was buried."""
    moto_patches.wrap(
        Queue,
        "add_message",
        _recording,
        fixes="does not know from which queue a message was buried",
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
    """Return the ARN of the queue a message was buried from; None when it was sent here."""
    arn: str | None = getattr(message, "buried_from", None)
    return arn


def _recording(add_message: Any) -> Any:
    def add(self: Queue, message: Any) -> None:
        was_in = getattr(message, "held_by", self.queue_arn)
        if was_in != self.queue_arn:
            message.buried_from = was_in
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
            buried = {message.id: of(message) for message in queue._messages}
            for message in answer._result.get("Messages", []):
                if source := buried.get(message["MessageId"]):
                    message.setdefault("Attributes", {})[ATTRIBUTE] = source
        return answer

    return receive
