"""How does one command get a world of its own: its /opt/ml, and the cloud as all of its network?

Run as a script by a bare interpreter: ``SPEC COMMAND...``, where SPEC is JSON. It parts from the
machine, lets the command run as a child and ends as the command does. What the command leaves
behind ends with it.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from localcloud.functions.runtime import namespaces, root
else:  # it runs as a script does: what it needs is where it is told
    sys.path.insert(0, json.loads(sys.argv[1])["runtime"])
    namespaces, root = map(importlib.import_module, ("namespaces", "root"))


def main(spec: dict[str, Any], command: list[str]) -> None:
    """Become the command, in its own world where *spec* wants one."""
    if spec["apart"]:
        part(spec)
    elif sys.platform == "linux":
        namespaces.die_with_parent(signal.SIGKILL)
    if spec["control"] is not None:
        os.close(spec["control"])
    os.chdir(spec["directory"])
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


def part(spec: dict[str, Any]) -> None:
    """Go on as a child with namespaces of its own and no rights beyond its files."""
    user, group = os.getuid(), os.getgid()
    namespaces.unshare(
        namespaces.USER | namespaces.MOUNTS | namespaces.PIDS | namespaces.NETWORK
        | namespaces.IPC | namespaces.UTS
    )  # fmt: skip
    namespaces.become(user, group, user, group)
    with contextlib.suppress(OSError):  # where it is not ours to say
        Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")
    namespaces.die_with_parent(signal.SIGKILL)  # after the namespaces: entering them clears it
    namespaces.raise_loopback()
    if spec["port"] is not None:
        _listen(spec["control"], spec["port"])
    _enter(spec)
    told, telling = os.pipe()
    first = os.fork()
    if first:
        os.close(telling)
        _end_as_told(first, told)
    os.close(told)
    namespaces.die_with_parent(signal.SIGKILL)
    root.show_processes()
    namespaces.unmount(root.HOST)  # only now: the kernel wants to see a /proc before it gives one
    namespaces.protect("/")
    worker = os.fork()
    if worker:
        _bury(worker, telling)
    os.close(telling)
    namespaces.renounce()


def _listen(control: int, port: int) -> None:
    """Let the cloud listen in this network."""
    with (
        socket.socket(fileno=os.dup(control)) as cloud,
        socket.create_server(("127.0.0.1", port), backlog=128) as listener,
    ):
        socket.send_fds(cloud, [b"listening"], [listener.fileno()])


def _enter(spec: dict[str, Any]) -> None:
    """Make a root with the interpreter, what is shown, and the container's own folders."""
    place = spec["root"]
    root.build(place)
    for source, target in spec["own"].items():
        root.show(source, place + target, writable=True)
    for path in spec["shown"]:
        root.show(path, place + path)
    Path(place, "etc/hosts").write_text(f"127.0.0.1 localhost {spec['host']}\n", encoding="ascii")
    Path(place, "dev/shm").mkdir()
    namespaces.mount("shm", f"{place}/dev/shm", "tmpfs", namespaces.NO_SUID, "mode=1777")  # noqa: S108 - as above
    root.enter(place)


def _bury(worker: int, telling: int) -> NoReturn:
    """As the first process, bury whoever ends, and end everything when the worker has."""
    namespaces.conceal()
    while True:
        with contextlib.suppress(InterruptedError):
            process, status = os.wait()
            if process == worker:
                os.write(telling, str(os.waitstatus_to_exitcode(status)).encode())
                os._exit(0)


def _end_as_told(first: int, told: int) -> NoReturn:
    """End with the worker's exit code, or by the signal that ended it."""
    written = os.read(told, 16)
    os.waitpid(first, 0)
    code = int(written) if written else -signal.SIGKILL
    if code < 0:
        with contextlib.suppress(OSError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2:])
