"""What follows from a decision, in which order, whatever came before, twice or never?"""

import dataclasses
import json

import pytest

from factory.catalogue.spec import Serving, Watch
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    PromotionDeferred,
)
from factory.events.people import ModelApproved, ModelRejected
from factory.layout.names import alarm
from factory.promotion import effects, plan
from factory.promotion.effects import Archive, Emit, Keep, Mean, Plan, Withdraw
from factory.promotion.facts import DecisionFacts
from factory.promotion.loosened import Loosened, accepting
from factory.promotion.package import ApprovalRecord
from factory.promotion.service import Prepared
from factory.serving.intent import Aim, Intent
from factory.settings import PromoteSettings
from tests.factory.gates.test_gates import MODEL
from tests.factory.promotion.test_approval import ARTIFACT
from tests.factory.promotion.test_evidence import (
    BASELINE,
    BOUND,
    JUDGED,
    REPLAY,
    artifact,
    found,
    measured,
    registered,
)
from tests.factory.promotion.test_package import LOOSENED
from tests.factory.serving.test_rollout import V1, V3, but, endpoint

SETTINGS = PromoteSettings(
    groups="arn:group/",
    stage="dev",
    bus_name="bus",
    index_table="index",
    specs_bucket="specs",
    work_bucket="work",
    evidence_bucket="evidence",
    approved_bucket="approved",
    replays_bucket="replays",
    captures_bucket="captures",
    serving_role_arn="arn:role",
    key_arn="arn:key",
    network="{}",
    alerts_topic_arn="arn:topic",
    probe_queue_url="https://queue",
)
PACKAGE = registered()
CONFIG = PACKAGE.config

SERVES_V1 = endpoint()
BUSY = endpoint(meant=V1, status="Updating", pending=V1, changed="12:00", before="11:00")
NOT_BEGUN = endpoint(meant=CONFIG, before="11:00")
ON_ITS_WAY = endpoint(
    meant=CONFIG, status="Updating", pending=CONFIG, changed="12:00", before="11:00"
)
MEANT_BEFORE = Aim(config=V3, package="arn:model-package/mw-dev-churn/3", before="11:00")
ANOTHER_WAY = but(ON_ITS_WAY, pending=V3, last=MEANT_BEFORE)
SERVES_V3 = endpoint(serves=V3, meant=V3, package="arn:model-package/mw-dev-churn/3")
FAILED = endpoint(status="Failed", serves=V1, meant=V1, before="never", failed=(V1,))
DELETING = but(FAILED, status="Deleting")

RECORD = ["archive", "keep approvals", "keep replays", "keep approvals"]
KEPT = ["keep baselines", "keep deployments"]
PREPARE = [*KEPT, "create model", "create endpoint config"]
GUARDS = ["guard errors", "guard probes", "probe"]
UPDATE = ["mean", *GUARDS, "update endpoint"]
CREATE = ["mean", *GUARDS, "create endpoint"]
REPLACE = ["mean", "delete endpoint", "await deletion", *CREATE[1:]]
APPROVED, PROMOTED, DEFERRED = ModelApproved.TYPE, ModelPromoted.TYPE, PromotionDeferred.TYPE
REFUSED = [ApprovalRefused.TYPE, "forget", "withdraw"]


def facts(**changes):
    endpoint = changes.get("endpoint", SERVES_V1)
    known = DecisionFacts(
        intent=endpoint.intent if endpoint else Intent(),
        package=PACKAGE,
        model=MODEL,
        judged=JUDGED,
        found=found(),
        endpoint=SERVES_V1,
        prepared=Prepared(baseline=BASELINE, secret="a secret"),
        now=1000.0,
    )
    return dataclasses.replace(known, **changes)


RECORDED = {"recorded": True, "archived": ARTIFACT, "found": None}
"""The approval was checked before; promotion may have died at any moment since."""
MADE = Prepared(baseline=BASELINE, model=True, config=True)


def named(effect):
    """Return the effect as a reader of a plan would call it."""
    match effect:
        case Emit(event):
            return event.TYPE
        case Keep():
            return f"keep {effect.uri.split('/')[3]}"
        case effects.Guard():
            return f"guard {effect.alarm.rsplit('/', 1)[-1]}"
    return "".join(f" {c.lower()}" if c.isupper() else c for c in type(effect).__name__).strip()


