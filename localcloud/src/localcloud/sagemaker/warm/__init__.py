"""Where do containers find an interpreter that has imported heavy modules before?

An image's `python3` starts in 20 ms and imports scikit-learn in two seconds of CPU, for every step
and every model again. Here the `python3` on a container's PATH may be a shim (`python_shim.py`),
which asks a fork server (`forkserver.py`) for a copy of an interpreter that has done its imports.
The copy enters the shim's namespaces and directory and takes its words, variables and streams:
only modules are shared, and those as they were before any container's code ran. What a shim
cannot do (`python3 -c`, `-m`, options) the plain interpreter does.
"""

from __future__ import annotations

import functools
import os
import shlex
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from localcloud import reactor, scratch

HERE = Path(__file__).parent
SERVED = ("uvicorn", "starlette.applications", "starlette.routing", "flask", "werkzeug.test")
"""What every endpoint's process imports."""
EARLY = (
    *("PYTHON", "LANG", "LC_", "TZ", "LD_", "MALLOC_"),
    *("OMP_", "KMP_", "GOMP_", "OPENBLAS_", "MKL_", "BLIS_"),
    *("NUMEXPR_", "NPY_", "SCIPY_", "SKLEARN_", "ARROW_", "JOBLIB_"),
)
"""Variables that an interpreter or a module may read when it starts: a server for each setting."""

_modules: tuple[str, ...] = ()
_folders: list[str] = []
"""Each with the door of a fork server and its shim."""
_lock = threading.Lock()


def preload(modules: tuple[str, ...]) -> None:
    """Let containers' interpreters have *modules* before they start; call it before any starts."""
    global _modules  # noqa: PLW0603 - a setting of the process, made once
    _modules = modules


def shown() -> list[str]:
    """Return what a container has to see to ask for a copy: the shim and the servers' doors."""
    return [str(HERE / "python_shim.py"), *_folders] if _modules else []


def folder(environment: Mapping[str, str]) -> str | None:
    """Return the folder with the shim for a container with these variables, if there is one."""
    if not _modules or sys.platform != "linux":
        return None
    early = {key: value for key, value in environment.items() if key.startswith(EARLY)}
    with _lock:
        return _server(tuple(sorted(early.items())))


@functools.cache
def _server(early: tuple[tuple[str, str], ...]) -> str:
    """Start a fork server: it answers as soon as it has imported, and ends with this process."""
    place = scratch.folder("warm")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(place / "door"))
        door.listen(128)
        alive, ours = os.pipe()
        program = [sys.executable, str(HERE / "forkserver.py"), str(door.fileno())]
        server = subprocess.Popen(
            [*program, *SERVED, *_modules],
            stdin=alive,
            stdout=subprocess.DEVNULL,
            env={"PATH": os.defpath, **dict(early)},
            pass_fds=[door.fileno()],
            start_new_session=True,
        )
        os.close(alive)
    reactor.on_close(functools.partial(_end, server, ours))
    _write_standin(place / "python3")
    _folders.append(str(place))
    return str(place)


def _write_standin(path: Path) -> None:
    words = shlex.join([sys.executable, "-I", "-S", str(HERE / "python_shim.py")])
    path.write_text(f'#!/bin/sh\nexec {words} "$0" "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _end(server: subprocess.Popen[bytes], ours: int) -> None:
    os.close(ours)
    server.wait()
