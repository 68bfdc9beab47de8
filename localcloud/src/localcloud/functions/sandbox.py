"""How does a function's code run in this process without meeting anything of another's?"""

from __future__ import annotations

import contextlib
import importlib
import io
import logging
import os
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import boto3

from localcloud import clock, sessions
from localcloud.functions import deadline
from localcloud.functions.errors import RuntimeFailure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

RUNTIME_MODULES = {"boto3", "botocore", "s3transfer", "urllib3", "jmespath", "dateutil"}
"""What the runtime brings: the process's own copies, which alone reach this cloud."""

_lock = threading.RLock()
_FORMAT = "[%(levelname)s]\t%(asctime)s\t%(message)s"


def is_free(seconds: float) -> bool:
    """Tell whether no function runs in another thread, after waiting *seconds* for it at most."""
    free = _lock.acquire(timeout=seconds)
    if free:
        _lock.release()
    return free


class Context:
    """The second argument of a handler."""

    def __init__(self, environment: dict[str, str], arn: str, seconds: float) -> None:
        self.aws_request_id = str(uuid.uuid4())
        self.invoked_function_arn = arn
        self.function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        """Start the clock: waiting for a turn and importing the code take none of the time."""
        self._end = time.perf_counter() + self.seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function still has."""
        return max(0, int((self._end - time.perf_counter()) * 1000))


class Sandbox:
    """The warm home of one version of one function: its modules, environment and session."""

    def __init__(
        self, handler: str, folders: list[Path], environment: dict[str, str], until: float
    ) -> None:
        self._handler = handler
        self._folders = [str(folder) for folder in folders]
        self._names = {_module_name(path.name) for folder in folders for path in folder.iterdir()}
        self.environment = environment
        self._until = until
        self._modules: dict[str, ModuleType] = {}
        self._level = logging.WARNING
        self._session = sessions.session(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment["AWS_SESSION_TOKEN"],
        )
        self._session.events.register("provide-client-params", deadline.check)

    @property
    def cold(self) -> bool:
        """Tell whether the sandbox's credentials have ended, so that a new one has to start."""
        return clock.now() >= self._until

    def run(self, event: Any, context: Context, output: io.StringIO) -> Any:
        """Return what the handler answers; what it prints and logs goes to *output*."""
        with _lock, self._environment(), self._imports(), self._logging(output):
            handler = self._function()
            context.begin()
            return deadline.within(context.seconds, lambda: handler(event, context))

    def _function(self) -> Any:
        module, dot, name = self._handler.rpartition(".")
        if not dot:
            raise RuntimeFailure(
                "Runtime.MalformedHandlerName",
                f"Bad handler '{self._handler}': not enough values to unpack (expected 2, got 1)",
            )
        try:
            found = importlib.import_module(module.replace("/", "."))
        except ImportError as error:
            message = f"Unable to import module '{module}': {error}"
            raise RuntimeFailure("Runtime.ImportModuleError", message) from error
        except SyntaxError as error:
            message = f"Syntax error in module '{module}': {error}"
            raise RuntimeFailure("Runtime.UserCodeSyntaxError", message) from error
        if not hasattr(found, name):
            message = f"Handler '{name}' missing on module '{module}'"
            raise RuntimeFailure("Runtime.HandlerNotFound", message)
        return getattr(found, name)

    @contextlib.contextmanager
    def _environment(self) -> Iterator[None]:
        before, session = dict(os.environ), boto3.DEFAULT_SESSION
        _replace(self.environment)
        boto3.DEFAULT_SESSION = self._session
        try:
            yield
        finally:
            _replace(before)
            boto3.DEFAULT_SESSION = session

    @contextlib.contextmanager
    def _imports(self) -> Iterator[None]:
        """Let the sandbox see its own modules, and nobody else afterwards."""
        hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if self._owns(name)}
        path = list(sys.path)
        sys.modules.update(self._modules)
        sys.path[:] = [*self._folders, *filter(_is_runtime, path)]
        try:
            yield
        finally:
            sys.path[:] = path
            for name in [name for name in sys.modules if self._owns(name)]:
                self._modules[name] = sys.modules.pop(name)
            sys.modules.update(hidden)

    def _owns(self, module: str) -> bool:
        return module.partition(".")[0] in self._names

    @contextlib.contextmanager
    def _logging(self, output: io.StringIO) -> Iterator[None]:
        root, others = (
            logging.getLogger(),
            set(threading.enumerate()) - {threading.current_thread()},
        )
        before, level = root.handlers, root.level
        handler = logging.StreamHandler(output)
        handler.setFormatter(logging.Formatter(_FORMAT))
        strangers = {thread.ident for thread in others}
        handler.addFilter(lambda record: record.thread not in strangers)
        root.handlers = [handler]
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


def _replace(environment: dict[str, str]) -> None:
    """Change the process's environment with the least change, for other threads read it too."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)