def order(wanted):
    return [named(effect) for effect in wanted.effects]


def of(wanted, kind):
    return [effect for effect in wanted.effects if isinstance(effect, kind)]


ORDERS = {
    "it waits for a decision": ({"package": registered(status="PendingManualApproval")}, []),
    "a person rejects it": (
        {"package": registered(status="Rejected")},
        [ModelRejected.TYPE, "forget"],
    ),
    "nobody known rejected it": ({"package": registered(status="Rejected", approver="")}, []),
    "the first version": ({"endpoint": None}, [*RECORD, APPROVED, *PREPARE, *CREATE, PROMOTED]),
    "the next version": ({}, [*RECORD, APPROVED, *PREPARE, *UPDATE, PROMOTED]),
    "after an endpoint that failed": (
        {"endpoint": FAILED},
        [*RECORD, APPROVED, *PREPARE, *REPLACE, PROMOTED],
    ),
    "during an update": ({"endpoint": BUSY, "prepared": None}, [DEFERRED]),
    "overtaken": ({"endpoint": SERVES_V3, "prepared": None}, [*RECORD, APPROVED]),
    "a person's rollback serves, which ends the approval": (
        RECORDED | {"rolled_back": True},
        [APPROVED],
    ),
    "a person's rollback did not come into service": (
        RECORDED | {"rolled_back": True, "endpoint": but(FAILED, meant=V3), "prepared": MADE},
        [APPROVED, *KEPT, *REPLACE, PROMOTED],
    ),
    "another update was first": (
        RECORDED | {"endpoint": ANOTHER_WAY, "prepared": None},
        [APPROVED, "mean", DEFERRED],
    ),
    "the copy exists": (
        {"archived": ARTIFACT},
        [*RECORD[1:], APPROVED, *PREPARE, *UPDATE, PROMOTED],
    ),
    "again after the record": (RECORDED, [APPROVED, *PREPARE, *UPDATE, PROMOTED]),
    "again after the configuration": (
        RECORDED | {"prepared": MADE},
        [APPROVED, *KEPT, *UPDATE, PROMOTED],
    ),
    "again after it was meant": (
        RECORDED | {"prepared": MADE, "endpoint": NOT_BEGUN},
        [APPROVED, *KEPT, *UPDATE, PROMOTED],
    ),
    "again while the failed endpoint is deleted": (
        RECORDED | {"prepared": MADE, "endpoint": DELETING},
        [APPROVED, *KEPT, "mean", "await deletion", *CREATE[1:], PROMOTED],
    ),
    "again after the failed endpoint is gone": (
        RECORDED | {"prepared": MADE, "endpoint": None},
        [APPROVED, *KEPT, *CREATE, PROMOTED],
    ),
    "again after the update began": (
        RECORDED | {"endpoint": ON_ITS_WAY, "prepared": None},
        [APPROVED, PROMOTED],
    ),
    "again, late": (RECORDED | {"endpoint": SERVES_V3, "prepared": None}, [APPROVED]),
    "a builder approves": ({"package": registered(approver="ada"), "found": None}, REFUSED),
    "nobody known approves": ({"package": registered(approver=""), "found": None}, REFUSED),
    "no reason": ({"package": registered(reason=""), "found": None}, REFUSED),
    "the model is not in the catalogue": ({"model": None, "found": None}, REFUSED),
    "another team approves": ({"known": False, "model": None, "found": None}, []),
    "another team rejects": (
        {"known": False, "model": None, "package": registered(status="Rejected")},
        [],
    ),
    "the model is retired": ({"model": dataclasses.replace(MODEL, retired=True)}, REFUSED),
    "the model was retired since": (
        RECORDED | {"model": dataclasses.replace(MODEL, retired=True), "endpoint": None},
        REFUSED,
    ),
    "nobody looked": ({"found": None}, REFUSED),
    "the artifact was swapped": ({"found": found(artifact=artifact(digest="b" * 64))}, REFUSED),
    "the artifact is gone": ({"found": found(artifact=None)}, REFUSED),
    "the evidence was changed": ({"found": found(evidence=b"{}")}, REFUSED),
    "the baseline was changed": ({"found": found(baseline=b"{}")}, REFUSED),
    "the judged rows were changed": ({"found": found(replay=b"{}")}, REFUSED),
    "the judged rows are gone": ({"found": found(replay=None)}, REFUSED),
    "the evidence fails a gate": (
        {
            "package": registered(measured(fairness={})),
            "found": found(measured(fairness={})),
        },
        REFUSED,
    ),
    "another champion": ({"found": found(champion="c" * 64)}, REFUSED),
    "another definition": ({"found": found(definition=None)}, REFUSED),
    "another spec": ({"judged": "d" * 64, "found": found(judged=MODEL)}, REFUSED),
    "the copy is something else": ({"archived": "b" * 64}, REFUSED),
    "somebody else made the endpoint": (
        {"endpoint": endpoint(intent=Intent()), "prepared": None},
        REFUSED,
    ),
    "the copy is gone": (RECORDED | {"archived": None}, REFUSED),
    "the baseline is gone": (RECORDED | {"prepared": None}, REFUSED),
}
"""Facts to the effects in their order."""


