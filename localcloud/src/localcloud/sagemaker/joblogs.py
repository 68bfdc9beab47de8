"""Where can one read what a job or an endpoint printed?"""

from __future__ import annotations

import contextlib
import threading
import time

from localcloud import sessions

BATCH = 500  # lines a call; far below the service's 10,000
MOST_CHARACTERS = 64 << 20
"""What is kept of one stream: all of it is in the cloud's memory."""
FULL = f"[localcloud: of this stream no more than {MOST_CHARACTERS >> 20} MB are kept]"


class Stream:
    """One log stream, written in batches; lines keep their order and time."""

    def __init__(self, group: str, name: str) -> None:
        self.group, self.name = group, name
        self._lines: list[dict[str, object]] = []
        self._lock = threading.Lock()
        self._left = MOST_CHARACTERS
        self._logs = logs = sessions.client("logs")
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=name)

    def line(self, text: str) -> None:
        """Take one line; CloudWatch takes no empty ones."""
        if self._left < 0:
            return
        self._left -= len(text) + 1
        text = FULL if self._left < 0 else text
        with self._lock:
            self._lines.append({"timestamp": int(time.time() * 1000), "message": text or " "})
            full = len(self._lines) >= BATCH
        if full:
            self.flush()

    def flush(self) -> None:
        """Write what has come so far."""
        with self._lock:
            lines, self._lines = self._lines, []
        if lines:
            self._logs.put_log_events(
                logGroupName=self.group, logStreamName=self.name, logEvents=lines
            )

    def tail(self, limit: int) -> str:
        """Return the last *limit* characters of what was printed."""
        self.flush()
        found = self._logs.get_log_events(
            logGroupName=self.group, logStreamName=self.name, startFromHead=False
        )
        return "\n".join(each["message"] for each in found["events"])[-limit:]
