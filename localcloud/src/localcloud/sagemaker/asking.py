"""How is a model's process asked, which may answer whatever it likes?"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOST_ANSWER_BYTES = 25 << 20  # SageMaker's own limit for real-time answers


@dataclass(frozen=True)
class Answer:
    """What the model's process answered."""

    status: int
    body: bytes
    content_type: str


class _Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket, for so many seconds in all."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path, self._seconds = path, seconds
        self.late = False

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self._seconds)
        with held(self._path) as path:
            self.sock.connect(path)

    @contextlib.contextmanager
    def in_time(self) -> Iterator[None]:
        """End what takes too long in all, though no single wait does."""
        try:
            self.connect()
            timer = threading.Timer(self._seconds, self._end, [self.sock])
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()
        finally:
            self.close()

    def _end(self, used: socket.socket) -> None:
        self.late = True
        with contextlib.suppress(OSError):  # it has just been closed
            used.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def held(path: Path) -> Iterator[str]:
    """Tell a path of the very socket, and of no link that is put in its place meanwhile."""
    if sys.platform != "linux":
        yield str(path)
        return
    file = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{file}"
    finally:
        os.close(file)


def ask(
    place: Path, method: str, path: str, body: bytes, headers: dict[str, str], seconds: float
) -> Answer:
    """Send one request to the socket at *place*; raise OSError or HTTPException for no answer."""
    connection = _Connection(place, seconds)
    with connection.in_time():
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        kind = answer.getheader("content-type") or "application/octet-stream"
        content = answer.read(MOST_ANSWER_BYTES + 1)
    if connection.late:
        raise TimeoutError(f"no whole answer in {seconds} seconds")
    if len(content) > MOST_ANSWER_BYTES:
        raise http.client.HTTPException(f"an answer of more than {MOST_ANSWER_BYTES} bytes")
    if answer.length:  # the process has ended meanwhile, and what is left of its answer is none
        raise http.client.IncompleteRead(content, answer.length)
    return Answer(answer.status, content, kind)
