"""How do environments of functions come about quickly? As copies of a process that has the SDK.

Run as a script by a bare interpreter, with one word: what it needs to know, in JSON. It prints
``ready``, or why functions cannot be kept apart on this machine, and ends then. It has imported
what Lambda's runtime brings, and read the descriptions of the services that functions call most.
It ends, with all its environments, when its stdin does.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = str(Path(__file__).parent)
SERVICES = ("s3", "sqs", "dynamodb", "sns", "events", "sts", "lambda", "sagemaker",
            "sagemaker-runtime", "cloudwatch", "logs", "ssm", "secretsmanager", "kms", "glue",
            "iam", "stepfunctions", "cloudformation")  # fmt: skip
"""Those that functions call most; the first of them are read first."""
MODULES = ("boto3.dynamodb.types", "boto3.s3.transfer", "urllib.request", "decimal",
           "concurrent.futures.thread", "email.message", "zoneinfo")  # fmt: skip


def main(spec: dict[str, Any]) -> None:
    """Serve until the end."""
    path = list(sys.path)
    sys.path.insert(0, HERE)
    environment, namespaces, root = map(
        importlib.import_module, ("environment", "namespaces", "root")
    )
    sys.path.remove(HERE)
    sources = {name: Path(spec[name]).read_text("utf-8") for name in ("forkserver", "shared_clock")}
    runtime, fork = str(spec["place"]), os.fork
    if spec["apart"]:
        _part(namespaces)
        root.enter_runtime(spec["place"], spec["packages"])
        runtime, fork = root.RUNTIME, _Apart(namespaces, f"{root.HOST}/proc/self/ns/pid")
        _try(fork, environment.isolate)
    else:
        root.link(runtime, spec["packages"])
    _say("ready")
    sys.path[:] = [*path, runtime]
    forkserver, clock = (_module(name, source) for name, source in sources.items())
    page = clock.attach(spec["page"])
    os.close(spec["page"])
    services = _imported()
    clock.travel(page)
    for name in ("environment", "namespaces", "root", "loop"):
        del sys.modules[name]  # a function may have modules of these names
    _freeze()
    server = forkserver.Server(socket.socket(fileno=spec["door"]), fork, services)
    if asked := server.serve():
        environment.become(asked[1], [*path, runtime], apart=spec["apart"])


def _module(name: str, source: str) -> ModuleType:
    """Make a module of its text: it has no file that others could import."""
    module = ModuleType(name)
    sys.modules[name] = module  # dataclasses and the like look there
    exec(compile(source, name, "exec"), module.__dict__)  # noqa: S102 - a file of this package
    del sys.modules[name]
    return module


class _Apart:
    """Forks children that are the first processes of process namespaces of their own."""

    def __init__(self, namespaces: ModuleType, own: str) -> None:
        self._namespaces, self._own = namespaces, os.open(own, os.O_RDONLY | os.O_CLOEXEC)

    def __call__(self) -> int:
        self._namespaces.unshare(self._namespaces.PIDS)
        child = os.fork()
        if child:
            self._namespaces.join(self._own, self._namespaces.PIDS)
        else:
            os.close(self._own)
        return child


def _try(fork: Callable[[], int], isolate: Callable[[], None]) -> None:
    """Try in a child whether an environment can be made: later it would be too late to say no."""
    child = fork()
    if not child:
        try:
            isolate()
        except OSError as error:
            _say(str(error))
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(1)


def _part(namespaces: ModuleType) -> None:
    """Go on as the first process of namespaces that are ours, while this one waits."""
    user, group = os.getuid(), os.getgid()
    outside, inside = socket.socketpair()
    child = os.fork()
    if child:
        inside.close()
        if outside.recv(1):
            strangers = not user and namespaces.map_strangers(child)
            outside.send(b"mapped" if strangers else b"unmapped")
        _end_with(child)
    outside.close()
    with inside:
        namespaces.unshare(
            namespaces.USER | namespaces.MOUNTS | namespaces.PIDS | namespaces.NETWORK
        )
        inside.send(b"?")
        if inside.recv(16) != b"mapped":
            namespaces.become(0, 0, user, group)
    namespaces.die_with_parent(signal.SIGKILL)
    first = os.fork()
    if first:
        _end_with(first)
    namespaces.die_with_parent(signal.SIGKILL)
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)


def _end_with(child: int) -> NoReturn:
    _, status = os.waitpid(child, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 255)


def _say(line: str) -> None:
    """Say one thing to the cloud; nothing that is printed later gets there."""
    print(line, flush=True)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def _freeze() -> None:
    """Let no collection of a child touch, and so copy, what it shares with us."""
    gc.collect()
    gc.freeze()


def _imported() -> Callable[[], bool]:
    """Import the SDK; return what makes a client of one more service, if there is one.

    All that clients read from files is there then for all children to come.
    """
    import boto3  # noqa: PLC0415 - it is found only now
    import botocore.hooks  # noqa: PLC0415 - as above
    import botocore.session  # noqa: PLC0415 - as above

    create = botocore.session.create_loader
    loader = create(None)
    botocore.session.create_loader = lambda path=None: create(path) if path else loader
    botocore.hooks.accepts_kwargs = functools.cache(botocore.hooks.accepts_kwargs)
    session, left = boto3.Session("none", "none", region_name="us-east-1"), list(SERVICES)
    for name in MODULES:
        importlib.import_module(name)

    def load_more() -> bool:
        if not left:
            return False
        with contextlib.suppress(Exception):  # a later SDK may lack one: then it is read when asked
            session.client(left.pop(0), endpoint_url="http://localhost:1")
        _freeze()
        return True

    return load_more


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except OSError as error:
        _say(str(error))
        raise
