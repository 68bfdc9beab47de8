"""How is an artifact asked? As an endpoint asks it: the image's own `serve`, over HTTP."""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401 - the rest of Python is loaded before a candidate can change it
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from factory.errors import Refused
from pipelines.contract import SERVING
from pipelines.steps import processes

OF_JOBS = ("SM_", "PROCESSING_", "TRAINING_")
"""Begins the variables that a job has and an endpoint has not."""
BASE, PORT = Path("/opt/ml"), 8080
SOCKET = "server.sock"
START_SECONDS, ANSWER_SECONDS, POLL_SECONDS = 480, 60, 0.02  # the first two as endpoints have them
MOST_ANSWER = 25 << 20  # bytes, as endpoints have it


class _Connection(http.client.HTTPConnection):
    """To the port of SageMaker's contract, or to the socket that a laptop's `serve` has."""

    def __init__(self, base: Path, seconds: float) -> None:
        super().__init__("127.0.0.1", PORT, timeout=seconds)
        self._socket = base / SOCKET
        self._moved = base != BASE

    def connect(self) -> None:
        if not self._moved and not self._socket.is_socket():
            super().connect()
            return
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._socket))


class Candidate:
    """A process that serves what was extracted to the folder `model` of *base*."""

    def __init__(self, base: Path, process: subprocess.Popen[bytes]) -> None:
        self._base, self._process = base, process
        self._connection = _Connection(base, ANSWER_SECONDS)

    def await_ping(self) -> None:
        """Return when it answers; Refused when it ends before, or never does."""
        late = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < late:
            if self._pinged():
                return
            time.sleep(POLL_SECONDS)
        raise Refused(
            f"it does not come up (exit {self._process.poll()}); the step's log tells why"
        )

    def ask(self, body: bytes, headers: Mapping[str, str]) -> tuple[bytes, str]:
        """Return what it answers to *body* with *headers*, and the answer's content type."""
        sent = headers["Content-Type"]
        try:
            self._connection.request("POST", "/invocations", body, headers)
            answer = self._connection.getresponse()
            content = answer.read(MOST_ANSWER + 1)
        except (OSError, http.client.HTTPException) as exc:
            raise Refused(f"it gives no answer to {sent} ({type(exc).__name__})") from exc
        if answer.status != http.HTTPStatus.OK or len(content) > MOST_ANSWER:
            raise Refused(f"it answers {answer.status} to {sent}; the step's log tells why")
        kind = (answer.getheader("content-type") or "").partition(";")[0].strip().lower()
        return content, kind

    def _pinged(self) -> bool:
        pinging = _Connection(self._base, ANSWER_SECONDS)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(pinging):
            pinging.request("GET", "/ping")
            return pinging.getresponse().status == http.HTTPStatus.OK
        return False


@contextlib.contextmanager
def serving(base: Path) -> Iterator[Candidate]:
    """Let the image's `serve` run; afterwards nothing that was started meanwhile is left.

    Outside a container, which has processes of its own alone, only descendants are looked for.
    """
    environment = _environment(base)
    command = shutil.which("serve", path=environment["PATH"])
    if command is None:
        raise Refused("the image has no `serve`; name an image that can serve the model")
    alone = base == BASE
    processes.shield()
    before = processes.running(alone=alone)
    process = subprocess.Popen(
        [command],
        env=environment,
        cwd=_directory(base),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    candidate = Candidate(base, process)
    try:
        candidate.await_ping()
        yield candidate
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        processes.end(before, alone=alone)


def _directory(base: Path) -> Path:
    """Return where a container of an endpoint begins: where this one began, but for a job's own."""
    here = Path.cwd()
    return base if here.is_relative_to(base) or base != BASE else here


def _environment(base: Path) -> dict[str, str]:
    """Return what an endpoint's container has: the image's variables and its own."""
    image = {k: v for k, v in os.environ.items() if not k.startswith(OF_JOBS)}
    moved = {} if base == BASE else {"SAGEMAKER_BASE_DIR": str(base)}
    place = {key: value.replace(str(BASE), str(base)) for key, value in SERVING.items()}
    return image | place | moved
