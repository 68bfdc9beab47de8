"""Is exactly what was deployed in force, less what nobody independent has approved?"""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest

import aws
from aws.index import ATTEMPTS
from factory.catalogue import document
from factory.catalogue.deployment import Message
from factory.catalogue.split import Published
from factory.errors import Conflict, NotFound, Refused, ServiceError
from factory.events.catalogue import (
    DefinitionDeployed,
    ModelOnboarded,
    ModelRemoved,
    SpecChanged,
    SpecRefused,
)
from factory.events.people import DefinitionRevoked, GuardsApproved
from factory.layout import tables
from factory.layout.names import TAG_MODEL
from lambdas.catalogue import handler as catalogue
from lambdas.catalogue import progress
from lambdas.onboard import handler
from tests.factory.events.instances import delivered
from tests.lambdas.catalogues import (
    INCOME,
    ONBOARD,
    between,
    deploy_code,
    numbered,
    request,
    settings,
    stand,
    write_as_before,
)


@pytest.fixture(autouse=True)
def url(cloud, monkeypatch):
    monkeypatch.setattr(aws, "stack_tags", lambda _: {"modelworks:deployer": "ada"})
    return stand(cloud)


@pytest.fixture(autouse=True)
def heard(cloud):
    bus = cloud.bus("factory")
    return lambda *kinds: [
        e["detail"] for e in cloud.drain(bus) if e["detail-type"] in kinds or not kinds
    ]


@pytest.fixture
def sent(cloud, url):
    """Give a function that deploys models and returns the messages, not yet received."""

    def run(*known, id_):
        catalogue.deploy(request(*known, id_=id_), settings(url))
        return cloud.drain(url)

    return run


@pytest.fixture
def deploy(sent):
    def run(*known, id_):
        for body in sent(*known, id_=id_):
            handler.receive(body, ONBOARD)

    return run


def entry(name="income"):
    return aws.specs.in_force("index", name)


def spec(name="income"):
    return aws.specs.spec("specs", entry(name))


def fed(product):
    return aws.index_page("index", f"product|{product}")


def noted(partition):
    return [item["sk"] for item in aws.index_items("index", partition)]


MANY = tuple(f"builder-{number:02}-{'x' * 50}" for number in range(100))
SAID = {"actor": "person/grace", "reason": "it is fine", "key": "request"}


def approved(digest, sequence):
    event = GuardsApproved(
        **SAID, model="income", digest=digest, sequence=sequence, guards=("runs_per_day",)
    )
    return delivered(event)


def revoked(digest):
    return delivered(DefinitionRevoked(**SAID, recipe="boosting", digest=digest))


def test_a_new_model_is_in_force_as_deployed_with_its_group_and_its_products(deploy, heard):
    deploy(INCOME, id_="a")
    assert spec() == INCOME
    assert entry().judged == document.digest(document.judged_text(INCOME))
    assert fed("census_train") == fed("census_test") == ["income"]
    boto3.client("sagemaker").describe_model_package_group(ModelPackageGroupName="mw-dev-income")
    (told,) = heard(ModelOnboarded.TYPE)
    assert told["detail"]["owner"] == "census-analytics"


def test_a_model_takes_no_group_over_that_another_team_has_called_like_it(sent, heard):
    boto3.client("sagemaker").create_model_package_group(ModelPackageGroupName="mw-dev-income")
    (body,) = sent(INCOME, id_="a")
    with pytest.raises(Refused, match="mw-dev-income is there and not the factory's"):
        handler.receive(body, ONBOARD)
    assert (aws.specs.entry("index", "income"), heard(ModelOnboarded.TYPE)) == (None, [])


def test_a_group_that_the_factory_has_made_is_the_model_s_also_when_the_index_is_new(deploy):
    boto3.client("sagemaker").create_model_package_group(
        ModelPackageGroupName="mw-dev-income", Tags=[{"Key": TAG_MODEL, "Value": "income"}]
    )
    deploy(INCOME, id_="a")
    assert spec() == INCOME


def test_both_documents_are_stored_under_their_digests(deploy):
    deploy(INCOME, id_="a")
    assert aws.specs.spec_of("specs", "income", entry().spec) == INCOME
    judged = aws.specs.judged("specs", "income", entry().judged)
    assert document.judged_text(judged) == document.judged_text(INCOME)


