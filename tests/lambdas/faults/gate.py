"""Which calls does a run make to AWS, what do they leave, and what if one of them breaks?"""

from __future__ import annotations

import functools
import sys
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from botocore.client import BaseClient
from botocore.endpoint import Endpoint
from botocore.exceptions import ReadTimeoutError

from tests.lambdas.faults import patching

THROTTLED = "throttled"
"""AWS refuses the call, and every retry of it that the SDK makes."""
KILLED = "killed"
"""The call has taken effect, and the function is gone before it learns of it.

That is also what a function leaves that is killed before its next call.
"""
UNANSWERED = "unanswered"
"""The call has taken effect, its answer is lost, and the SDK sends it again."""
READING = ("Get", "Head", "List", "Describe", "BatchGet")
"""So begin the operations that leave nothing."""
CODES = {"s3": (503, "SlowDown"), "sns": (400, "Throttling"), "cloudwatch": (400, "Throttling")}


class Fault(NamedTuple):
    """What befalls which call of a run."""

    kind: str
    number: int
    """Of the call, from 1."""


@dataclass(frozen=True)
class Call:
    """One call to AWS, however often the SDK sends it."""

    service: str
    operation: str
    arguments: Any
    site: str
    """The lines of the function's own code that it comes from, the last one first:
    `keeping.py:101 service.py:42 decision.py:53`."""

    @property
    def reads(self) -> bool:
        """Whether it leaves nothing."""
        return self.operation.startswith(READING)


class Killed(BaseException):
    """The function's process has ended."""


@dataclass
class Gate:
    """Stands between a function and AWS."""

    fault: Fault | None = None
    calls: list[Call] = field(default_factory=list)
    """Those of the current run."""
    effects: list[Call] = field(default_factory=list)
    """Those of all runs that AWS has carried out and that leave something."""
    struck: bool = False
    """Whether the fault has happened."""
    _function: str = ""

    def install(self) -> None:
        """Stand there; nothing is counted outside of `passing`."""
        patching.wrap(BaseClient, "_make_api_call", self._counted)
        patching.wrap(Endpoint, "_get_response", self._sent)

    def passing(self, function: str, fault: Fault | None, work: Any) -> Any:
        """Return what *work*, a run of *function*, comes to; None when it was killed."""
        self.calls, self.fault, self.struck, self._function = [], fault, False, function
        sleep, time.sleep = time.sleep, lambda _seconds: None  # the SDK's, between its retries
        try:
            return work()
        except Killed:
            return None
        finally:
            self._function, time.sleep = "", sleep

    def other(self, operation: str, body: Any, send: Any) -> Any:
        """Let pass what a function sends to AWS past the SDK; nobody sends it again."""
        if not self._function:
            return send()
        self.calls.append(Call("http", operation, body, self._site()))
        if self._strikes(THROTTLED):
            raise OSError("HTTP Error 503: Slow Down")
        answer = send()
        self._done()
        if self._strikes(KILLED):
            raise Killed
        if self._strikes(UNANSWERED):
            raise TimeoutError("The read operation timed out")
        return answer

    def _counted(self, make: Any) -> Any:
        @functools.wraps(make)
        def counted(client: Any, operation: str, arguments: Any) -> Any:
            if not self._function:
                return make(client, operation, arguments)
            service = client.meta.service_model.service_name
            self.calls.append(Call(service, operation, _kept(arguments), self._site()))
            return make(client, operation, arguments)

        return counted

    def _sent(self, send: Any) -> Any:
        @functools.wraps(send)
        def sent(endpoint: Any, request: Any, model: Any, context: Any) -> Any:
            if not self._function:
                return send(endpoint, request, model, context)
            if self._strikes(THROTTLED):
                return self._slow_down(), None
            function, self._function = self._function, ""  # what the cloud itself calls meanwhile
            answer, error = send(endpoint, request, model, context)
            self._function = function
            if answer and answer[0].status_code < 300:
                self._done()
            if self._strikes(KILLED):
                raise Killed
            if not self.struck and self._strikes(UNANSWERED):
                return None, ReadTimeoutError(endpoint_url=request.url)
            return answer, error

        return sent

    def _done(self) -> None:
        if not self.calls[-1].reads:
            self.effects.append(self.calls[-1])

    def _strikes(self, kind: str) -> bool:
        mine = self.fault == Fault(kind, len(self.calls))
        self.struck = self.struck or mine
        return mine

    def _slow_down(self) -> Any:
        status, code = CODES.get(self.calls[-1].service, (400, "ThrottlingException"))
        said = {"Code": code, "Message": "Rate exceeded"}
        answer = type("Answer", (), {"status_code": status, "headers": {}})()
        return answer, {"Error": said, "ResponseMetadata": {"HTTPStatusCode": status}}

    def _site(self) -> str:
        frame, folder, lines = sys._getframe(2), f"/lambdas/{self._function}/", []
        while frame:
            _, mine, file = frame.f_code.co_filename.rpartition(folder)
            if mine:
                lines.append(f"{file}:{frame.f_lineno}")
            frame = frame.f_back
        return " ".join(lines)


def _kept(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return *arguments* with the bytes of a file that is sent from disk, instead of the file."""
    return {name: _content(value) for name, value in arguments.items()}


def _content(value: Any) -> Any:
    if not hasattr(value, "read"):
        return value
    content = value.read()
    value.seek(0)
    return content
