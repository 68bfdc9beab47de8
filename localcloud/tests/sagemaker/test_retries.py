"""AWS says (Retry Policy for Pipeline Steps) / we say."""

from __future__ import annotations

import pytest

from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.retries import TYPES, Retries, parse

FAULT, THROTTLING, CAPACITY = "Step.SERVICE_FAULT", "Step.THROTTLING", "SageMaker.CAPACITY_ERROR"


def retries(*policies, kind="Training"):
    return Retries(parse(policies, kind, "Step A"), began=1000)


def waits(of, exception, now=1000):
    """Tell how long each retry waits until there is none any more, or far too many."""
    found = []
    while len(found) < 99 and (due := of.due(exception, now)) is not None:
        found.append(due - now)
        now = due
    return found


def policy(*types, **more):
    return {"ExceptionType": list(types), **more}


def test_the_interval_grows_by_the_backoff_rate_for_so_many_attempts():
    given = retries(policy(CAPACITY, IntervalSeconds=60, BackoffRate=3, MaxAttempts=3))
    assert waits(given, CAPACITY) == [60, 180, 540]


def test_the_defaults_are_one_second_doubled_five_times():
    assert waits(retries(policy(CAPACITY)), CAPACITY) == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("kind", ["Processing", "Training", "RegisterModel"])
@pytest.mark.parametrize("exception", [FAULT, THROTTLING])
def test_faults_of_the_service_are_retried_without_a_policy(kind, exception):
    assert waits(retries(kind=kind), exception) == [1, 2, 4, 8, 16]


def test_a_policy_overrides_what_is_retried_without_one():
    given = retries(policy(FAULT, MaxAttempts=0))
    assert waits(given, FAULT) == []
    assert len(waits(given, THROTTLING)) == 5


@pytest.mark.parametrize("exception", [None, *sorted(TYPES - {FAULT, THROTTLING, CAPACITY})])
def test_what_is_not_named_is_never_retried(exception):
    assert waits(retries(policy(CAPACITY)), exception) == []


def test_retries_cease_when_the_error_recurs_after_so_many_minutes():
    limit = policy(CAPACITY, ExpireAfterMin=2, IntervalSeconds=50, BackoffRate=1)
    assert waits(retries(limit), CAPACITY) == [50, 50, 50]
    assert waits(retries(limit), CAPACITY, now=1121) == []
    assert waits(retries(policy(CAPACITY, ExpireAfterMin=0)), CAPACITY) == []


def test_each_policy_counts_its_own_attempts_and_the_first_that_matches_decides():
    given = retries(policy(CAPACITY, MaxAttempts=1), policy(CAPACITY, THROTTLING, MaxAttempts=2))
    assert len(waits(given, CAPACITY)) == 1
    assert len(waits(given, THROTTLING)) == 2


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ({"ExceptionType": CAPACITY}, "is not a list"),
        ({"MaxAttempts": 1}, "ExceptionType None"),
        (policy("Step.FAULT"), "Step.FAULT"),
        (policy(CAPACITY, MaxAttempts=1, ExpireAfterMin=1), "only one of"),
        (policy(CAPACITY, MaxAttempts=21), "MaxAttempts 21"),
        (policy(CAPACITY, ExpireAfterMin=14_401), "ExpireAfterMin 14401"),
        (policy(CAPACITY, IntervalSeconds=43_201), "IntervalSeconds 43201"),
        (policy(CAPACITY, IntervalSeconds=1.5), "IntervalSeconds 1.5"),
        (policy(CAPACITY, BackoffRate="2"), "BackoffRate '2'"),
        (policy(CAPACITY, Jitter=1), "Jitter"),
    ],
)
def test_a_policy_that_aws_would_not_take_is_refused_by_name(raw, named):
    with pytest.raises(PipelineError, match=named):
        retries(raw)


@pytest.mark.parametrize("kind", ["Condition", "Fail"])
def test_other_kinds_of_steps_have_no_retry_policy(kind):
    assert parse([], kind, "Step A") == ()
    with pytest.raises(PipelineError, match=f"type {kind} has none"):
        parse([policy(FAULT)], kind, "Step A")
