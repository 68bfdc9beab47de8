"""How did an invocation end, and what did the environment say about it?"""

from __future__ import annotations

import json
import signal
import struct
from dataclasses import dataclass, field
from typing import Any

MOST_FRAME_BYTES = 32 << 20
LENGTHS = struct.Struct(">II")
NO_REASON = "Runtime exited without providing a reason"
_SIGNALS = {
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGABRT: "aborted",
    signal.SIGTERM: "terminated",
    signal.SIGINT: "interrupt",
}


@dataclass
class Ending:
    """What became of one invocation."""

    body: bytes = b""
    """The answer, as JSON, or the error object."""
    error: bool = False
    died: str = ""
    """How the environment ended meanwhile, in Lambda's words; empty if it goes on."""
    kind: str = "Runtime.ExitError"
    """Lambda's name for that."""
    timed_out: bool = False
    output: bytes = b""

    def take(self, head: dict[str, Any], body: bytes, *, starting: bool) -> None:
        """Take what the runtime says; *starting*, it has nothing to say but that it is ready."""
        self.error, self.body = bool(head.get("error")), body
        if head.get("fatal"):
            self.kind, self.died = str(head["fatal"]), f"{_EXITED}signal: killed"
        elif not (starting and head.get("ready")):
            json.loads(body)  # or it is not the runtime that says so


_EXITED = "Runtime exited with error: "


def frame(head: dict[str, Any], body: bytes) -> bytes:
    """Return what goes over the socket: two lengths, a head in JSON and a body."""
    first = json.dumps(head).encode()
    return LENGTHS.pack(len(first), len(body)) + first + body


@dataclass
class Frame:
    """One frame that is being received."""

    received: bytearray = field(default_factory=bytearray)

    def whole(self) -> tuple[dict[str, Any], bytes] | None:
        """Return head and body if all is there; raise ValueError for what is not a frame."""
        if len(self.received) < LENGTHS.size:
            return None
        first, second = LENGTHS.unpack_from(self.received)
        end = LENGTHS.size + first + second
        if end > MOST_FRAME_BYTES or len(self.received) > end:
            raise ValueError(end)
        if len(self.received) < end:
            return None
        head = json.loads(self.received[LENGTHS.size : LENGTHS.size + first])
        if not isinstance(head, dict):
            raise ValueError(head)  # noqa: TRY004 - as whatever else is not a frame
        return head, bytes(self.received[LENGTHS.size + first :])


def died(code: bytes) -> str:
    """Say how a runtime ended, after its exit code, which is negative for a signal."""
    number = int(code) if code.lstrip(b"-").isdigit() else -signal.SIGKILL
    if not number:
        return NO_REASON
    if number > 0:
        return f"{_EXITED}exit status {number}"
    return f"{_EXITED}signal: {_SIGNALS.get(signal.Signals(-number), -number)}"
