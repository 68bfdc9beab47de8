"""How do our operations become SageMaker's?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.sagemaker.responses import SageMakerResponse

from localcloud import moto_patches
from localcloud.iam import Caller, reading
from localcloud.sagemaker import limits


class SageMakerError(ServiceException):
    """Any error SageMaker answers with."""


def invalid(message: str) -> SageMakerError:
    """Return a request that SageMaker does not take."""
    return SageMakerError("ValidationException", message)


def not_found(message: str) -> SageMakerError:
    """Return a name or ARN that nothing has, where SageMaker has a code of its own for it."""
    return SageMakerError("ResourceNotFound", message)


def in_use(message: str) -> SageMakerError:
    """Return a name that is taken."""
    return SageMakerError("ResourceInUse", message)


@dataclass(frozen=True)
class Request:
    """One call: what is asked and by whom."""

    params: dict[str, Any]
    caller: Caller

    def by(self) -> dict[str, Any]:
        """Tell who asks, as SageMaker records it under CreatedBy and LastModifiedBy."""
        identity = {"Arn": self.caller.arn, "PrincipalId": self.caller.principal_id}
        if self.caller.source_identity:
            identity["SourceIdentity"] = self.caller.source_identity
        return {"IamIdentity": identity}


_turn = threading.RLock()
"""Held by each call: names are looked up before they are taken, states before they change.

It is taken before all other locks of ours, and nothing waits under it.
"""
Operation = Callable[[Request], "dict[str, Any] | None"]
_operations: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Register a function as the SageMaker operation of that name."""

    def register(function: Operation) -> Operation:
        _operations[name] = function
        return function

    return register


def install() -> None:
    """Answer SageMaker's API by the registered operations."""
    moto_patches.provide(
        SageMakerResponse,
        {camelcase_to_underscores(name): _method(name, do) for name, do in _operations.items()},
        fixes="writes down what is asked for and runs nothing",
        upstream="policy: jobs, pipelines and endpoints run here in real processes",
    )


def _method(name: str, function: Operation) -> Callable[[SageMakerResponse], ActionResult]:
    def method(self: SageMakerResponse) -> ActionResult:
        if wrong := limits.fault(name, self.params):
            raise invalid(wrong)
        caller = reading.caller(self, reading.access_key(self) or "")
        with _turn:
            return ActionResult(function(Request(dict(self.params), caller)) or {})

    return method
