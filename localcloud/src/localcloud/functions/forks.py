"""Where do environments of functions come from? A fork server that has the SDK, started once.

Where the kernel lets us, functions are kept apart from the machine by namespaces. Elsewhere they
are processes like others, which is said once.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from localcloud import clock, reactor, scratch
from localcloud.functions import code

HERE = Path(__file__).parent
PACKAGE = HERE.parent
DISTRIBUTIONS = (
    *("boto3", "botocore", "s3transfer", "urllib3", "jmespath", "python-dateutil", "six"),
    "time-machine",
)
"""What Lambda's runtime brings, and what shows functions the cloud's time."""
WARNING = (
    "localcloud: functions are not kept apart from this machine, because its kernel does not allow"
    " it ({reason}): they see its files and its network. Run only code that you trust."
)

KIND = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM


@dataclass(frozen=True)
class Forks:
    """A running fork server."""

    door: str
    """The path of the socket at which copies are asked for."""
    apart: bool
    """Whether copies are kept apart from the machine."""
    process: subprocess.Popen[bytes]


_lock = threading.Lock()
_running: Forks | None = None


def running() -> Forks:
    """Return the fork server; start it if it does not run (any more)."""
    global _running  # noqa: PLW0603 - one for the process
    with _lock:
        if _running is None or _running.process.poll() is not None:
            _running = _start()
        return _running


def forget() -> None:
    """Leave the fork server to the process that this one is a copy of."""
    global _running, _lock
    _running, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=forget)


@functools.cache
def _installed() -> dict[str, str]:
    return {name: path for each in DISTRIBUTIONS for name, path in code.places(each).items()}


def memory_file() -> IO[bytes]:
    """Return a file that has no name."""
    if sys.platform == "linux":
        return os.fdopen(os.memfd_create("plan"), "w+b")
    return tempfile.TemporaryFile()


def _start() -> Forks:
    if sys.platform == "linux":
        started = _try(apart=True)
        if isinstance(started, Forks):
            return started
    else:
        started = sys.platform
    print(WARNING.format(reason=started), file=sys.stderr)
    plain = _try(apart=False)
    if isinstance(plain, Forks):
        return plain
    raise RuntimeError(f"no process can be started for functions: {plain}")


def _try(*, apart: bool) -> Forks | str:
    """Return a fork server, or the reason why there is none; it ends with this process."""
    place = scratch.folder("functions")
    root = place / "root"
    root.mkdir()
    alive, ours = os.pipe()
    with socket.socket(socket.AF_UNIX, KIND) as door:
        door.bind(str(place / "door"))
        door.listen(128)
        page = clock.page_file()
        spec = {
            "apart": apart,
            "place": str(root),
            "packages": _installed(),
            "forkserver": str(PACKAGE / "sagemaker" / "warm" / "forkserver.py"),
            "shared_clock": str(PACKAGE / "shared_clock.py"),
            "door": door.fileno(),
            "page": page,
        }
        process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                "-B",
                str(HERE / "runtime" / "server.py"),
                json.dumps(spec),
            ],
            stdin=alive,
            stdout=subprocess.PIPE,
            env={
                "PATH": os.defpath,
                "LANG": "C.UTF-8",
                "TZ": ":UTC",
                "AWS_EC2_METADATA_DISABLED": "true",
            },
            pass_fds=[door.fileno(), page],
            start_new_session=True,
        )
    os.close(alive)
    with process.stdout as said:  # type: ignore[union-attr]  # it is a pipe
        line = said.readline().decode().strip()
    if line != "ready":
        os.close(ours)
        process.wait()
        shutil.rmtree(place, ignore_errors=True)
        return line or "it ended"
    reactor.on_close(functools.partial(_end, process, ours, place))
    return Forks(str(place / "door"), apart, process)


def _end(process: subprocess.Popen[bytes], ours: int, place: Path) -> None:
    """End the fork server, and with it all its copies."""
    os.close(ours)
    process.kill()
    process.wait()
    shutil.rmtree(place, ignore_errors=True)
