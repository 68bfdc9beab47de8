"""What do the calls need that move messages out of a dead-letter queue?"""

from __future__ import annotations

from collections.abc import Iterator

from localcloud import task_handles
from localcloud.iam import resources
from localcloud.iam.requests.call import Call, Want
from localcloud.iam.requests.encrypted import encrypting

_MORE = {
    "StartMessageMoveTask": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "CancelMessageMoveTask": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "ListMessageMoveTasks": ("GetQueueAttributes",),
}
OPERATIONS = frozenset(_MORE)


def wants(call: Call) -> Iterator[Want]:
    """Ask for the dead-letter queue, and to start for every queue that messages may go to."""
    source = _source(call)
    for action in (call.operation, *_MORE[call.operation]):
        yield Want(f"sqs:{action}", source)
    if call.operation == "ListMessageMoveTasks":
        return
    yield from _keys(call, source, "kms:Decrypt")
    if call.operation == "StartMessageMoveTask":
        for arn in _destinations(call, source):
            yield Want("sqs:SendMessage", arn)
            yield from _keys(call, arn, "kms:GenerateDataKey", "kms:Decrypt")


def _source(call: Call) -> str:
    if "TaskHandle" not in call.params:
        return str(call.params.get("SourceArn") or "*")
    try:
        return task_handles.source_of(call.params["TaskHandle"])
    except task_handles.NotAHandle:
        return "*"  # SQS itself will say so


def _destinations(call: Call, source: str) -> list[str]:
    """Return the queue named, or all that the source is the dead-letter queue of."""
    if named := call.params.get("DestinationArn"):
        return [named]
    held = resources.backend("sqs", call.account, call.region).queues.values()
    return [
        queue.queue_arn
        for queue in held
        if queue.dead_letter_queue and queue.dead_letter_queue.queue_arn == source
    ]


def _keys(call: Call, arn: str, *actions: str) -> Iterator[Want]:
    name = arn.rsplit(":", maxsplit=1)[-1]
    queue = resources.backend("sqs", call.account, call.region).queues.get(name)
    key = getattr(queue, "kms_master_key_id", None)
    yield from encrypting(call, key, *actions)
