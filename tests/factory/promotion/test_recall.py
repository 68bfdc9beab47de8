"""What follows when something serves that may not, in which order?"""

import dataclasses
import json

import pytest

from factory.catalogue.spec import REMOVE, Serving
from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelRecalled
from factory.layout.names import alarm
from factory.promotion import effects, recall
from factory.promotion.effects import CallBack, Emit, Keep
from factory.promotion.facts import RecallFacts, ServingFacts
from factory.serving.intent import Intent
from tests.factory.gates.test_gates import MODEL
from tests.factory.promotion.test_evidence import registered
from tests.factory.promotion.test_plan import (
    GUARDS,
    KEPT,
    MADE,
    PREPARE,
    PROMOTED,
    SETTINGS,
    meant,
    of,
    order,
)
from tests.factory.promotion.test_rollback import LATER, PACKAGE, SERVES_V3, facts
from tests.factory.serving.test_rollout import V3, but, endpoint

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
CONFIG = recall.config_of(V3, PACKAGE)
NOT_BEGUN = but(SERVES_V3, meant=CONFIG, before="11:00")
ON_ITS_WAY = but(NOT_BEGUN, status="Updating", pending=CONFIG, changed="12:00")
DONE = but(ON_ITS_WAY, status="InService", serves=CONFIG, pending="")
RECALLED = ModelRecalled.TYPE
MOVE = [*GUARDS, "update endpoint", PROMOTED]
UPDATE = ["mean", RECALLED, *MOVE]
NOTHING = ["mean", RECALLED, "delete endpoint"]


def earlier(endpoint=SERVES_V3, **changes):
    intent = endpoint.intent if endpoint else Intent()
    return facts(endpoint=endpoint, intent=intent, later=(), **changes)


def known(endpoint=SERVES_V3, before=None, *, again=False, alone=False):
    before = None if alone else before or earlier(endpoint)
    intent = endpoint.intent if endpoint else Intent()
    return RecallFacts(endpoint=endpoint, intent=intent, again=again, earlier=before, now=1000.0)


ORDERS = {
    "the version before serves again": (known(), [*PREPARE, *UPDATE]),
    "again after the configuration": (
        known(before=earlier(prepared=MADE)),
        [*KEPT, *UPDATE],
    ),
    "again after it was meant": (
        known(NOT_BEGUN, earlier(NOT_BEGUN, prepared=MADE)),
        [*KEPT, *UPDATE],
    ),
    "again after the update began": (known(ON_ITS_WAY), [RECALLED, PROMOTED]),
    "again after the update was done": (known(DONE), [RECALLED, PROMOTED]),
    "another update is on its way": (
        known(but(SERVES_V3, status="Updating", pending="other")),
        [],
    ),
    "it was the first version": (known(alone=True), NOTHING),
    "again after nothing was meant": (
        known(but(SERVES_V3, meant="", before="1970-01-01T00:16:40+00:00"), alone=True),
        [RECALLED, "delete endpoint"],
    ),
    "somebody else made it": (known(endpoint(serves=V3, intent=Intent()), alone=True), []),
    "the version before was never recorded": (
        known(before=earlier(recorded=False)),
        NOTHING,
    ),
    "the version before is rejected": (
        known(before=earlier(package=registered(status="Rejected"))),
        NOTHING,
    ),
    "it serves because of a recall": (known(again=True), []),
    "the endpoint is gone": (known(None, alone=True), []),
    "something else serves": (known(but(SERVES_V3, serves="other")), []),
    "something else was begun": (known(but(SERVES_V3, meant="other")), []),
    "something else was begun, and nothing may serve instead": (
        known(but(SERVES_V3, meant="other"), alone=True),
        [],
    ),
    "it never came up": (known(but(SERVES_V3, status="Failed")), []),
}


@pytest.mark.parametrize("row", ORDERS)
def test_the_effects_of_a_recall_have_an_order(row):
    given, wanted = ORDERS[row]
    assert order(recall.of_failure(FAILED, given, SETTINGS)) == wanted


def test_it_is_told_what_is_recalled_why_and_what_serves_instead():
    told = of(recall.of_failure(FAILED, known(), SETTINGS), Emit)[0].event
    assert (told.subject, told.key, told.instead) == ("model/churn/3", V3, CONFIG)
    assert told.reason == f"it answers otherwise than judged; {CONFIG} serves instead"
    told = of(recall.of_failure(FAILED, known(alone=True), SETTINGS), Emit)[0].event
    assert told.reason.endswith("nothing else may serve, so nothing does")


def test_what_serves_instead_says_that_it_does_so_that_it_is_not_recalled_itself():
    wanted = recall.of_failure(FAILED, known(), SETTINGS)
    kept, _ = of(wanted, Keep)
    assert json.loads(kept.body)["recalls"] == V3
    (update,) = of(wanted, effects.UpdateEndpoint)
    policy = update.request["DeploymentConfig"]["BlueGreenUpdatePolicy"]
    assert policy["TrafficRoutingConfiguration"]["Type"] == "ALL_AT_ONCE"