def test_another_owner_changes_the_spec_and_not_the_judged_document(deploy, heard):
    deploy(INCOME, id_="a")
    before = entry()
    heard()
    deploy(replace(INCOME, owner="x"), id_="b")
    assert (entry().judged, entry().spec != before.spec) == (before.judged, True)
    (told,) = heard(SpecChanged.TYPE)
    (change,) = told["detail"]["changes"]
    assert change["field"] == "owner"
    assert told["detail"]["loosened"] == told["detail"]["held"] == []
    assert told["detail"]["deployed_by"] == "ada"
    assert told["reason"] == "owner: 'census-analytics' is now 'x'"


def test_a_change_of_one_model_writes_no_item_of_another(deploy):
    other = replace(INCOME, name="other")
    deploy(INCOME, other, id_="a")
    before = entry("other")
    deploy(replace(INCOME, owner="x"), other, id_="b")
    assert entry("other") == before


def test_a_changed_gate_changes_the_judged_document(deploy, heard):
    deploy(INCOME, id_="a")
    before = entry().judged
    floor = replace(INCOME.gates.floor, at_least=0.9)
    deploy(replace(INCOME, gates=replace(INCOME.gates, floor=floor)), id_="b")
    assert entry().judged != before
    (told,) = heard(SpecChanged.TYPE)
    assert told["detail"]["loosened"] == ["gates.floor.at_least"]
    assert told["detail"]["held"] == []


def test_a_loosened_guard_stays_as_it_was_and_all_else_is_in_force(deploy, heard):
    deploy(INCOME, id_="a")
    loose = replace(INCOME, owner="x", builders=("ada",))
    deploy(loose, id_="b")
    assert spec() == replace(loose, builders=("ada", "alan"))
    (told,) = heard(SpecChanged.TYPE)
    assert told["detail"]["held"] == told["detail"]["loosened"] == ["builders"]


def test_a_held_guard_takes_force_when_it_is_approved(deploy, heard):
    deploy(INCOME, id_="a")
    loose = replace(INCOME, runs_per_day=99)
    deploy(loose, id_="b")
    digest = entry().deployed
    heard()
    handler.receive(approved(digest, 2), ONBOARD)
    assert (spec(), entry().held) == (loose, ())
    (told,) = heard(SpecChanged.TYPE)
    assert told["detail"]["deployed_by"] == "person/grace"
    handler.receive(approved(digest, 2), ONBOARD)
    assert {again["id"] for again in heard(SpecChanged.TYPE)} == {told["id"]}


def test_an_approval_of_what_is_no_longer_deployed_changes_nothing(deploy):
    deploy(INCOME, id_="a")
    deploy(replace(INCOME, runs_per_day=99), id_="b")
    old = entry().deployed
    deploy(replace(INCOME, runs_per_day=98), id_="c")
    for sequence in (2, 3):
        handler.receive(approved(old, sequence), ONBOARD)
    assert spec().runs_per_day == 24


def test_an_approval_of_a_model_that_has_left_meanwhile_changes_nothing(deploy):
    other = replace(INCOME, name="other")
    for number, known in enumerate(((INCOME, other), (replace(INCOME, runs_per_day=99), other))):
        deploy(*known, id_=f"request-{number}")
    given = approved(entry().deployed, 2)
    deploy(other, id_="c")
    left = aws.specs.known("index", "income")
    handler.receive(given, ONBOARD)
    assert aws.specs.known("index", "income") == left


def test_an_approval_lets_a_spec_take_force_once_and_not_when_it_is_deployed_again(deploy):
    loose, strict = replace(INCOME, runs_per_day=99), replace(INCOME, runs_per_day=1)
    for number, model in enumerate((INCOME, loose)):
        deploy(model, id_=f"request-{number}")
    given = approved(entry().deployed, entry().sequence)
    handler.receive(given, ONBOARD)
    assert spec() == loose
    deploy(strict, id_="c")
    deploy(loose, id_="d")
    handler.receive(given, ONBOARD)
    assert (spec(), len(entry().held)) == (strict, 1)
    handler.receive(approved(entry().deployed, entry().sequence), ONBOARD)
    assert (spec(), entry().held) == (loose, ())


def test_a_change_on_top_of_a_loosened_guard_brings_the_guard_no_further(deploy):
    deploy(INCOME, id_="a")
    deploy(replace(INCOME, runs_per_day=99), id_="b")
    given = approved(entry().deployed, 2)
    for number in range(2):
        deploy(replace(INCOME, runs_per_day=99, owner=f"x{number}"), id_=f"c{number}")
    handler.receive(given, ONBOARD)
    assert (spec().runs_per_day, spec().owner) == (24, "x1")
    assert [change.field for change in entry().held] == ["runs_per_day"]


