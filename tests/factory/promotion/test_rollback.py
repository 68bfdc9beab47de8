"""What follows when a person asks for an earlier version, in which order?"""

import dataclasses

import pytest

from factory.events.model import RollbackRefused
from factory.events.people import RollbackRequested
from factory.promotion import effects, rollback
from factory.promotion.effects import Emit, Keep
from factory.promotion.facts import RollbackFacts
from factory.promotion.rollback import RollbackRecord
from factory.promotion.service import Prepared
from factory.serving.intent import Aim
from tests.factory.gates.test_gates import MODEL
from tests.factory.promotion.test_approval import ARTIFACT
from tests.factory.promotion.test_evidence import BASELINE, registered
from tests.factory.promotion.test_origin import RECORDED, REVOKED
from tests.factory.promotion.test_plan import (
    GUARDS,
    KEPT,
    MADE,
    PREPARE,
    PROMOTED,
    REFUSED,
    SETTINGS,
    meant,
    of,
    order,
)
from tests.factory.serving.test_rollout import V3, but, endpoint

PACKAGE = registered()
LATER = registered(arn="arn:aws:sagemaker:us-east-1:1:model-package/mw-dev-churn/3", version=3)
REQUEST = RollbackRequested(
    model="churn",
    version=2,
    actor="person/grace",
    reason="it selects too few",
    key="request",
    package=PACKAGE.arn,
    serving=V3,
)
CONFIG = rollback.config_of(REQUEST, PACKAGE)

SERVES_V3 = endpoint(serves=V3, meant=V3, package=LATER.arn)
BUSY = but(SERVES_V3, status="Updating", pending="mw-dev-churn-v4-44444444")
SERVES_V4 = endpoint(serves="mw-dev-churn-v4-44444444", meant="mw-dev-churn-v4-44444444")
NOT_BEGUN = but(SERVES_V3, meant=CONFIG, before="11:00")
ON_ITS_WAY = but(NOT_BEGUN, status="Updating", pending=CONFIG, changed="12:00")
MEANT_BEFORE = Aim(config="mw-dev-churn-v4-44444444", package="arn:4", before="11:00")
ANOTHER_WAY = but(ON_ITS_WAY, pending="mw-dev-churn-v4-44444444", last=MEANT_BEFORE)
SERVES_V2 = endpoint(serves="mw-dev-churn-v2-11111111", meant="mw-dev-churn-v2-11111111")

UPDATE = ["mean", *GUARDS, "update endpoint"]
KEEP = "keep rollbacks"
NO = [RollbackRefused.TYPE]


def facts(**changes):
    known = RollbackFacts(
        package=PACKAGE,
        model=MODEL,
        recorded=True,
        archived=ARTIFACT,
        endpoint=SERVES_V3,
        intent=SERVES_V3.intent,
        prepared=Prepared(baseline=BASELINE),
        definition=RECORDED,
        later=(LATER,),
        now=1000.0,
    )
    return dataclasses.replace(known, **changes)


ORDERS = {
    "an earlier version serves again": ({}, [KEEP, *PREPARE, *UPDATE, PROMOTED]),
    "again after the record": ({"written": True}, [KEEP, *PREPARE, *UPDATE, PROMOTED]),
    "again after the configuration": (
        {"written": True, "prepared": MADE},
        [KEEP, *KEPT, *UPDATE, PROMOTED],
    ),
    "again after it was meant": (
        {"written": True, "prepared": MADE, "endpoint": NOT_BEGUN},
        [*KEPT, *UPDATE, PROMOTED],
    ),
    "again after the update began": (
        {"written": True, "prepared": None, "endpoint": ON_ITS_WAY},
        [PROMOTED],
    ),
    "again when it was done": ({"written": True, "endpoint": SERVES_V4}, []),
    "another update was first": (
        {"written": True, "endpoint": ANOTHER_WAY, "prepared": None},
        ["mean", *NO],
    ),
    "the endpoint is on its way": ({"endpoint": BUSY, "prepared": None}, NO),
    "something else serves than the person saw": ({"endpoint": SERVES_V4}, NO),
    "nothing serves": ({"endpoint": None, "prepared": None}, NO),
    "what serves has failed": (
        {"endpoint": but(SERVES_V3, status="Failed"), "prepared": None},
        NO,
    ),
    "the registry rejects it": ({"package": registered(status="Rejected")}, NO),
    "it was never recorded": ({"recorded": False}, NO),
    "its copy is something else": ({"archived": "b" * 64}, NO),
    "its copy is gone": ({"archived": None}, NO),
    "its baseline is gone": ({"prepared": None}, NO),
    "a builder approved it": ({"package": registered(approver="ada")}, NO),
    "its definition was revoked": ({"definition": REVOKED}, NO),
    "the model is retired": ({"model": dataclasses.replace(MODEL, retired=True)}, NO),
    "the model is not in the catalogue": ({"model": None}, NO),
}
"""Facts to the effects in their order."""