REJECTED = dataclasses.replace(LATER, status="Rejected", reason="it is unlawful")
RETIRED = dataclasses.replace(MODEL, retired=True)
TAKEN_DOWN = dataclasses.replace(MODEL, serving=Serving(on_rejection=REMOVE))
INCIDENT = IncidentOpened.TYPE
INSTEAD = [*PREPARE, "mean", RECALLED, INCIDENT, *MOVE]
REMOVED = ["mean", RECALLED, INCIDENT, "delete endpoint"]
BAKING = but(SERVES_V3, status="Updating", pending=V3, serves="mw-dev-churn-v2-11111111")
FELL_BACK = but(SERVES_V3, meant="mw-dev-churn-v4-44444444", origin=V3, before="10:00")
MOVED = but(SERVES_V3, meant="mw-dev-churn-v4-44444444", before="10:00")


def serving(endpoint=SERVES_V3, package=REJECTED, model=MODEL, **how):
    return ServingFacts(recall=known(endpoint, **how), package=package, model=model)


STANDS = {
    "it is approved": (serving(package=LATER), []),
    "it was rejected": (serving(), INSTEAD),
    "it waits for a decision again": (
        serving(package=dataclasses.replace(LATER, status="PendingManualApproval")),
        INSTEAD,
    ),
    "it was rejected, and was the first": (serving(alone=True), REMOVED),
    "it was rejected, and nothing serves instead by policy": (serving(model=TAKEN_DOWN), REMOVED),
    "it was rejected, and its model is in no catalogue": (serving(model=None), INSTEAD),
    "its model was retired": (serving(package=LATER, model=RETIRED), NOTHING),
    "its model is in no catalogue": (serving(package=LATER, model=None), []),
    "it was rejected while it bakes": (serving(BAKING), ["call back"]),
    "its model was retired while it bakes": (serving(BAKING, LATER, RETIRED), ["call back"]),
    "it was rejected before SageMaker says what comes": (
        serving(but(BAKING, pending="")),
        ["call back"],
    ),
    "it was rejected while its endpoint is made": (
        serving(but(BAKING, status="Creating", pending="", serves=V3)),
        [],
    ),
    "it was rejected while AWS maintains its endpoint": (
        serving(but(BAKING, status="SystemUpdating", pending="", serves=V3)),
        [],
    ),
    "it was rejected while somebody else moves its endpoint": (
        serving(but(BAKING, pending="other")),
        [],
    ),
    "it was rejected after another update fell back to it": (serving(FELL_BACK), INSTEAD),
    "it was rejected, and serves by hand": (serving(MOVED), []),
    "it was rejected, and has failed": (serving(but(SERVES_V3, status="Failed")), []),
    "it is on its way instead of another": (
        dataclasses.replace(serving(ON_ITS_WAY, PACKAGE), recalls=V3),
        [PROMOTED],
    ),
    "something else is meant by now": (
        dataclasses.replace(serving(MOVED, LATER), recalls="other"),
        [],
    ),
    "promotion brought nothing there": (serving(package=None), []),
    "nothing is there": (serving(None, alone=True), []),
}


@pytest.mark.parametrize("row", STANDS)
def test_the_effects_of_what_may_not_serve_any_longer(row):
    given, wanted = STANDS[row]
    assert order(recall.of_serving(given, SETTINGS)) == wanted


def test_a_rejection_is_told_with_who_and_why_and_the_next_that_is_deployed_closes_it():
    wanted = recall.of_serving(serving(), SETTINGS)
    recalled, opened = (e.event for e in of(wanted, Emit)[:2])
    assert recalled.reason.startswith("grace has made version 3 Rejected: it is unlawful; ")
    assert opened.incident == f"deployment/churn/{V3}"
    assert meant(wanted).failed == (V3,)


def test_a_rejection_is_told_also_while_another_incident_is_open():
    wanted = recall.of_serving(serving(but(SERVES_V3, failed=("other",))), SETTINGS)
    assert order(wanted) == INSTEAD
    assert meant(wanted).failed == ("other", V3)


@pytest.mark.parametrize("alone", [False, True])
def test_nothing_is_told_of_a_recall_when_something_else_was_meant_first(alone):
    wanted = order(recall.of_serving(serving(alone=alone), SETTINGS))
    told = {RECALLED, INCIDENT, PROMOTED}
    assert told.isdisjoint(wanted[: wanted.index("mean")])


def test_nothing_is_meant_when_nothing_may_serve():
    intent = meant(recall.of_serving(serving(package=LATER, model=RETIRED), SETTINGS))
    assert (intent.config, intent.why, intent.failed) == ("", "churn is retired", ())
    assert intent.last == SERVES_V3.intent.aim


def test_the_update_of_the_very_configuration_is_called_back():
    guards = {alarm("mw-dev-churn", V3, kind): {"Period": 60} for kind in ("errors", "probes")}
    given = dataclasses.replace(serving(BAKING), guards=guards)
    guard, back = recall.of_serving(given, SETTINGS).effects
    assert back == CallBack(model="churn", config=V3)
    assert guard.alarm == f"mw-dev-churn/{V3}/probes"
    assert guard.settings == {"Period": 60, "TreatMissingData": "breaching"}
