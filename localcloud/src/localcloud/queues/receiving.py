"""When is a message received again, and how long does a call wait for one?"""

from __future__ import annotations

import time
from typing import Any

from moto.sqs.models import SQSBackend

from localcloud import clock, moto_patches
from localcloud.queues.polling import changing
from localcloud.realtime import Deadline
from localcloud.state import gate

POLL_SECONDS = 0.02


def install() -> None:
    """Let a FIFO group go on with its first message, and a call wait by either clock."""
    moto_patches.wrap(
        SQSBackend,
        "receive_message",
        _waiting,
        fixes="skips the first message of a FIFO group whose visibility time is over, waits on"
        " while time stands still, and gives one message to two who ask at once",
        upstream="unreported: the first is a flaw for all who use moto, the second one of ours",
    )


def _waiting(receive_message: Any) -> Any:
    def receive(
        self: SQSBackend, queue_name: str, count: int, wait_seconds: int, *args: Any, **kwargs: Any
    ) -> list[Any]:
        """Wait until *wait_seconds* have passed, in the cloud (it may be moved) or really."""
        due, deadline = clock.now() + wait_seconds, Deadline(wait_seconds)
        while True:
            with changing:
                _return(self.get_queue(queue_name))
                messages: list[Any] = receive_message(self, queue_name, count, 0, *args, **kwargs)
            if messages or clock.now() >= due or deadline.over:
                return messages
            with gate.aside(idle=True):
                time.sleep(POLL_SECONDS)

    return receive


def _return(queue: Any) -> None:
    """Take those that can be received again for in flight no longer."""
    for message in [each for each in queue.pending_messages if each.visible]:
        queue.pending_messages.discard(message)
