"""When is a failed step tried again?

Words in quotes are of AWS's "Retry Policy for Pipeline Steps" (SageMaker developer guide,
pipelines-retry-policy). It leaves two things open: attempts are counted for each policy on its
own here, and the retries that happen "automatically" without a policy follow its default numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from localcloud.sagemaker.arguments import OPERATIONS, only
from localcloud.sagemaker.expressions import PipelineError

SERVICE_FAULT = "Step.SERVICE_FAULT"
THROTTLING = "Step.THROTTLING"
JOB_INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"
TYPES = {SERVICE_FAULT, THROTTLING, JOB_INTERNAL_ERROR, CAPACITY_ERROR, RESOURCE_LIMIT}
_KEYS = {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts", "ExpireAfterMin"}
_MOST = {"IntervalSeconds": 43_200, "MaxAttempts": 20, "ExpireAfterMin": 14_400}
_DEFAULT_ATTEMPTS = 5


@dataclass(frozen=True)
class Policy:
    """One retry policy of a step."""

    exceptions: frozenset[str]
    interval: float = 1
    """Seconds before the first retry."""
    backoff: float = 2.0
    """ "The multiplier by which the retry interval increases during each attempt"."""
    attempts: int | None = _DEFAULT_ATTEMPTS
    """The most retries (the first attempt is none); None when `minutes` limits them."""
    minutes: int | None = None
    """Minutes since the step began, after which an error is not retried any more."""


@dataclass
class Retries:
    """The retries of one step in one execution."""

    policies: Sequence[Policy]
    began: float
    _used: dict[Policy, int] = field(default_factory=dict)

    def due(self, exception: str | None, now: float) -> float | None:
        """Say when to try again after *exception* at *now*; None is never.

        The first policy that names the exception decides.
        """
        policy = next((each for each in self.policies if exception in each.exceptions), None)
        if policy is None:
            return None
        used = self._used.get(policy, 0)
        if policy.minutes is not None:
            over = policy.minutes == 0 or now - self.began > policy.minutes * 60
        else:
            over = used >= (policy.attempts or 0)
        if over:
            return None
        self._used[policy] = used + 1
        return now + policy.interval * policy.backoff**used


def parse(raw: Sequence[Mapping[str, Any]], kind: str, where: str) -> tuple[Policy, ...]:
    """Read a step's RetryPolicies and add what is retried without being asked for.

    Of the kinds that run here "the retry policy only supports" Processing, Training and
    RegisterModel. "Pipelines retries [service faults and throttling] automatically. With a retry
    policy, you can override the default retry operation for this exception type."
    """
    if kind not in OPERATIONS:
        if raw:
            raise PipelineError(f"{where}: RetryPolicies: a step of type {kind} has none.")
        return ()
    given = tuple(_policy(each, f"{where}: RetryPolicies") for each in raw)
    named = frozenset().union(*(each.exceptions for each in given))
    automatic = frozenset({SERVICE_FAULT, THROTTLING}) - named
    return (*given, Policy(automatic)) if automatic else given


def _policy(raw: Mapping[str, Any], where: str) -> Policy:
    only(raw, _KEYS, where)
    types = raw.get("ExceptionType")
    if not types or not isinstance(types, list):
        raise PipelineError(f"{where}: ExceptionType {types!r} is not a list of {sorted(TYPES)}.")
    if unknown := sorted(set(types) - TYPES):
        raise PipelineError(f"{where}: ExceptionType {unknown} is none of {sorted(TYPES)}.")
    if "MaxAttempts" in raw and "ExpireAfterMin" in raw:
        raise PipelineError(f"{where}: only one of MaxAttempts and ExpireAfterMin can be given.")
    minutes = _number(raw, "ExpireAfterMin", where)
    attempts = _number(raw, "MaxAttempts", where)
    interval = _number(raw, "IntervalSeconds", where)
    if attempts is None and minutes is None:
        attempts = _DEFAULT_ATTEMPTS
    return Policy(
        frozenset(types), 1 if interval is None else interval, _rate(raw, where), attempts, minutes
    )


def _number(raw: Mapping[str, Any], key: str, where: str) -> int | None:
    """Read an integer between 0 and the most that AWS documents for it."""
    value = raw.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST[key]:
        raise PipelineError(f"{where}: {key} {value!r} is not an integer from 0 to {_MOST[key]}.")
    return value


def _rate(raw: Mapping[str, Any], where: str) -> float:
    value = raw.get("BackoffRate", 2.0)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise PipelineError(f"{where}: BackoffRate {value!r} is not a number from 0 on.")
    return float(value)
