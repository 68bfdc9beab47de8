"""Which words has each way in which somebody else than promotion moves an endpoint?"""

from dataclasses import replace

import pytest

from factory.reasons import LONGEST
from factory.reconciliation import checks
from factory.reconciliation.facts import Seen
from factory.reconciliation.trail import Call
from factory.serving.intent import Aim, Intent
from factory.serving.standing import GRACE
from tests.factory.reconciliation.cases import (
    FIRST,
    INTENT,
    NAME,
    NOW,
    PACKAGE,
    SECOND,
    THIRD,
    endpoint,
    facts,
)

CALL = Call(name="UpdateEndpoint", who="mallory", at="now")
BEFORE = "2027-01-14T00:00:00+00:00"
NOTHING = replace(INTENT, config="", package="", before=BEFORE, last=INTENT.aim)
DELETE = f"aws sagemaker delete-endpoint --endpoint-name {NAME}"
BACK = f"aws sagemaker update-endpoint --endpoint-name {NAME} --endpoint-config-name {SECOND}"
STANDINGS = {
    "it serves a configuration of ours": (
        {"endpoint": endpoint(serves=FIRST)}, f"serves {FIRST}", f"the endpoint {NAME} serves",
        BACK,
    ),
    "it is being moved": (
        {"endpoint": endpoint(status="Updating", pending="mine")}, "serves mine",
        f"the endpoint {NAME} is being moved to mine", f"{BACK}, when it is at rest",
    ),
    "it is being deleted": (
        {"endpoint": endpoint(status="Deleting")}, "deleted", f"the endpoint {NAME} was deleted",
        "create-endpoint",
    ),
    "it is gone": (
        {"endpoint": None}, "deleted", f"the endpoint {NAME} was deleted", "create-endpoint",
    ),
    "nobody meant it": (
        {"intent": Intent(), "endpoint": endpoint(Intent())}, "foreign",
        f"an endpoint {NAME} is there that promotion did not make", DELETE,
    ),
    "it was made again": (
        {"intent": NOTHING, "endpoint": endpoint(NOTHING, created=NOW)}, "again",
        f"the endpoint {NAME} was made again after promotion had taken it away", DELETE,
    ),
}  # fmt: skip


def standing(**changes):
    return checks.differences(facts(**changes), CALL)[f"{NAME}/standing"]


@pytest.mark.parametrize("case", STANDINGS)
def test_a_change_by_hand_says_what_was_meant_who_did_it_and_what_helps(case):
    changes, what, words, remedy = STANDINGS[case]
    found = standing(**changes)
    assert (found.what, found.about) == (what, "model/churn")
    assert found.reason.startswith(f"changed by hand: {words}")
    assert "mallory called UpdateEndpoint at now; nothing was withdrawn" in found.reason
    assert remedy in found.reason
    assert len(found.reason) <= LONGEST


def test_an_endpoint_that_was_never_seen_at_rest_was_maybe_never_made():
    found = standing(endpoint=None, rested=False, intent=replace(INTENT, before="never"))
    assert found.what == "never made"
    assert found.reason.startswith(f"the endpoint {NAME} was never made, or deleted before it was")
    assert "create-endpoint" in found.reason
    assert len(found.reason) <= LONGEST


def test_an_endpoint_that_promotion_could_not_delete_was_not_changed_by_hand():
    found = standing(intent=NOTHING, endpoint=endpoint(NOTHING))
    assert found.reason.startswith(f"the endpoint {NAME} stands, although it was to be deleted")


def test_what_is_on_its_way_is_not_compared():
    moving = endpoint(status="Updating", pending=SECOND)
    assert checks.differences(facts(endpoint=moving), None) == {}


def test_nothing_differs_where_nothing_is_meant_and_nothing_serves():
    found = checks.differences(facts(intent=NOTHING, endpoint=None), None)
    assert set(found) == {f"{NAME}/{thing}" for thing in checks.THINGS}
    assert set(found.values()) == {None}


def test_whoever_called_something_else_did_not_do_it():
    other = Call(name="DeleteAlarms", who="mallory", at="now")
    found = checks.differences(facts(endpoint=None), other)[f"{NAME}/standing"]
    assert "mallory" not in found.reason
    assert "CloudTrail's event history says who did it" in found.reason


def test_long_words_of_others_leave_room_for_the_remedy():
    intent = replace(INTENT, why="x" * 5000)
    far = endpoint(intent, serves="y" * 63)
    found = checks.differences(
        facts(intent=intent, endpoint=far), Call(name="UpdateEndpoint", who="z" * 150, at="n" * 30)
    )
    reason = found[f"{NAME}/standing"].reason
    assert len(reason) <= LONGEST
    assert reason.endswith(BACK)


REJECTED = replace(PACKAGE, status="Rejected", reason="it is unlawful")


@pytest.mark.parametrize(("seen", "told"), [(0, False), (NOW - 60, False), (NOW - GRACE, True)])
def test_what_was_rejected_and_serves_is_told_when_promotion_had_time(seen, told):
    known = facts(package=REJECTED, seen=Seen(name=NAME, unfit=int(seen)))
    found = checks.differences(known, None)[f"{NAME}/package"]
    assert (found is not None) == told
    if found:
        assert "still serves, although grace has made version 2 Rejected" in found.reason


def test_a_version_whose_outcome_failed_is_compared_with_what_serves_instead():
    intent = replace(INTENT, config=THIRD, serves=SECOND, last=Aim(config=SECOND))
    found = checks.differences(facts(intent=intent, endpoint=endpoint(intent), rested=False), None)
    assert found[f"{NAME}/standing"] is None
    assert f"{NAME}/package" in found
