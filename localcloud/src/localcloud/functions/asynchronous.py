"""When does a function run that nobody waits for, and what if it fails or has no turn?"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from localcloud import clock, places, reactor
from localcloud.functions import errors, failed, metrics, runs
from localcloud.functions.outcome import Outcome
from localcloud.functions.pool import Throttled

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
    _Invocation(target, event, clock.now(), chain).begin()


@dataclass(frozen=True)
class _Invocation:
    target: LambdaFunction
    event: Any
    since: float
    chain: Chain | None
    attempt: int = 1
    throttled: int = 0
    """How often in turn there was no turn for it."""

    def begin(self) -> None:
        work = places.bound(self._run, places.of(self.target.function_arn))
        reactor.start(f"invoke {self.target.function_name}", work)

    def _run(self) -> None:
        try:
            outcome = runs.run(self.target, self.event, self.attempt, self.chain)
        except Throttled:
            self._wait()
            return
        retries = self._setting("MaximumRetryAttempts", len(RETRY_SECONDS))
        if not outcome.error:
            failed.report_success(self.target, self.event, outcome, self.attempt)
        elif self.attempt <= retries:
            reactor.at(
                clock.now() + RETRY_SECONDS[self.attempt - 1],
                f"retry {self.attempt} of {self.target.function_name}",
                replace(self, attempt=self.attempt + 1, throttled=0).begin,
            )
        else:
            failed.report_failure(self.target, self.event, outcome, self.attempt)

    def _wait(self) -> None:
        """Try again later, until the event is too old."""
        due = clock.now() + min(MOST_THROTTLED_SECONDS, 2**self.throttled)
        if due > self.since + self._setting("MaximumEventAgeInSeconds", EVENT_AGE_SECONDS):
            request_id = str(uuid.uuid4())
            answer = errors.ended("TooManyRequestsException", "Rate Exceeded.", request_id)
            outcome = Outcome(json.dumps(answer), error=True, output="", request_id=request_id)
            failed.report_failure(self.target, self.event, outcome, self.attempt)
            return
        name = f"throttled {self.target.function_name}"
        reactor.at(due, name, replace(self, throttled=self.throttled + 1).begin)

    def _setting(self, name: str, default: int) -> int:
        return int(failed.settings(self.target).get(name, default))