def test_who_takes_himself_off_the_builders_still_is_one_whatever_follows(deploy):
    deploy(INCOME, id_="a")
    for number, builders in enumerate((("eve",), ("mallory",), ("ada",))):
        deploy(replace(INCOME, builders=builders), id_=f"b{number}")
        assert set(spec().builders) >= {"ada", "alan"}


def test_a_retired_model_that_leaves_and_comes_back_in_service_is_still_retired(deploy):
    other = replace(INCOME, name="other")
    for number, known in enumerate(((replace(INCOME, retired=True),), (), (INCOME,))):
        deploy(*known, other, id_=f"request-{number}")
    assert spec().retired
    assert fed("census_train") == ["other"]


def test_a_guard_that_is_deployed_as_it_was_is_no_longer_held(deploy):
    deploy(INCOME, id_="a")
    deploy(replace(INCOME, runs_per_day=99), id_="b")
    deploy(INCOME, id_="c")
    assert (entry().held, spec()) == ((), INCOME)


def test_removing_a_model_and_bringing_it_back_looser_does_not_loosen_it(deploy):
    other = replace(INCOME, name="other")
    deploy(INCOME, other, id_="a")
    deploy(other, id_="b")
    with pytest.raises(NotFound, match="no longer in the catalogue"):
        entry()
    assert fed("census_train") == ["other"]
    deploy(replace(INCOME, runs_per_day=99), other, id_="c")
    assert spec().runs_per_day == 24
    assert fed("census_train") == ["income", "other"]


def test_what_a_model_loosens_on_its_way_back_into_the_catalogue_is_told(deploy, heard):
    other = replace(INCOME, name="other")
    deploy(INCOME, other, id_="a")
    deploy(other, id_="b")
    first, _ = heard(ModelOnboarded.TYPE)
    floor = replace(INCOME.gates.floor, at_least=0.6)
    loose = replace(INCOME, runs_per_day=99, gates=replace(INCOME.gates, floor=floor))
    deploy(loose, other, id_="c")
    again, changed = heard(ModelOnboarded.TYPE, SpecChanged.TYPE)
    assert (again["subject"], again["id"] != first["id"]) == (first["subject"], True)
    assert changed["detail"]["loosened"] == ["gates.floor.at_least", "runs_per_day"]
    assert changed["detail"]["held"] == ["runs_per_day"]


def test_a_spec_that_came_past_the_synth_is_refused_and_told(deploy, heard):
    deploy(INCOME, id_="a")
    heard()
    gates = replace(INCOME.gates, floor=replace(INCOME.gates.floor, at_least=0.5))
    lowered = replace(INCOME, owner="x", gates=gates)
    deploy(lowered, id_="b")
    (told,) = heard(SpecRefused.TYPE)
    assert (told["subject"], told["detail"]["deployed_by"]) == ("model/income", "ada")
    assert told["reason"].startswith("gates.floor.at_least: 0.5 is below 0.55, the least in tier 2")
    assert spec() == INCOME
    assert aws.index_get("index", tables.outstanding_item("income"))
    deploy(replace(INCOME, owner="x"), id_="c")
    assert spec().owner == "x"
    assert not aws.index_get("index", tables.outstanding_item("income"))


def test_a_model_that_comes_back_as_it_was_is_told_of_as_such(deploy, heard):
    other = replace(INCOME, name="other")
    for number, known in enumerate(((INCOME, other), (other,), (INCOME, other))):
        deploy(*known, id_=f"request-{number}")
    told = [e for e in heard() if e["subject"] == "model/income"]
    assert len({each["id"] for each in told}) == len(told) == 3


def test_a_removed_model_is_told_of(deploy, heard):
    other = replace(INCOME, name="other")
    deploy(INCOME, other, id_="a")
    deploy(other, id_="b")
    (told,) = heard(ModelRemoved.TYPE)
    assert told["subject"] == "model/income"


def test_a_retired_model_is_fed_by_nothing(deploy):
    deploy(INCOME, id_="a")
    deploy(replace(INCOME, retired=True), id_="b")
    assert fed("census_train") == []
    assert spec().retired


