"""Which messages of a batch must come again?"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from factory import reasons

LINES, LINE = 100, 1000  # at the beginning and at the end, and characters of each


def each(event: Mapping[str, Any], work: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Do *work* on the JSON body of every SQS record; report those that raised.

    The answer is Lambda's partial batch response: a failed record is printed with its traceback,
    becomes visible again and ends in the dead-letter queue; the others are done.
    """
    failed = [r["messageId"] for r in event["Records"] if not _done(r, work)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _told(words: str) -> str:
    """Return a traceback of which no line drives a terminal, and that is not too long to log."""
    lines = words.splitlines()
    if len(lines) > 2 * LINES:
        lines = [*lines[:LINES], f"({len(lines) - 2 * LINES} lines)", *lines[-LINES:]]
    return "\n".join(reasons.shown(line, LINE) for line in lines)


def _done(record: Mapping[str, Any], work: Callable[[dict[str, Any]], None]) -> bool:
    try:
        work(json.loads(record["body"]))
    except Exception:  # noqa: BLE001 - one bad record must not take the batch with it
        print(f"message {record['messageId']} failed:\n{_told(traceback.format_exc())}")
        return False
    return True