@pytest.mark.parametrize("row", ORDERS)
def test_the_effects_of_a_decision_have_an_order(row):
    changes, wanted = ORDERS[row]
    assert order(plan.of_decision(facts(**changes), SETTINGS)) == wanted


@pytest.mark.parametrize("row", ORDERS)
def test_only_an_approval_that_is_not_refused_holds(row):
    changes, wanted = ORDERS[row]
    holds = bool({APPROVED, DEFERRED} & set(wanted))
    assert plan.of_decision(facts(**changes), SETTINGS).holds is holds


@pytest.mark.parametrize("row", ORDERS)
def test_a_plan_is_contested_exactly_when_it_moves_an_endpoint(row):
    changes, wanted = ORDERS[row]
    contested = bool({"create endpoint", "update endpoint"} & set(wanted))
    assert plan.of_decision(facts(**changes), SETTINGS).contested is contested


def test_the_bytes_are_archived_from_the_staged_version_that_was_measured():
    (archive,) = of(plan.of_decision(facts(), SETTINGS), Archive)
    staged = artifact()
    assert (archive.source, archive.version) == (staged.staged, staged.version)
    assert archive.target == f"s3://approved/models/{ARTIFACT}.tar.gz"
    assert archive.digest == ARTIFACT


def test_the_record_is_kept_last_and_says_who_and_why():
    *_, last = [e for e in of(plan.of_decision(facts(), SETTINGS), Keep) if "approvals" in e.uri]
    assert last.body == ApprovalRecord.of(PACKAGE, Loosened(), MODEL.tier, BOUND.digest).body()


def test_what_is_loosened_is_told_and_kept_and_a_redelivery_tells_the_same():
    first = plan.of_decision(facts(loosened=LOOSENED), SETTINGS)
    (told,) = [e.event for e in of(first, Emit) if isinstance(e.event, ModelApproved)]
    assert (told.since, told.loosened, told.shown) == (1, LOOSENED.changes, "")
    *_, last = [e for e in of(first, Keep) if "approvals" in e.uri]
    kept = Loosened.of(ApprovalRecord.stored(last.body).loosened)
    again = plan.of_decision(facts(**RECORDED, loosened=kept), SETTINGS)
    assert [e.event for e in of(again, Emit) if isinstance(e.event, ModelApproved)] == [told]


def test_an_approval_of_other_changes_than_were_shown_is_withdrawn():
    other = dataclasses.replace(PACKAGE, reason=accepting("better", LOOSENED))
    wanted = plan.of_decision(facts(package=other), SETTINGS)
    assert order(wanted) == REFUSED
    assert f"shown changes {LOOSENED.short}" in of(wanted, Emit)[0].event.reason


def test_in_tier_1_nothing_loosened_serves_that_nobody_has_accepted():
    risky = dataclasses.replace(MODEL, tier=1, serving=Serving(instances=2))
    wanted = plan.of_decision(facts(model=risky, loosened=LOOSENED), SETTINGS)
    assert order(wanted) == REFUSED
    words = of(wanted, Emit)[0].event.reason
    assert "gates.floor.at_least: 0.9 is now 0.8 (loosened)" in words
    assert f"--accept-loosened {LOOSENED.short}" in words
    seen = dataclasses.replace(PACKAGE, reason=accepting("better", LOOSENED))
    wanted = plan.of_decision(facts(package=seen, model=risky, loosened=LOOSENED), SETTINGS)
    (told,) = [e.event for e in of(wanted, Emit) if isinstance(e.event, ModelApproved)]
    assert told.shown == LOOSENED.digest


