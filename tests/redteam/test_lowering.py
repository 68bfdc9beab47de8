"""Can a builder lower the gates until his model passes? Attacks on the spec itself."""

import json
from dataclasses import replace

import pytest

import models
from factory.catalogue import classes
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.spec import Fairness
from factory.errors import InvalidSpec
from factory.events.catalogue import SpecChanged, SpecRefused
from factory.events.model import ApprovalRefused
from factory.events.people import ModelApproved
from factory.layout.names import resource
from factory.promotion.loosened import Loosened, accepting
from tests.factory.catalogue.test_bounds import LOWERED
from tests.life.approvals import baked, decide, status
from tests.life.candidates import publish
from tests.life.runs import start
from tests.redteam.lowering import deployed, judged, smuggled, synthesized

INCOME = models.catalogue()["income"]
MODEL = models.catalogue()["income-by-education-hs-grad"]
STEPS = [0.866, 0.862]
"""The floor of the model, which is 0.87, lowered in two steps."""
NOT_YET = "none: synth refuses it, so nothing has happened"


def lowered(floor, **more):
    return classes.replaced(MODEL, {"gates.floor.at_least": floor, "tier": 1, **more})


@pytest.mark.attack("a spec whose gates ask nothing: floor 0.5, confidence 0.5001, exempt '-'")
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_a_spec_whose_gates_ask_nothing_is_not_deployed(tier, stopped):
    with pytest.raises(InvalidSpec) as caught:
        Catalogue.of([replace(LOWERED, tier=tier)])
    words = str(caught.value)
    for field in ("floor.at_least", "floor.confidence", "leakage.max_column_auc"):
        assert f"gates.{field}: " in words
    assert "gates.fairness.exempt: " in words
    stopped(words, NOT_YET)


@pytest.mark.attack("nobody is protected, for a reason that says nothing")
@pytest.mark.parametrize("exempt", ["-", "." * 99, "because " * 20])
def test_a_reason_that_says_nothing_exempts_nobody(exempt, stopped):
    gates = replace(INCOME.gates, fairness=Fairness(exempt=exempt))
    with pytest.raises(InvalidSpec) as caught:
        Catalogue.of([replace(INCOME, gates=gates, tier=3)])
    stopped(caught.value, NOT_YET)


@pytest.mark.attack("a lowered spec is put into the assembly after the synth, and deployed")
def test_a_spec_that_was_smuggled_past_the_synth_is_refused(session, assembly, tmp_path, stopped):
    honest = replace(MODEL, owner="smugglers")
    out = synthesized(tmp_path / "smuggled", honest)
    spec = replace(LOWERED, name=MODEL.name, family="", where={})
    smuggled(out, honest, spec)
    heard = session.event_ids()
    deployed(session, out)
    (told,) = session.new_events(heard, SpecRefused)
    assert told["subject"] == f"model/{MODEL.name}"
    assert "gates.floor.at_least: 0.5 is below 0.55, the least in tier 2" in told["reason"]
    assert not session.new_events(heard, SpecChanged)
    deployed(session, assembly)
    stopped(told["reason"], told)


@pytest.fixture(scope="module")
def loosened(session, runs, assembly, tmp_path_factory):
    """The package of a version whose floor was lowered in two steps since the champion's."""
    folder = tmp_path_factory.mktemp("lowering")
    first = start(session, model=MODEL.name, train=runs.train_uri, test=runs.test_uri).ended()
    session.cloud.settle()
    words = ("approve", MODEL.name, "--reason", "the gates passed, and I read the card")
    code, answer = session.factory("grace", *words)
    assert code == 0, answer
    assert answer["loosened"] is None
    assert baked(session, MODEL.name)["EndpointStatus"] == "InService"
    for floor in STEPS:
        deployed(session, synthesized(folder / str(floor), lowered(floor)))
    second = start(
        session,
        model=MODEL.name,
        train=publish(session, "lowered", "census_train", runs.train.slice(1000)),
        test=runs.test_uri,
        champion=first,
        spec=judged(session, lowered(STEPS[-1])),
    ).ended()
    session.cloud.settle()
    yield second.package
    deployed(session, assembly)
    entry = session.factory("grace", "status", MODEL.name)[1]["models"][0]["spec"]
    assert [each["field"] for each in entry["held"]] == ["tier"]
    session.factory("grace", "guards", MODEL.name, entry["deployed"], "--reason", "as it was")
    session.cloud.settle()


