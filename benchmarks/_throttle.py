"""What if AWS refuses one call in ten? What functions call is counted, and some of it refused.

It stands in the SDK, below its retries: a refused call reaches no service, and is sent again as it
would be at AWS. Only the pauses between the attempts are left out, and added up.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore import endpoint
from botocore.client import BaseClient

from localcloud.functions import inprocess

SHARE = 0.1
CODES = {"s3": (503, "SlowDown"), "sns": (400, "Throttling"), "cloudwatch": (400, "Throttling")}


@dataclass
class Throttle:
    """Stands between the functions and AWS."""

    calls: Counter[str] = field(default_factory=Counter)
    """By function: what it has called, however often the SDK sent it."""
    retried: Counter[str] = field(default_factory=Counter)
    """By function: how often a call was refused."""
    paused: float = 0.0
    """Seconds that the SDK would have waited."""
    _chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - no secret
    _running: threading.local = field(default_factory=threading.local)

    def install(self) -> None:
        """Stand there from now on."""
        inprocess.install()  # or the calls would be made in other processes
        _wrap(inprocess.Sandbox, "run", self._run)
        _wrap(BaseClient, "_make_api_call", self._call)
        _wrap(endpoint.Endpoint, "_get_response", self._send)
        endpoint.time = type("Time", (), {"sleep": self._pause, "time": endpoint.time.time})

    @contextmanager
    def _as(self, function: str) -> Iterator[None]:
        before = self._function
        self._running.function = function
        try:
            yield
        finally:
            self._running.function = before

    @property
    def _function(self) -> str:
        """Which function runs in this thread; empty while the cloud itself works for it."""
        return str(getattr(self._running, "function", ""))

    def _run(self, run: Callable[..., Any], sandbox: Any, *given: Any) -> Any:
        with self._as(sandbox.variables["_HANDLER"].split("/")[1]):
            return run(sandbox, *given)

    def _call(self, call: Callable[..., Any], *given: Any) -> Any:
        if self._function:
            self.calls[self._function] += 1
        return call(*given)

    def _send(self, send: Callable[..., Any], at: Any, request: Any, model: Any, about: Any) -> Any:
        function = self._function
        if function and self._chance.random() < SHARE:
            self.retried[function] += 1
            return _refused(model.service_model.service_name), None
        with self._as(""):
            return send(at, request, model, about)

    def _pause(self, seconds: float) -> None:
        self.paused += seconds


def _refused(service: str) -> tuple[Any, Any]:
    status, code = CODES.get(service, (400, "ThrottlingException"))
    answer = type("Answer", (), {"status_code": status, "headers": {}})()
    error = {"Code": code, "Message": "Rate exceeded"}
    return answer, {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}}


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    original = getattr(owner, name)
    setattr(owner, name, lambda *given: around(original, *given))