@pytest.mark.parametrize("row", ORDERS)
def test_the_effects_of_a_rollback_have_an_order(row):
    changes, wanted = ORDERS[row]
    assert order(rollback.of_request(REQUEST, facts(**changes), SETTINGS)) == wanted


def test_what_is_not_earlier_is_not_a_rollback():
    seen = dataclasses.replace(REQUEST, serving=SERVES_V2.serves)
    (emit,) = rollback.of_request(seen, facts(endpoint=SERVES_V2), SETTINGS).effects
    assert emit.event.reason == "churn serves version 2: that is not a rollback"


def test_all_traffic_moves_at_once_and_the_alarms_still_take_it_back():
    wanted = rollback.of_request(REQUEST, facts(), SETTINGS)
    (update,) = of(wanted, effects.UpdateEndpoint)
    config = update.request["DeploymentConfig"]
    policy = config["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert policy["Type"] == "ALL_AT_ONCE"
    assert len(config["AutoRollbackConfiguration"]["Alarms"]) == 2


def test_what_is_rolled_back_from_is_written_down_before_anything_moves():
    wanted = rollback.of_request(REQUEST, facts(), SETTINGS)
    (kept,) = [e for e in of(wanted, Keep) if "rollbacks" in e.uri]
    assert RollbackRecord.of(kept.body) == RollbackRecord(
        actor="person/grace",
        reason="grace rolled back: it selects too few",
        withdraws={LATER.arn: LATER.moment},
    )


def test_every_request_brings_a_configuration_of_its_own():
    other = rollback.config_of(dataclasses.replace(REQUEST, key="another"), PACKAGE)
    assert len({other, CONFIG, PACKAGE.config}) == 3


def test_a_refusal_says_who_asked_and_why_it_is_not_done():
    (emit,) = rollback.of_request(REQUEST, facts(endpoint=BUSY), SETTINGS).effects
    assert emit.event.reason == "endpoint mw-dev-churn is Updating to mw-dev-churn-v4-44444444"
    assert emit.event.detail() == {
        "package": PACKAGE.arn,
        "asked": "person/grace",
        "because": "it selects too few",
    }


def test_what_was_meant_before_is_meant_again():
    wanted = rollback.of_request(REQUEST, facts(endpoint=ANOTHER_WAY), SETTINGS)
    assert meant(wanted).aim == MEANT_BEFORE


def test_what_is_meant_says_who_rolled_back_and_why():
    wanted = rollback.of_request(REQUEST, facts(), SETTINGS)
    assert meant(wanted).why == "grace rolled back: it selects too few"


RECORD = RollbackRecord(actor="person/grace", reason="why", withdraws={LATER.arn: LATER.moment})


@pytest.mark.parametrize(
    ("packages", "wanted"),
    [
        ([LATER], REFUSED),
        ([], []),
        ([dataclasses.replace(LATER, status="Rejected")], []),
        ([dataclasses.replace(LATER, at="2026-03-03T00:00:00+00:00")], []),
        ([PACKAGE], []),
        ([LATER, PACKAGE], REFUSED),
    ],
)
def test_a_rollback_that_is_done_ends_the_very_approvals_that_it_named(packages, wanted):
    done = rollback.of_completion(RECORD, packages, SETTINGS)
    assert order(done) == wanted
    assert {e.event.actor for e in of(done, Emit)} <= {"person/grace"}
