"""What does MiniStack say, another emulator of AWS with a judgement of its own?"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from localcloud.truths.policies import ACCOUNT, REGION

PROGRAM = "ministack"
PATIENCE = 60  # seconds until it serves
END_SECONDS = 10


class NotThere(Exception):
    """MiniStack is not installed, or did not come up."""


def services(endpoint: str) -> frozenset[str]:
    """Return the names of the services it has, as it lists them itself."""
    with urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5) as answer:  # noqa: S310 - always http
        names = json.load(answer)["services"]
    return frozenset("cloudwatch" if name == "monitoring" else name for name in names)


@contextlib.contextmanager
def served(program: str = PROGRAM) -> Iterator[str]:
    """Serve MiniStack with IAM enforced, on this machine alone; give its endpoint.

    *program* is a path, or a command of the PATH; it should have an environment of its own, because
    it pins botocore exactly.
    """
    found = shutil.which(program)
    if not found:
        raise NotThere(
            f"{program} is not there: `pip install ministack` in an environment of its own, and"
            " give its bin/ministack as --ministack"
        )
    with tempfile.TemporaryDirectory() as home, (Path(home) / "log").open("w+") as log:
        port = _free_port()
        process = subprocess.Popen(
            [found], cwd=home, env=_environment(home, port), stdout=log, stderr=log
        )
        try:
            endpoint = f"http://localhost:{port}"
            _wait(process, endpoint, log)
            yield endpoint
        finally:
            _end(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _environment(home: str, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "TMPDIR": home,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
    }


def _wait(process: subprocess.Popen[bytes], endpoint: str, log: IO[str]) -> None:
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError):
            services(endpoint)
            return
        time.sleep(0.2)
    log.seek(0)
    raise NotThere(f"MiniStack did not come up:\n{log.read()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
