"""How can a test stand between a function and AWS? The function runs in the test's own process.

Nothing is kept apart then, no time-out holds, and one function runs at a time: only what asks for
it by name has it.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

from localcloud import origin, sessions
from localcloud.functions import runs
from localcloud.functions.code import LAYER_PATHS
from localcloud.functions.ending import Ending
from localcloud.functions.runtime import loop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from localcloud.functions.environment import Plan
    from localcloud.functions.pool import Key

RUNTIME_MODULES = {"boto3", "botocore", "s3transfer", "urllib3", "jmespath", "dateutil"}
"""What the runtime brings: the process's own copies, which alone reach this cloud."""

_lock = threading.RLock()
_warm: dict[Key, Sandbox] = {}


def install() -> None:
    """Let functions run in this process from now on."""
    runs.run_elsewhere(_run)


def _run(key: Key, plan: Plan, head: dict[str, Any], event: bytes, chain: origin.Chain) -> Ending:
    sandbox = warm(key, plan)
    door = origin.Door()
    door.chain = chain
    with origin.coming_through(door):
        return sandbox.run(head, event)


def warm(key: Key, plan: Plan) -> Sandbox:
    """Return the one home of a version of a function."""
    if key not in _warm:
        _warm[key] = Sandbox(plan)
    return _warm[key]


class Sandbox:
    """The warm home of one version of one function: its modules, variables and session."""

    def __init__(self, plan: Plan) -> None:
        folders = [Path(plan.task)]
        if plan.layers:
            folders += [
                folder for path in LAYER_PATHS if (folder := Path(plan.layers, path)).is_dir()
            ]
        self._handler = plan.handler
        self._folders = [str(folder) for folder in folders]
        self._names = {_module_name(path.name) for folder in folders for path in folder.iterdir()}
        self.variables = plan.variables
        self._modules: dict[str, ModuleType] = {}
        self._level = logging.WARNING
        self._session = sessions.session(
            plan.variables["AWS_ACCESS_KEY_ID"],
            plan.variables["AWS_SECRET_ACCESS_KEY"],
            plan.variables["AWS_SESSION_TOKEN"],
        )

    def run(self, head: dict[str, Any], event: bytes) -> Ending:
        """Return how the handler ended; what it prints and logs is its output."""
        output = io.StringIO()
        with _lock, self.entered(), self._logging(output):
            ending = self._ending(head, event)
        ending.output = output.getvalue().encode()
        return ending

    def _ending(self, head: dict[str, Any], event: bytes) -> Ending:
        try:
            handle = loop.load(self._handler)
            return Ending(loop.answered(handle(json.loads(event), loop.Context(head))))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is its answer
            traceback.print_exc()
            return Ending(json.dumps(loop.shaped(error, head["request_id"])).encode(), error=True)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """See the function's own variables and modules, and nobody else's."""
        before, session = dict(os.environ), boto3.DEFAULT_SESSION
        hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if self._owns(name)}
        path = list(sys.path)
        _replace(self.variables)
        boto3.DEFAULT_SESSION = self._session
        sys.modules.update(self._modules)
        sys.path[:] = [*self._folders, *filter(_is_runtime, path)]
        try:
            yield
        finally:
            sys.path[:] = path
            for name in [name for name in sys.modules if self._owns(name)]:
                self._modules[name] = sys.modules.pop(name)
            sys.modules.update(hidden)
            _replace(before)
            boto3.DEFAULT_SESSION = session

    def _owns(self, module: str) -> bool:
        return module.partition(".")[0] in self._names

    @contextlib.contextmanager
    def _logging(self, output: io.StringIO) -> Iterator[None]:
        root = logging.getLogger()
        before, level = root.handlers, root.level
        root.handlers = [logging.StreamHandler(output)]
        root.setLevel(self._level)
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                yield
        finally:
            self._level = root.level
            root.handlers = before
            root.setLevel(level)


def _is_runtime(path: str) -> bool:
    """Tell whether a place of modules belongs to the interpreter; a project's folder does not."""
    return path.startswith((sys.prefix, sys.base_prefix))


def _module_name(file_name: str) -> str:
    """Return the top-level module a file or folder of the code stands for, if it is its own."""
    name = file_name.partition(".")[0]
    return "" if name in RUNTIME_MODULES or name in sys.stdlib_module_names else name


def _replace(variables: dict[str, str]) -> None:
    """Change the process's variables with the least change, for other threads read them too."""
    for name in set(os.environ) - set(variables):
        del os.environ[name]
    os.environ.update(variables)
