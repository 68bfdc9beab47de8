"""Which task does a handle stand for, and of which queue?"""

from __future__ import annotations

import base64
import json


class NotAHandle(ValueError):
    """A text that no move task was ever given."""


def encoded(task: str, source_arn: str) -> str:
    """Return the handle of a task that moves messages from the queue *source_arn*."""
    text = json.dumps({"taskId": task, "sourceArn": source_arn})
    return base64.b64encode(text.encode()).decode()


def source_of(handle: str) -> str:
    """Return the ARN of the queue in a handle; raise NotAHandle where there is none."""
    try:
        return str(json.loads(base64.b64decode(handle, validate=True))["sourceArn"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotAHandle(handle) from error
