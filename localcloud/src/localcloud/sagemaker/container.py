"""How does a command run under SageMaker's container contract, without containers?

Where the kernel lets us, it sees of the machine the interpreter and its libraries alone, its own
folders, and the cloud as all of its network, with the credentials of its role and no others.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from localcloud import endpoint, origin, places, reactor
from localcloud.functions import gateway
from localcloud.sagemaker import image, warm
from localcloud.sagemaker.folders import HOST, ML, Sandbox

MOST_CHARACTERS = 1 << 18
"""What one line of output may have, as an event in CloudWatch Logs; the rest begins another."""
WARNING = (
    "localcloud: containers are not kept apart from this machine, because its kernel does not allow"
    " it ({reason}): they see its files and its network. Run only code that you trust."
)
_ISOLATION = Path(__file__).with_name("isolation.py")
_RUNTIME = Path(gateway.__file__).with_name("runtime")
_running: dict[subprocess.Popen[str], socket.socket | None] = {}
"""Each command with the socket at which it reaches the cloud."""
_lock = threading.Lock()


@dataclass(frozen=True)
class Command:
    """What to run, in the container's own words."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    role: str | None = None
    """The ARN of the role whose credentials it gets; None lets it reach nobody."""
    directory: str = ML


@functools.cache
def mode() -> str:
    """Tell how /opt/ml is given: by ``namespace`` where the kernel lets us, else by ``rewrite``."""
    if sys.platform != "linux":
        return "rewrite"
    sandbox = Sandbox()
    words = _isolated(sandbox, Command(("true",), {}), "namespace", None)
    tried = subprocess.run(words, check=False, capture_output=True, env={"PATH": os.defpath})
    sandbox.remove()
    if tried.returncode == 0:
        return "namespace"
    print(WARNING.format(reason=tried.stderr.decode().strip()[-200:]), file=sys.stderr)
    return "rewrite"


def start(sandbox: Sandbox, command: Command) -> subprocess.Popen[str]:
    """Start the command; stdout and stderr come as one stream of lines.

    It dies with the thread that calls this, which therefore has to wait for it. It gets nothing of
    this process's environment, and the credentials of its role alone.
    """
    how = mode()
    if how == "rewrite":
        command = _rewritten(command, sandbox.path)
    listening = gateway.listener() if how == "rewrite" and command.role else None
    port = listening.getsockname()[1] if listening else gateway.port()
    environment = _environment(command, port)
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            process = subprocess.Popen(
                _isolated(sandbox, command, how, theirs.fileno(), port),
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
        if how == "namespace" and command.role:
            listening = _listener(ours)
    with _lock:
        _running[process] = (
            gateway.serve(listening, origin.Door(command.role)) if listening else None
        )
    return process


def _listener(ours: socket.socket) -> socket.socket | None:
    """Receive the socket at which a new command will reach the cloud; None if it ended before."""
    with contextlib.suppress(OSError):
        _, files, _, _ = socket.recv_fds(ours, len("listening"), 1)
        if files:
            return socket.socket(fileno=files[0])
    return None


def end(process: subprocess.Popen[str]) -> None:
    """Kill the command and everything it started; harmless when it has ended."""
    with _lock:
        listening = _running.pop(process, None)
    if listening is not None:
        gateway.leave(listening)
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def follow(process: subprocess.Popen[str], line: Callable[[str], None]) -> int:
    """Hand every line of output to *line* until the command ends; return its exit code."""
    with process:
        output = process.stdout
        while output and (text := output.readline(MOST_CHARACTERS)):
            line(text.rstrip("\n"))
    end(process)
    return process.returncode


def _end_all() -> None:
    for process in list(_running):
        end(process)


def install() -> None:
    """End every command with the cloud."""
    reactor.on_close(_end_all)


def _isolated(
    sandbox: Sandbox, command: Command, how: str, control: int | None, port: int | None = None
) -> list[str]:
    spec = {
        "apart": how == "namespace",
        "runtime": str(_RUNTIME),
        "root": str(sandbox.folder / "root"),
        "shown": [*_packages(), str(image.PROGRAM), str(image.tools()), *warm.shown()],
        "own": {str(sandbox.path): ML, str(sandbox.folder / "tmp"): "/tmp"},  # noqa: S108 - the container's
        "control": control,
        "host": HOST,
        "port": port if command.role else None,
        "directory": command.directory,
    }
    script = [sys.executable, "-I", "-S", "-B", str(_ISOLATION)]
    return [*script, json.dumps(spec), *command.words]


def _packages() -> list[str]:
    """Return the folder of what is installed here beside the interpreter, if there is one."""
    return [sys.prefix] if sys.prefix != sys.base_prefix else []


def _environment(command: Command, port: int) -> dict[str, str]:
    """Tell what the image and the platform set, then the job's own Environment."""
    cloud = f"http://localhost:{port}"
    reaching = {
        "AWS_ENDPOINT_URL": cloud,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{cloud}{endpoint.CREDENTIALS}",
    }
    fixed = {
        "HOME": "/tmp",  # noqa: S108 - what a container without a user has to write to
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "TRUE",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": places.here().region,
        "AWS_DEFAULT_REGION": places.here().region,
        "AWS_EC2_METADATA_DISABLED": "true",
        **(reaching if command.role else {}),
    }
    settings = fixed | dict(command.environment)
    own = [str(Path(sys.executable).parent), str(image.tools())]
    tools = [*own, "/usr/local/bin", "/usr/bin", "/bin"]
    if ready := warm.folder(settings):
        tools.insert(0, ready)
    return {"PATH": os.pathsep.join(tools), **settings}


def _rewritten(command: Command, sandbox: Path) -> Command:
    def place(text: str) -> str:
        return text.replace(ML, str(sandbox))

    return Command(
        words=tuple(map(place, command.words)),
        environment={image.BASE: str(sandbox)}
        | {key: place(value) for key, value in command.environment.items()},
        role=command.role,
        directory=place(command.directory),
    )
