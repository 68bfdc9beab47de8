"""Is `deployed` reported only when what serves is what was meant, and an incident only once?"""

from datetime import UTC, datetime

import pytest

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout.names import alarm
from factory.serving.intent import Intent
from factory.serving.outcome import Found, Outcome, outcome
from factory.serving.proof import PATIENCE, Proof
from tests.factory.serving.test_rollout import (
    DONE,
    FELL_BACK,
    NEVER_CAME_UP,
    NOT_BEGUN,
    ON_ITS_WAY,
    REMOVED,
    SERVING,
    V1,
    V2,
    V3,
    but,
    endpoint,
)

OLD, NEW, DRIFT = (
    alarm("mw-dev-churn", V1, "errors"),
    alarm("mw-dev-churn", V2, "errors"),
    alarm("mw-dev-churn", "drift"),
)
ALARMS = [OLD, NEW, DRIFT]
AFTER_FAILURE = but(DONE, failed=(V3, V1))
AGAIN = but(FELL_BACK, failed=(V2,))
SECOND = but(FELL_BACK, failed=(V3,))
BY_HAND = but(DONE, serves="mw-dev-churn-v1-deadbeef")
PROVEN = Proof(alone=12, rounds=1)
REFUTED = Proof(failures=2, why="1 judged rows as text/csv get an answer that is neither")
CHANGED = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOW = CHANGED.timestamp()


def told(found, alarms, proof=PROVEN, now=NOW, objection="", intent=None):
    """Return what is done about an endpoint that came to rest at noon, a moment ago."""
    if found and found.deployed:
        found = but(found, changed=CHANGED.isoformat())
    known = Found(
        endpoint=found,
        intent=intent or (found.intent if found else Intent()),
        alarms=alarms,
        proof=proof,
        objection=objection,
        now=now,
    )
    return outcome(known)


@pytest.mark.parametrize(
    "found", [None, NOT_BEGUN, ON_ITS_WAY, BY_HAND, endpoint(serves="by-hand", intent=Intent())]
)
def test_nothing_is_done_about_what_is_on_its_way_or_was_changed_by_hand(found):
    assert told(found, ALARMS) == Outcome()


def test_alarms_of_what_was_taken_out_of_service_are_deleted_with_it():
    assert told(None, ALARMS, intent=REMOVED.intent) == Outcome(stale=(OLD, NEW))


def test_what_the_registry_does_not_call_approved_is_not_deployed_however_it_answers():
    done = told(DONE, [], objection="grace has made version 2 Rejected: it is unlawful")
    failed, opened = done.events
    assert (failed.TYPE, opened.TYPE) == (DeploymentFailed.TYPE, IncidentOpened.TYPE)
    assert failed.reason == (
        f"endpoint mw-dev-churn serves {V2}, and grace has made version 2 Rejected: it is unlawful"
    )
    assert (done.ask, done.again) == (False, False)


@pytest.mark.parametrize(
    ("found", "events"),
    [
        (SERVING, [ModelDeployed.TYPE]),
        (DONE, [ModelDeployed.TYPE]),
        (AFTER_FAILURE, [ModelDeployed.TYPE, IncidentClosed.TYPE, IncidentClosed.TYPE]),
        (FELL_BACK, [DeploymentFailed.TYPE, IncidentOpened.TYPE]),
        (AGAIN, [DeploymentFailed.TYPE, IncidentOpened.TYPE]),
        (SECOND, [DeploymentFailed.TYPE]),
        (NEVER_CAME_UP, [DeploymentFailed.TYPE, IncidentOpened.TYPE]),
    ],
)
def test_what_is_reported(found, events):
    assert [event.TYPE for event in told(found, []).events] == events


@pytest.mark.parametrize(("found", "stale"), [(DONE, (OLD,)), (FELL_BACK, (NEW,))])
def test_only_alarms_of_what_serves_no_more_are_deleted(found, stale):
    assert told(found, ALARMS).stale == stale


def test_an_outcome_names_what_was_meant_and_what_serves():
    (deployed,) = told(but(DONE, package="arn:model-package/mw-dev-churn/2"), []).events
    assert (deployed.subject, deployed.key) == ("model/churn/2", V2)
    assert deployed.detail() == {
        "package": "arn:model-package/mw-dev-churn/2",
        "endpoint": "mw-dev-churn",
        "config": V2,
        "serves": V2,
    }


def test_a_failure_is_reported_in_sagemaker_s_words():
    found = but(FELL_BACK, trouble="an alarm went off")
    failed, opened = told(found, []).events
    assert failed.reason == f"endpoint mw-dev-churn should serve {V2}, has {V1}: an alarm went off"
    assert opened.incident == f"deployment/churn/{V2}"


def test_what_was_not_asked_enough_yet_is_asked_and_looked_at_again():
    assert told(SERVING, ALARMS, Proof()) == Outcome(ask=True, again=True)


def test_what_was_not_asked_enough_in_time_is_not_deployed():
    done = told(SERVING, ALARMS, Proof(alone=2, rounds=1), NOW + PATIENCE + 1)
    failed, opened = done.events
    assert (failed.TYPE, opened.TYPE) == (DeploymentFailed.TYPE, IncidentOpened.TYPE)
    assert failed.reason == (
        f"endpoint mw-dev-churn serves {V1}, and its probes did not run or ran too few: 2 answers "
        "that can only be its own were seen, in 1 rounds"
    )
    assert (failed.serves, failed.config) == (V1, V1)
    assert (done.ask, done.again) == (False, False)


def test_what_answers_otherwise_than_judged_is_not_deployed_at_once():
    done = told(SERVING, [], REFUTED)
    failed, opened = done.events
    assert opened.incident == f"deployment/churn/{V1}"
    assert failed.reason.startswith(
        f"endpoint mw-dev-churn serves {V1}, which answers otherwise than judged: 2 of its probes"
    )


def test_what_was_proven_once_stays_deployed_for_good():
    late = told(SERVING, [], PROVEN, NOW + 1000 * PATIENCE)
    assert [event.TYPE for event in late.events] == [ModelDeployed.TYPE]
