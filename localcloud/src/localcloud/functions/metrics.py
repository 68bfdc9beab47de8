"""What does CloudWatch learn about a function?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud import own_metrics
from localcloud.own_metrics import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.awslambda.models import LambdaFunction

NAMESPACE = "AWS/Lambda"
DROPPED = "RecursiveInvocationsDropped"
"""Tells of a chain that was stopped."""
UNDELIVERED = "DestinationDeliveryFailures"
UNBURIED = "DeadLetterErrors"
METRICS = frozenset(
    {"Invocations", "Errors", "Duration", "Throttles", "AsyncEventsReceived"}
    | {DROPPED, UNDELIVERED, UNBURIED}
)
"""After "Types of metrics for Lambda functions"; concurrency and ages are not measured."""


def install() -> None:
    """Let alarms be put on what is measured here."""
    own_metrics.measured[NAMESPACE] = METRICS


def ran(target: LambdaFunction, seconds: float, *, failed: bool) -> None:
    """Count a run that took so many real seconds."""
    own_metrics.count(_sources(target), {"Invocations": 1, "Errors": int(failed), "Throttles": 0})
    own_metrics.count(_sources(target), {"Duration": round(seconds * 1000, 2)}, "Milliseconds")


def count(target: LambdaFunction, name: str) -> None:
    """Count one more of the metric *name*."""
    own_metrics.count(_sources(target), {name: 1})


def _sources(target: LambdaFunction) -> Iterator[Source]:
    """Yield what a run counts for: the function, all functions, and a published version."""
    place, name = (target.account_id, target.region, NAMESPACE), target.function_name
    yield Source(*place, (("FunctionName", name),))
    yield Source(*place, ())
    if str(target.version) != "$LATEST":
        resource = f"{name}:{target.version}"
        yield Source(*place, (("FunctionName", name), ("Resource", resource)))