def test_another_product_moves_the_pair(deploy):
    deploy(INCOME, id_="a")
    moved = Published(train="census_other", test="census_test")
    deploy(replace(INCOME, split=moved), id_="b")
    assert (fed("census_train"), fed("census_other")) == ([], ["income"])


def test_an_older_deploy_that_arrives_later_changes_nothing(sent, heard):
    old = sent(INCOME, id_="a")
    new = sent(replace(INCOME, owner="x"), id_="b")
    for body in [*new, *old]:
        handler.receive(body, ONBOARD)
    assert spec().owner == "x"
    assert entry().sequence == 2


def test_a_message_that_comes_again_tells_the_same_again(sent, heard):
    sent(INCOME, id_="a")
    (body,) = sent(replace(INCOME, owner="x"), id_="b")
    handler.receive(body, ONBOARD)
    revision = entry().revision
    handler.receive(body, ONBOARD)
    assert entry().revision == revision
    assert len({told["id"] for told in heard(ModelOnboarded.TYPE)}) == 1


@pytest.mark.parametrize("door", ["index_write", "emit", "sagemaker"])
def test_a_crash_anywhere_is_made_good_by_the_redelivery(sent, heard, monkeypatch, door):
    (body,) = sent(INCOME, id_="a")
    heard()
    with monkeypatch.context() as broken:
        broken.setattr(aws, door, _fails)
        with pytest.raises(ServiceError):
            handler.receive(body, ONBOARD)
    handler.receive(body, ONBOARD)
    assert spec() == INCOME
    assert len(heard(ModelOnboarded.TYPE)) == 1


def test_bytes_that_are_not_what_was_sent_are_refused(sent):
    (body,) = sent(INCOME, id_="a")
    aws.s3_put(body["specs"], b"x" * 5000)
    with pytest.raises(Refused, match="not the spec that was deployed"):
        handler.receive(body, ONBOARD)


def test_a_spec_of_another_model_is_refused(sent):
    (body,) = sent(INCOME, id_="a")
    with pytest.raises(Refused, match="income, not another"):
        handler.receive({**body, "model": "another"}, ONBOARD)


def test_a_spec_too_long_for_an_item_is_read_from_its_document(deploy):
    names = (f"{'f' * 60}{number:04}" for number in range(900))
    features = (*INCOME.features, *names)
    settings = {f"{'h' * 240}{number:03}": "v" * 250 for number in range(100)}
    deploy(replace(INCOME, features=features, hyperparameters=settings), id_="a")
    assert entry().text == ""
    assert (spec().features, spec().hyperparameters) == (features, settings)


@pytest.mark.parametrize(
    "field",
    [{"purpose": "x" * 1000}, {"owner": "x" * 256}, {"builders": MANY}],
    ids=lambda field: next(iter(field)),
)
def test_whatever_is_long_in_a_spec_fits_in_its_item_and_in_its_event(deploy, heard, field):
    deploy(INCOME, id_="a")
    deploy(replace(INCOME, **field), id_="b")
    assert entry().sequence == 2
    deploy(replace(INCOME, runs_per_day=99), replace(INCOME, name="other", **field), id_="c")
    assert len(entry().held) == (2 if "builders" in field else 1)
    assert max(len(json.dumps(told)) for told in heard()) < 100_000


def test_a_revoked_definition_is_remembered_with_who_and_why(deploy, heard):
    deploy(INCOME, id_="a")
    (told,) = heard(DefinitionDeployed.TYPE)
    digest = told["detail"]["digest"]
    for _ in range(2):
        handler.receive(revoked(digest), ONBOARD)
    known = aws.specs.definition("index", "boosting", digest)
    assert known.revoked == {"by": "person/grace", "reason": "it is fine", "key": "request"}


def test_revoking_what_no_deploy_has_brought_is_an_error():
    with pytest.raises(NotFound, match="has no definition"):
        handler.receive(revoked("0" * 64), ONBOARD)


@pytest.mark.parametrize("uncounted", [False, True])
def test_a_deploy_in_the_moment_of_a_revocation_does_not_undo_it(
    deploy, sent, heard, monkeypatch, uncounted
):
    deploy(INCOME, id_="a")
    (told,) = heard(DefinitionDeployed.TYPE)
    digest = told["detail"]["digest"]
    if uncounted:
        write_as_before(digest)
    deploy_code("later")
    with between(monkeypatch, lambda: sent(INCOME, id_="b")):
        handler.receive(revoked(digest), ONBOARD)
    known = aws.specs.definition("index", "boosting", digest)
    ((_, end),) = known.periods
    assert (end != "", known.revoked["key"]) == (True, "request")


