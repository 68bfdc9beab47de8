"""Which messages of a batch must come again?"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from aws.log import log

LINES = 100  # of a traceback, at the beginning and at the end


def each(event: Mapping[str, Any], work: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Do *work* on the JSON body of every SQS record; report those that raised.

    The answer is Lambda's partial batch response: a failed record is printed with its traceback,
    becomes visible again and ends in the dead-letter queue; the others are done.
    """
    failed = [r["messageId"] for r in event["Records"] if not _done(r, work)]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _told(words: str) -> list[str]:
    """Return the lines of a traceback, which is not too long to log."""
    lines = words.splitlines()
    if len(lines) > 2 * LINES:
        return [*lines[:LINES], f"({len(lines) - 2 * LINES} lines)", *lines[-LINES:]]
    return lines


def _done(record: Mapping[str, Any], work: Callable[[dict[str, Any]], None]) -> bool:
    try:
        work(json.loads(record["body"]))
    except Exception:  # noqa: BLE001 - one bad record must not take the batch with it
        log(f"message {record['messageId']} failed:", *_told(traceback.format_exc()))
        return False
    return True
