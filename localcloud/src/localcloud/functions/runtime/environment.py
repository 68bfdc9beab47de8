"""How does a copy of the fork server become the environment of one function?"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from localcloud.functions.runtime import loop, namespaces, root
else:  # it runs as a script does: its neighbours are beside it
    import loop
    import namespaces
    import root

MEGABYTE = 1 << 20
RUNTIME_MEGABYTES = 256
"""What the interpreter, its libraries and its threads take besides a function's memory."""
PROCESSES, FILES = 1024, 1024  # as in Lambda


def become(streams: list[int], paths: list[str], *, apart: bool) -> None:
    """Run what was asked for; *streams* are a socket, the output, the ending, and the request."""
    control_file, output, ending, asked = streams
    with os.fdopen(asked, "rb") as file:
        file.seek(0)
        spec = json.load(file)
    _redirect(output)
    control = socket.socket(fileno=control_file)
    if apart:
        isolate()
        root.furnish(spec)
        namespaces.drop_privileges()
        _listen(control, spec["port"])
    worker = os.fork()
    if worker:
        control.close()
        for stream in (1, 2):
            os.close(stream)
        _wait(worker, ending, apart=apart)
    os.close(ending)
    _limit(int(spec["memory"]))
    os.environ.clear()
    os.environ.update(spec["environment"])
    places = [root.TASK, *spec["paths"]] if apart else [spec["task"], *spec["paths"]]
    sys.path[:] = [*places, *paths]
    sys.argv, sys.executable = ["bootstrap"], getattr(sys, "_base_executable", sys.executable)
    time.tzset()
    os.chdir(places[0])
    loop.serve(control, spec, places)


def _redirect(output: int) -> None:
    """Let what is printed go to *output*, and nothing be read."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    for source in (nothing, output):
        if source > 2:  # noqa: PLR2004 - the last of the standard streams
            os.close(source)
    sys.stdout = os.fdopen(1, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)


def isolate() -> None:
    """Take own mounts, an own network, and so on."""
    wanted = namespaces.MOUNTS | namespaces.NETWORK | namespaces.IPC | namespaces.UTS
    namespaces.unshare(wanted)
    socket.sethostname("function")
    namespaces.raise_loopback()
    root.show_processes()


def _listen(control: socket.socket, port: int) -> None:
    """Let the cloud listen in this network, and nobody else."""
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        socket.send_fds(control, [b"listening"], [listener.fileno()])


def _wait(worker: int, ending: int, *, apart: bool) -> NoReturn:
    """Bury whoever ends, tell how the worker did, and end with all that it has left."""
    while True:
        with contextlib.suppress(InterruptedError):
            process, status = os.wait()
            if process == worker:
                code = os.waitstatus_to_exitcode(status)
                os.write(ending, str(code).encode())
                if not apart:
                    os.killpg(0, signal.SIGKILL)
                os._exit(0)


def _limit(megabytes: int) -> None:
    data = _data_bytes() + (megabytes + RUNTIME_MEGABYTES) * MEGABYTE
    for kind, most in (
        (resource.RLIMIT_DATA, data),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (limit, limit))
    threading.stack_size(MEGABYTE)  # or a hundred threads would take all of the memory


def _data_bytes() -> int:
    """Return what this process takes before its function comes."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - of the kernel
        return int(file.read().split()[5]) * resource.getpagesize()