def test_a_revocation_that_is_overtaken_again_and_again_comes_again(deploy, heard, monkeypatch):
    deploy(INCOME, id_="a")
    (told,) = heard(DefinitionDeployed.TYPE)
    digest = told["detail"]["digest"]
    write, attempts = aws.index_write, []

    def overtaken(table, writes):
        attempts.append(1)
        known = aws.specs.definition("index", "boosting", digest)
        write(table, [aws.specs.definition_put(known)])
        write(table, writes)

    with monkeypatch.context() as patch:
        patch.setattr(aws, "index_write", overtaken)
        with pytest.raises(Conflict):
            handler.receive(revoked(digest), ONBOARD)
    assert len(attempts) == ATTEMPTS
    handler.receive(revoked(digest), ONBOARD)
    assert aws.specs.definition("index", "boosting", digest).revoked


def test_thousand_models_or_one_cost_a_message_the_same_calls(sent, monkeypatch):
    counts = []
    for size in (1, 60):
        known = [replace(INCOME, name=f"m{size}-{number}") for number in range(size)]
        body = sent(*known, id_=f"of-{size}")[0]
        calls = []
        with monkeypatch.context() as patch:
            for name in ("index_get", "index_write", "s3_range", "s3_get", "s3_put", "emit"):
                real = getattr(aws, name)
                patch.setattr(
                    aws, name, lambda *a, _r=real, _c=calls, **k: (_c.append(1), _r(*a, **k))[1]
                )
            handler.receive(body, ONBOARD)
        counts.append(len(calls))
    assert counts[0] == counts[1]


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_what_is_not_in_force_yet_is_noted_by_the_model_until_it_is(sent):
    bodies = sent(*numbered(3), id_="a")
    assert noted(tables.OUTSTANDING) == ["income-0000", "income-0001", "income-0002"]
    handler.receive(bodies[0], ONBOARD)
    assert noted(tables.OUTSTANDING) == ["income-0001", "income-0002"]
    for body in bodies:
        handler.receive(body, ONBOARD)
    assert noted(tables.OUTSTANDING) == []


def test_a_message_of_an_earlier_deploy_does_not_hide_that_a_later_one_is_not_in_force(sent):
    (first,) = sent(INCOME, id_="a")
    (second,) = sent(replace(INCOME, owner="x"), id_="b")
    handler.receive(first, ONBOARD)
    assert noted(tables.OUTSTANDING) == ["income"]
    handler.receive(second, ONBOARD)
    assert noted(tables.OUTSTANDING) == []


def test_a_message_that_a_later_deploy_came_before_leaves_no_note(sent, url):
    (first,) = sent(INCOME, id_="a")
    (second,) = sent(replace(INCOME, owner="x"), id_="b")
    handler.receive(second, ONBOARD)
    progress.begin([Message.of(first)], settings(url))  # as a slow deploy might
    assert noted(tables.OUTSTANDING) == ["income"]
    handler.receive(first, ONBOARD)
    assert noted(tables.OUTSTANDING) == []


def test_a_model_that_leaves_is_noted_until_it_has_left(deploy, sent):
    deploy(INCOME, *numbered(1), id_="a")
    (body,) = sent(INCOME, id_="b")
    (note,) = aws.index_items("index", tables.OUTSTANDING)
    assert (note["sk"], note["leaves"]) == ("income-0000", True)
    handler.receive(body, ONBOARD)
    assert noted(tables.OUTSTANDING) == []


def test_a_model_whose_guards_are_held_is_noted_until_they_are_approved(deploy):
    deploy(INCOME, id_="a")
    loose = replace(INCOME, runs_per_day=INCOME.runs_per_day + 1)
    deploy(loose, id_="b")
    assert noted(tables.HELD) == ["income"]
    handler.receive(approved(document.digest(document.spec_text(loose)), 2), ONBOARD)
    assert noted(tables.HELD) == []


def test_a_model_that_leaves_or_takes_its_change_back_holds_nothing_any_more(deploy):
    loose = [replace(model, runs_per_day=99) for model in numbered(2)]
    deploy(*numbered(2), id_="a")
    deploy(*loose, id_="b")
    assert noted(tables.HELD) == ["income-0000", "income-0001"]
    deploy(numbered(2)[0], id_="c")
    assert noted(tables.HELD) == []
