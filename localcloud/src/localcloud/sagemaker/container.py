"""How does a command run under SageMaker's container contract, without containers?"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from localcloud import reactor, scratch, sessions
from localcloud.sagemaker import warm

ML = "/opt/ml"
_ISOLATION = Path(__file__).with_name("isolation.py")
_running: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()


@dataclass(frozen=True)
class Sandbox:
    """The directory a container sees as /opt/ml."""

    path: Path = field(default_factory=functools.partial(scratch.folder, "ml"))

    def host(self, path: str) -> Path:
        """Find the place of a container's path; it must be under /opt/ml."""
        place = PurePosixPath(path)
        if not place.is_relative_to(ML) or ".." in place.parts:
            raise ValueError(f"{path} is not under {ML}.")
        return self.path / place.relative_to(ML)

    def remove(self) -> None:
        """Throw the directory away with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True)
class Command:
    """What to run, in the container's own words."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    network: bool = True
    directory: str = ML


@functools.cache
def mode() -> str:
    """Tell how /opt/ml is given: by ``namespace`` where the kernel lets us, else by ``rewrite``."""
    if sys.platform != "linux":
        return "rewrite"
    with tempfile.TemporaryDirectory() as sandbox:
        command = _isolated(Path(sandbox), Command(("true",), {}, network=False), "namespace")
        tried = subprocess.run(command, check=False, capture_output=True)
    return "namespace" if tried.returncode == 0 else "rewrite"


def start(sandbox: Sandbox, command: Command) -> subprocess.Popen[str]:
    """Start the command; stdout and stderr come as one stream of lines.

    It dies with the thread that calls this, which therefore has to wait for it. It gets no
    credentials and no endpoint: nothing of this process's environment but the locale.
    """
    how = mode()
    if how == "rewrite":
        command = _rewritten(command, sandbox.path)
    process = subprocess.Popen(
        _isolated(sandbox.path, command, how),
        env=_environment(command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    with _lock:
        _running.add(process)
    return process


def end(process: subprocess.Popen[str]) -> None:
    """Kill the command and everything it started; harmless when it has ended."""
    with _lock:
        _running.discard(process)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def follow(process: subprocess.Popen[str], line: Callable[[str], None]) -> int:
    """Hand every line of output to *line* until the command ends; return its exit code."""
    with process:
        for text in process.stdout or ():
            line(text.rstrip("\n"))
    end(process)
    return process.returncode


def _end_all() -> None:
    for process in list(_running):
        end(process)


def install() -> None:
    """End every command with the cloud."""
    reactor.on_close(_end_all)


def _isolated(sandbox: Path, command: Command, how: str) -> list[str]:
    network = "network" if command.network else "no-network"
    script = [sys.executable, "-I", "-S", str(_ISOLATION)]
    return [*script, str(sandbox), how, network, command.directory, *command.words]


def _environment(command: Command) -> dict[str, str]:
    """Tell what the image and the platform set, then the job's own Environment."""
    image = {
        "HOME": "/tmp",  # noqa: S108 - what a container without a user has to write to
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "TRUE",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": sessions.REGION,
    }
    settings = image | dict(command.environment)
    tools = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]
    if ready := warm.folder(settings):
        tools.insert(0, ready)
    return {"PATH": os.pathsep.join(tools), **settings}


def _rewritten(command: Command, sandbox: Path) -> Command:
    def place(text: str) -> str:
        return text.replace(ML, str(sandbox))

    return Command(
        words=tuple(map(place, command.words)),
        environment={key: place(value) for key, value in command.environment.items()},
        network=command.network,
        directory=place(command.directory),
    )
