"""What follows when something serves that may not, in which order?"""

import dataclasses
import json

import pytest

from factory.events.model import DeploymentFailed, ModelRecalled
from factory.promotion import effects, recall
from factory.promotion.effects import Keep
from factory.promotion.facts import RecallFacts
from tests.factory.promotion.test_evidence import registered
from tests.factory.promotion.test_plan import GUARDS, MADE, PREPARE, PROMOTED, SETTINGS, of, order
from tests.factory.promotion.test_rollback import PACKAGE, SERVES_V3, facts
from tests.factory.serving.test_rollout import V3

FAILED = DeploymentFailed(
    model="churn",
    version=3,
    reason="it answers otherwise than judged",
    key=V3,
    package="arn:model-package/mw-dev-churn/3",
    endpoint="mw-dev-churn",
    config=V3,
    serves=V3,
)
CONFIG = recall.config_of(FAILED, PACKAGE)
NOT_BEGUN = dataclasses.replace(SERVES_V3, meant=CONFIG, before="11:00")
ON_ITS_WAY = dataclasses.replace(NOT_BEGUN, status="Updating", pending=CONFIG, changed="12:00")
DONE = dataclasses.replace(ON_ITS_WAY, status="InService", serves=CONFIG, pending="")
RECALLED = ModelRecalled.TYPE
UPDATE = ["tag", *GUARDS, "update endpoint"]


def earlier(endpoint=SERVES_V3, **changes):
    return facts(endpoint=endpoint, later=(), **changes)


def known(endpoint=SERVES_V3, before=None, *, again=False, alone=False):
    before = None if alone else before or earlier(endpoint)
    return RecallFacts(endpoint=endpoint, again=again, earlier=before)


ORDERS = {
    "the version before serves again": (known(), [RECALLED, *PREPARE, *UPDATE, PROMOTED]),
    "again after the configuration": (
        known(before=earlier(prepared=MADE)),
        [RECALLED, *UPDATE, PROMOTED],
    ),
    "again after the tags": (
        known(NOT_BEGUN, earlier(NOT_BEGUN, prepared=MADE)),
        [RECALLED, *UPDATE, PROMOTED],
    ),
    "again after the update began": (known(ON_ITS_WAY), [RECALLED, PROMOTED]),
    "again after the update was done": (known(DONE), [RECALLED, PROMOTED]),
    "another update is on its way": (
        known(dataclasses.replace(SERVES_V3, status="Updating", pending="other")),
        [],
    ),
    "it was the first version": (known(alone=True), [RECALLED, "delete endpoint"]),
    "the version before was never recorded": (
        known(before=earlier(recorded=False)),
        [RECALLED, "delete endpoint"],
    ),
    "the version before is rejected": (
        known(before=earlier(package=registered(status="Rejected"))),
        [RECALLED, "delete endpoint"],
    ),
    "it serves because of a recall": (known(again=True), []),
    "the endpoint is gone": (known(None, alone=True), []),
    "something else serves": (known(dataclasses.replace(SERVES_V3, serves="other")), []),
    "something else was begun": (known(dataclasses.replace(SERVES_V3, meant="other")), []),
    "something else was begun, and nothing may serve instead": (
        known(dataclasses.replace(SERVES_V3, meant="other"), alone=True),
        [],
    ),
    "it never came up": (known(dataclasses.replace(SERVES_V3, status="Failed")), []),
}


@pytest.mark.parametrize("row", ORDERS)
def test_the_effects_of_a_recall_have_an_order(row):
    given, wanted = ORDERS[row]
    assert order(recall.of_failure(FAILED, given, SETTINGS)) == wanted


def test_it_is_told_what_is_recalled_why_and_what_serves_instead():
    told = recall.of_failure(FAILED, known(), SETTINGS).effects[0].event
    assert (told.subject, told.key, told.instead) == ("model/churn/3", V3, CONFIG)
    assert told.reason == f"it answers otherwise than judged; {CONFIG} serves instead"
    told = recall.of_failure(FAILED, known(alone=True), SETTINGS).effects[0].event
    assert told.reason.endswith("nothing else may serve, so nothing does")


def test_what_serves_instead_says_that_it_does_so_that_it_is_not_recalled_itself():
    wanted = recall.of_failure(FAILED, known(), SETTINGS)
    (kept,) = of(wanted, Keep)
    assert json.loads(kept.body)["recalls"] == V3
    (update,) = of(wanted, effects.UpdateEndpoint)
    policy = update.request["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"]["Type"] == "ALL_AT_ONCE"
