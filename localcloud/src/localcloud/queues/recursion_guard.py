"""Which messages have come back to the function that sent them too often?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from moto.sqs.models import Queue

from localcloud import moto_patches, reactor
from localcloud.functions import recursion
from localcloud.origin import Chain

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction
    from moto.sqs.models import Message


def install() -> None:
    """Let every message know the chain of runs it was sent in."""
    moto_patches.wrap(
        Queue,
        "add_message",
        _recording,
        fixes="does not know in which chain of runs a message was sent",
        upstream="policy: the guard against recursion is ours, as is the running of functions",
    )


def of(message: Message) -> Chain:
    """Return the chain a message was sent in."""
    return Chain(getattr(message, "chain", {}))


def _recording(add_message: Any) -> Any:
    def add(self: Queue, message: Any) -> None:
        if not hasattr(message, "chain"):
            message.chain = recursion.current()
        add_message(self, message)

    return add


def stop(queue: Any, batch: list[Message], target: LambdaFunction) -> list[Message]:
    """Dead-letter the messages whose chain may not run the function again; return the others.

    One that no dead-letter queue takes is lost: in AWS a metric shows it, here a failure too.
    """
    stopped = [message for message in batch if recursion.is_stopped(target, of(message))]
    for message in stopped:
        queue.delete_message(str(message.receipt_handle))
        if queue.dead_letter_queue is None:
            reactor.submit(f"drop a message of {queue.name}", partial(_report, queue, target))
        else:
            message.visible_at = 0.0
            queue.dead_letter_queue.add_message(message)
    return [message for message in batch if message not in stopped]


def _report(queue: Any, target: LambdaFunction) -> None:
    raise recursion.Recursive(
        f"A message of {queue.name} is lost: its chain came through {target.function_name} "
        f"{recursion.MOST_RUNS} times. Give the queue a dead-letter queue, or the function the "
        "RecursiveLoop Allow if it is to go in circles."
    )
