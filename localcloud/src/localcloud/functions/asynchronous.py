"""When does a function run that nobody waits for, and what if it fails or has no turn?"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends

from localcloud import clock, places, reactor
from localcloud.functions import errors, failed, metrics, runs, versions
from localcloud.functions.outcome import Outcome
from localcloud.functions.pool import Throttled
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

    from localcloud.origin import Chain

RETRY_SECONDS = (60, 120)  # AWS waits one minute before the first retry, two before the second
MOST_THROTTLED_SECONDS = 300
"""AWS tries a throttled event again after a second, and then later and later, up to this."""
EVENT_AGE_SECONDS = 21_600


def later(target: LambdaFunction, event: Any, chain: Chain | None = None) -> None:
    """Run the function soon, as an asynchronous invocation with its retries.

    *chain* is that of what it is invoked for.
    """
    metrics.count(target, "AsyncEventsReceived")
    _begin(_Invocation(str(target.function_arn), target.function_name, event, clock.now(), chain))


@dataclass(frozen=True)
class _Invocation:
    """An event that waits for its function, as plain data: it outlasts the cloud's process."""

    arn: str
    name: str
    event: Any
    since: float
    chain: Chain | None
    attempt: int = 1
    throttled: int = 0
    """How often in turn there was no turn for it."""

    def target(self) -> LambdaFunction:
        """Return the function; raise UnknownFunctionException when it is deleted."""
        name, version = versions.split(self.arn)
        place = places.of(name)
        return lambda_backends[place.account][place.region].get_function(name, version)


@durable
def _begin(invocation: _Invocation) -> None:
    work = places.bound(partial(_run, invocation), places.of(invocation.arn))
    reactor.start(f"invoke {invocation.name}", work)


@durable
def _run(invocation: _Invocation) -> None:
    try:
        target = invocation.target()
    except UnknownFunctionException:  # deleted meanwhile: its events go with it
        return
    event, attempt = invocation.event, invocation.attempt
    try:
        outcome = runs.run(target, event, attempt, invocation.chain)
    except Throttled:
        _wait(invocation, target)
        return
    retries = _setting(target, "MaximumRetryAttempts", len(RETRY_SECONDS))
    if not outcome.error:
        failed.report_success(target, event, outcome, attempt)
    elif attempt <= retries:
        again = replace(invocation, attempt=attempt + 1, throttled=0)
        due = clock.now() + RETRY_SECONDS[attempt - 1]
        reactor.at(due, f"retry {attempt} of {invocation.name}", partial(_begin, again))
    else:
        failed.report_failure(target, event, outcome, attempt)


def _wait(invocation: _Invocation, target: LambdaFunction) -> None:
    """Try again later, until the event is too old."""
    due = clock.now() + min(MOST_THROTTLED_SECONDS, 2**invocation.throttled)
    oldest = _setting(target, "MaximumEventAgeInSeconds", EVENT_AGE_SECONDS)
    if due > invocation.since + oldest:
        request_id = str(uuid.uuid4())
        answer = errors.ended("TooManyRequestsException", "Rate Exceeded.", request_id)
        outcome = Outcome(json.dumps(answer), error=True, output="", request_id=request_id)
        failed.report_failure(target, invocation.event, outcome, invocation.attempt)
        return
    again = replace(invocation, throttled=invocation.throttled + 1)
    reactor.at(due, f"throttled {invocation.name}", partial(_begin, again))


def _setting(target: LambdaFunction, name: str, default: int) -> int:
    return int(failed.settings(target).get(name, default))