def test_a_spec_past_the_bounds_of_its_tier_lets_no_version_serve():
    past = dataclasses.replace(MODEL, watch=Watch(max_psi=9.0))
    wanted = plan.of_decision(facts(model=past), SETTINGS)
    assert order(wanted) == REFUSED
    words = of(wanted, Emit)[0].event.reason
    assert words.startswith("its spec is out of bounds: watch.max_psi: 9.0 is above 0.35")


def test_the_baseline_is_kept_with_the_bytes_and_again_for_the_configuration():
    kept = {e.uri: e.body for e in of(plan.of_decision(facts(), SETTINGS), Keep)}
    assert kept[f"s3://approved/approvals/{ARTIFACT}/baseline.json"] == BASELINE
    document = json.loads(kept[f"s3://approved/baselines/{CONFIG}.json"])
    assert document == {
        "model": "churn",
        "version": 2,
        "package": PACKAGE.arn,
        "artifact": ARTIFACT,
        "config": CONFIG,
        "evidence": PACKAGE.evidence,
        "secret": "a secret",
        "recalls": "",
        **json.loads(BASELINE),
    }


def meant(wanted):
    """Return what the endpoint is meant to serve by a plan."""
    (mean,) = of(wanted, Mean)
    assert mean.endpoint == "mw-dev-churn"
    return mean.intent


def test_what_is_meant_says_which_configuration_since_when_and_why():
    intent = meant(plan.of_decision(facts(), SETTINGS))
    assert intent.aim == Aim(config=CONFIG, package=PACKAGE.arn, before="11:00", serves=V1)
    assert (intent.since, intent.why) == (1000.0, "grace approved it: it is better")
    assert (intent.last, intent.etag) == (SERVES_V1.intent.aim, SERVES_V1.intent.etag)


@pytest.mark.parametrize("found", [FAILED, DELETING, None])
def test_an_endpoint_that_is_made_anew_still_knows_its_open_incident(found):
    wanted = plan.of_decision(facts(endpoint=found, intent=FAILED.intent), SETTINGS)
    assert of(wanted, effects.CreateEndpoint)
    intent = meant(wanted)
    assert intent.aim == Aim(config=CONFIG, package=PACKAGE.arn, before="never")
    assert intent.failed == (V1,)


def test_whoever_came_second_means_again_what_was_meant_before():
    wanted = plan.of_decision(facts(**RECORDED, endpoint=ANOTHER_WAY, prepared=None), SETTINGS)
    assert meant(wanted).aim == MEANT_BEFORE


def test_it_is_kept_what_sagemaker_and_cloudwatch_are_asked_for():
    wanted = plan.of_decision(facts(), SETTINGS)
    (kept,) = [e for e in of(wanted, Keep) if "/deployments/" in e.uri]
    document = json.loads(kept.body)
    assert kept.uri == f"s3://approved/deployments/{CONFIG}.json"
    (model,), (config,) = of(wanted, effects.CreateModel), of(wanted, effects.CreateEndpointConfig)
    assert (document["model"], document["config"]) == (model.request, config.request)
    assert document["alarms"] == {g.alarm: g.settings for g in of(wanted, effects.Guard)}
    assert set(document["alarms"]) == {
        alarm("mw-dev-churn", CONFIG, kind) for kind in ("errors", "probes")
    }


def test_what_waits_says_for_what():
    (emit,) = plan.of_decision(facts(endpoint=BUSY, prepared=None), SETTINGS).effects
    assert emit.event.reason == (
        f"endpoint mw-dev-churn is Updating to {V1}; it is taken up again when that has ended"
    )


def test_a_refusal_is_told_in_the_words_that_the_registry_gets():
    wanted = plan.of_decision(facts(package=registered(approver="ada"), found=None), SETTINGS)
    (emit,), (withdraw,) = of(wanted, Emit), of(wanted, Withdraw)
    assert emit.event.reason.startswith("ada builds churn and may not approve it")
    assert emit.event.actor == "function/promote"
    assert withdraw.description == f"refused by the factory: {emit.event.reason}"


