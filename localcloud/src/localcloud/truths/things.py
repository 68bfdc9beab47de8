"""What does a row hold in its hands: callers, queues, and what became of a call?"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from localcloud.truths.policies import document, trusting

PATIENCE = 45.0
"""Seconds until what should come has come; whoever tries an emulator on a busy machine gives more.
"""
_REFUSALS = ("AccessDenied", "AuthorizationError", "UnauthorizedOperation", "NotAuthorized")


def outcome(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> str:
    """Return what became of a call: "done", "denied", or the code of its error."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        code = str(error.response["Error"]["Code"])
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        refused = any(word in code for word in _REFUSALS) or (code, status) == ("403", 403)
        return "denied" if refused else code
    return "done"


def error_message(call: Callable[..., Any], *arguments: Any, **parameters: Any) -> str:
    """Return the message of the error that a call ends with."""
    try:
        call(*arguments, **parameters)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return "done"


def in_time(seconds: float, attempt: Callable[[], Any]) -> tuple[Any, bool]:
    """Try until an attempt takes less than *seconds* or patience ends; tell whether one did.

    What is hidden for a while is seen to be hidden only by who looks in that while, and a machine
    may be busy.
    """
    end = time.perf_counter() + PATIENCE
    while True:
        begun = time.perf_counter()
        answer = attempt()
        if time.perf_counter() - begun < seconds or begun > end:
            return answer, time.perf_counter() - begun < seconds


def until(
    ask: Callable[[], Any], good: Callable[[Any], bool] = bool, seconds: float | None = None
) -> Any:
    """Ask until the answer is good or patience ends; return the last answer."""
    end = time.perf_counter() + (PATIENCE if seconds is None else seconds)
    while not good(answer := ask()) and time.perf_counter() < end:
        time.sleep(0.1)
    return answer


def zipped(code: str) -> bytes:
    """Return the package of a function of this code."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("index.py")
        entry.external_attr = 0o644 << 16
        archive.writestr(entry, code)
    return packed.getvalue()


class Keys:
    """Somebody's credentials, and what they may do."""

    def __init__(self, client: Callable[[str], Any], arn: str = "") -> None:
        self.aws, self.arn = client, arn

    def outcome(self, service: str, method: str, **parameters: Any) -> str:
        """Return what became of a call of theirs, as the function of this name does."""
        return outcome(getattr(self.aws(service), method), **parameters)

    def error_message(self, service: str, method: str, **parameters: Any) -> str:
        """Return the message of the error that a call of theirs ends with."""
        return error_message(getattr(self.aws(service), method), **parameters)


class Queue:
    """A queue, and what came into it."""

    def __init__(self, sqs: Any, url: str, arn: str) -> None:
        self.url, self.arn, self._sqs = url, arn, sqs
        self.got: list[str] = []

    def send(self, body: str, **more: Any) -> Any:
        """Send a message."""
        return self._sqs.send_message(QueueUrl=self.url, MessageBody=body, **more)

    def receive(self, **more: Any) -> list[dict[str, Any]]:
        """Receive up to ten messages and keep them in the queue."""
        asked = {"MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], **more}
        answer = self._sqs.receive_message(QueueUrl=self.url, **asked)
        return list(answer.get("Messages", []))

    def take(self) -> list[str]:
        """Take what is there and return the bodies of all that was ever taken."""
        for message in self.receive():
            self.got.append(message["Body"])
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.got

    def after(self, count: int) -> list[str]:
        """Return the bodies as soon as there are *count* of them."""
        until(self.take, lambda got: len(got) >= count)
        return self.got

    def set(self, **attributes: str) -> None:
        """Set attributes of the queue."""
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes=attributes)

    def admit(self, service: str, source: str) -> None:
        """Let an AWS service send into the queue on behalf of *source*."""
        condition = {"ArnEquals": {"aws:SourceArn": source}}
        admitted = trusting({"Service": f"{service}.amazonaws.com"}, "sqs:SendMessage")
        self.set(Policy=document({**admitted, "Resource": self.arn, "Condition": condition}))