@pytest.fixture
def refused(session, loosened):
    """Give a function that decides as somebody and returns the event that ends the approval."""

    def act(person, reason):
        heard = session.event_ids()
        decide(session, person, loosened, reason)
        session.cloud.settle()
        (told,) = session.new_events(heard, ApprovalRefused)
        assert not session.new_events(heard, ModelApproved)
        assert status(session, loosened) == "Rejected"
        return told

    return act


def seen(session):
    """Return what grace is shown before she decides."""
    code, answer = session.factory("grace", "review", MODEL.name)
    assert code == 0, answer
    return answer


@pytest.mark.attack("whoever lowered a gate approves what it let through")
def test_who_lowers_a_gate_does_not_approve_what_it_let_through(session, refused, stopped):
    found = Loosened.of(seen(session)["loosened"])
    told = refused("alan", accepting("it is better now", found))
    assert told["reason"].startswith("alan builds income-by-education-hs-grad")
    stopped(told["reason"], told)


@pytest.mark.attack("a gate is lowered in two small steps, and the approver is told of neither")
def test_two_small_steps_are_shown_as_one_large_one(session, refused, stopped):
    (change,) = Loosened.of(seen(session)["loosened"]).changes
    assert (change.field, change.before, change.after) == ("gates.floor.at_least", 0.87, STEPS[-1])
    told = refused("grace", "it is better now")
    assert "of tier 1, and this version was judged by less than the champion" in told["reason"]
    assert f"gates.floor.at_least: 0.87 is now {STEPS[-1]} (loosened)" in told["reason"]
    stopped(told["reason"], told)


@pytest.mark.attack("the approver is shown the last small step, and accepts that")
def test_who_was_shown_less_than_is_loosened_has_not_accepted_it(session, refused, stopped):
    found = Loosened.of(seen(session)["loosened"])
    small = replace(found, changes=(replace(found.changes[0], before=STEPS[0]),))
    told = refused("grace", accepting("a small step", small))
    assert told["reason"].startswith(f"the approver was shown changes {small.short} of the spec")
    stopped(told["reason"], told)


@pytest.mark.attack("an approval in tier 1 by whoever did not read what is loosened")
def test_nobody_approves_by_command_what_they_do_not_name(session, loosened, stopped):
    before = status(session, loosened)
    words = ("approve", MODEL.name, "--reason", "it is better now")
    for more in ((), ("--accept-loosened", "0" * 12)):
        code, answer = session.factory("grace", *words, *more)
        assert code != 0
        assert "nothing was decided" in answer["error"]
    assert status(session, loosened) == before
    stopped(answer["error"], "none: nothing was decided")


@pytest.mark.attack("a lowered gate serves, and later nobody can say who knew of it")
def test_what_was_accepted_knowingly_holds_and_is_sealed(session, loosened, stopped):
    found = Loosened.of(seen(session)["loosened"])
    heard = session.event_ids()
    words = ("--reason", "the season is short", "--accept-loosened", found.short)
    code, answer = session.factory("grace", "approve", MODEL.name, *words)
    assert code == 0, answer
    session.cloud.settle()
    (told,) = session.new_events(heard, ModelApproved)
    (change,) = told["detail"]["loosened"]
    assert (change["before"], change["after"]) == (0.87, STEPS[-1])
    assert told["detail"]["shown"] == found.digest
    assert baked(session, MODEL.name)["EndpointName"] == resource("dev", MODEL.name)
    (record,) = [body for body in _approvals(session) if body.get("package") == loosened]
    assert (record["tier"], record["shown"]) == (1, found.digest)
    assert Loosened.of(record["loosened"]) == found
    stopped("it is not stopped: the approval's record and the event hold both values", told)


def _approvals(session):
    """Yield the records of every approval that was kept."""
    s3, bucket = session.aws("s3"), session.output("ApprovedBucket")
    for each in s3.list_objects_v2(Bucket=bucket, Prefix="approvals/")["Contents"]:
        yield json.load(s3.get_object(Bucket=bucket, Key=each["Key"])["Body"])


@pytest.mark.attack("a lowered spec in a file of its own, for which models/ need not be touched")
def test_the_catalogue_of_a_context_is_checked_like_any_other(tmp_path, stopped):
    honest = replace(MODEL, owner="smugglers")
    with pytest.raises(InvalidSpec) as caught:
        synthesized(tmp_path / "context", replace(honest, watch=replace(MODEL.watch, breaches=9)))
    assert "watch.breaches: 9" in str(caught.value)
    stopped(caught.value, NOT_YET)