def test_the_registry_s_words_are_cut_to_what_it_takes():
    (withdraw,) = [
        e for e in plan.withdrawal(PACKAGE, "x" * 2000, SETTINGS) if isinstance(e, Withdraw)
    ]
    assert len(withdraw.description) == 1024


def test_an_approval_is_told_with_who_and_why_and_a_promotion_too():
    told = {e.event.TYPE: e.event for e in of(plan.of_decision(facts(), SETTINGS), Emit)}
    assert (told[APPROVED].actor, told[APPROVED].reason) == ("person/grace", "it is better")
    assert told[PROMOTED].reason == "grace approved it: it is better"
    assert told[PROMOTED].config == CONFIG


@pytest.mark.parametrize(
    ("package", "config", "wanted"),
    [
        (PACKAGE, CONFIG, REFUSED),
        (PACKAGE, V1, []),
        (registered(status="Rejected"), CONFIG, []),
        (registered(at="2026-02-02T00:00:00+00:00"), CONFIG, []),
    ],
)
def test_a_deployment_that_failed_ends_the_very_approval_that_asked_for_it(package, config, wanted):
    assert order(plan.of_failure(package, config, "an alarm", SETTINGS)) == wanted


@pytest.mark.parametrize(
    ("found", "packages"),
    [
        (None, ["c", "b", "a"]),
        (SERVES_V1, ["c", "b", "a"]),
        (SERVES_V3, ["c"]),
        (FAILED, ["c", "b", "a"]),
    ],
)
def test_what_is_older_than_what_serves_is_not_next(found, packages):
    versions = [(3, "c"), (2, "b"), (1, "a")]
    assert list(plan.next_in_line(versions, found)) == packages


def outcome(kind, config, intent, endpoint=SERVES_V1):
    event = kind(
        model="churn",
        version=2,
        reason="an alarm",
        key=config,
        package=PACKAGE.arn,
        endpoint="mw-dev-churn",
        config=config,
        serves=V1,
    )
    return [e.intent.failed for e in plan.of_outcome(event, intent, endpoint).effects]


MEANS = Intent(config=CONFIG, last=Aim(config=V1), etag="1")
OPEN = dataclasses.replace(MEANS, failed=(V3,))
TAKEN_OUT = dataclasses.replace(MEANS, failed=(V1,))


@pytest.mark.parametrize(
    ("kind", "config", "intent", "endpoint", "noted"),
    [
        (DeploymentFailed, CONFIG, MEANS, SERVES_V1, [(CONFIG,)]),
        (DeploymentFailed, CONFIG, OPEN, SERVES_V1, []),
        (DeploymentFailed, V1, MEANS, ON_ITS_WAY, [(V1,)]),
        (DeploymentFailed, V1, MEANS, SERVES_V1, []),
        (DeploymentFailed, V3, MEANS, ON_ITS_WAY, []),
        (DeploymentFailed, CONFIG, Intent(), None, []),
        (ModelDeployed, CONFIG, OPEN, SERVES_V1, [()]),
        (ModelDeployed, CONFIG, MEANS, SERVES_V1, []),
        (ModelDeployed, V1, OPEN, ON_ITS_WAY, [()]),
        (ModelDeployed, V3, OPEN, SERVES_V1, []),
        (ModelDeployed, V1, TAKEN_OUT, ON_ITS_WAY, []),
    ],
)
def test_whose_incident_is_open_is_noted_and_late_events_note_nothing(
    kind, config, intent, endpoint, noted
):
    assert outcome(kind, config, intent, endpoint) == noted


def test_a_plan_of_nothing_is_about_no_approval():
    assert Plan() == Plan((), holds=False)


def test_the_judged_rows_are_kept_where_they_can_be_deleted_and_end_with_the_approval():
    (kept,) = [e for e in of(plan.of_decision(facts(), SETTINGS), Keep) if "/replays/" in e.uri]
    assert (kept.uri, kept.body) == (f"s3://replays/replays/{PACKAGE.evidence}.json", REPLAY)
    wanted = plan.of_decision(facts(package=registered(approver="ada"), found=None), SETTINGS)
    assert [effect.uri for effect in of(wanted, effects.Forget)] == [kept.uri]
