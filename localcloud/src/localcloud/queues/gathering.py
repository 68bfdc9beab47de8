"""Is a batch of messages due for a function: full, or as long in the making as its window?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from localcloud import clock, reactor
from localcloud.state import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.awslambda.models import EventSourceMapping
    from moto.sqs.models import Message

_windows: dict[str, float] = {}
"""When the batching windows end that have begun, by the mapping's id."""
kept.keep("queues/batching windows", _windows)


def receivable(queue: Any) -> Iterator[Message]:
    """Yield what could be received now: of a FIFO group nothing behind a message in flight."""
    blocked: set[str] = set()
    for message in list(queue._messages):
        group = message.group_id if queue.fifo_queue else None
        if not message.visible or message.delayed:
            if group:
                blocked.add(group)
        elif group not in blocked:
            yield message


def is_due(mapping: EventSourceMapping, queue: Any, again: Callable[[], None]) -> bool:
    """Tell whether to receive a batch now; if a window has just begun, do *again* when it ends."""
    there = sum(1 for _ in itertools.islice(receivable(queue), mapping.batch_size))
    window = int(mapping.max_batch_window or 0)
    if not there:
        ended(mapping)
    if not there or not window or there == mapping.batch_size:
        return bool(there)
    if mapping.uuid not in _windows:
        _windows[mapping.uuid] = clock.now() + window
        reactor.at(_windows[mapping.uuid], f"batching window of {queue.name}", again)
    return _windows[mapping.uuid] <= clock.now()


def ended(mapping: EventSourceMapping) -> None:
    """Let the mapping's next message begin a new window."""
    _windows.pop(mapping.uuid, None)
