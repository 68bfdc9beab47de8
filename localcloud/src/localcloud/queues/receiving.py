"""Which messages does moto take to be in flight although their time is over?"""

from __future__ import annotations

from typing import Any

from moto.sqs.models import SQSBackend

from localcloud import mending


def install() -> None:
    """Let a FIFO group go on with its first message: moto skips it for the one behind it."""
    mending.wrap(SQSBackend, "receive_message", _returning)


def _returning(receive_message: Any) -> Any:
    def receive(self: SQSBackend, queue_name: str, *args: Any, **kwargs: Any) -> Any:
        queue = self.get_queue(queue_name)
        for message in [each for each in queue.pending_messages if each.visible]:
            queue.pending_messages.discard(message)
        return receive_message(self, queue_name, *args, **kwargs)

    return receive
