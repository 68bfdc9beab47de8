"""What does a deploy of a changed spec touch, in the deployed factory? One model, and no more."""

import dataclasses
import json

import pytest

import models
from aws.items import deserialized, serialized
from factory.catalogue import document
from factory.catalogue.entry import Entry
from factory.events.catalogue import SpecChanged
from factory.layout import objects, tables
from factory.layout.names import pipeline
from tests.life.approvals import decide, refusal
from tests.life.deploying import deploy_assembly, deploy_spec
from tests.life.runs import start

INCOME = models.catalogue()["income"]
REASON = "it is better, and the card says what it means"


@pytest.fixture
def deployed(session, assembly, tmp_path):
    """Give a function that deploys another spec of income; afterwards the first is back."""

    yield lambda model: deploy_spec(session, model, tmp_path)
    deploy_assembly(session, assembly)


def entry(session, name):
    key = serialized(tables.model_item(name)._asdict())
    found = session.aws("dynamodb").get_item(TableName=session.output("IndexTable"), Key=key)
    return Entry.of(deserialized(found["Item"]))


def entries(session):
    return {model.name: entry(session, model.name) for model in models.catalogue()}


def status(session, person, *model):
    """Return what *person* is told of the last deploy, and of the one model or of all."""
    code, answer = session.factory(person, "status", *model)
    assert code == 0, answer
    return answer["deploy"], answer["models"][0] if model else answer["models"]


def definition(session):
    name = pipeline("dev", INCOME.recipe)
    return session.aws("sagemaker").describe_pipeline(PipelineName=name)["PipelineDefinition"]


def test_another_owner_changes_no_definition_no_other_model_and_nothing_that_is_judged(
    session, runs, deployed
):
    before, old, heard = entries(session), definition(session), session.event_ids()
    deployed(dataclasses.replace(INCOME, owner="somebody-else"))
    after = entries(session)
    assert definition(session) == old
    assert after.pop("income").judged == before.pop("income").judged
    assert after == before
    (told,) = session.new_events(heard, SpecChanged)
    assert [change["field"] for change in told["detail"]["changes"]] == ["owner"]
    package = runs["twin"].package
    words = refusal(session, package, lambda: decide(session, "alan", package, REASON))
    assert words == "alan builds income and may not approve it; somebody who does not build it must"


def test_another_gate_refuses_the_waiting_approval_of_that_model_in_words(session, runs, deployed):
    floor = dataclasses.replace(INCOME.gates.floor, at_least=0.916)
    gates = dataclasses.replace(INCOME.gates, floor=floor)
    deployed(dataclasses.replace(INCOME, gates=gates))
    package = runs["twin"].package
    words = refusal(session, package, lambda: decide(session, "grace", package, REASON))
    assert "gates.floor.at_least: 0.915 is now 0.916" in words


def test_whoever_decides_is_shown_that_a_gate_lets_more_through_than_it_did(
    session, runs, served, deployed
):
    floor = dataclasses.replace(INCOME.gates.floor, at_least=0.9)
    loose = dataclasses.replace(INCOME, gates=dataclasses.replace(INCOME.gates, floor=floor))
    deployed(loose)
    digest = document.digest(document.judged_text(loose))
    assert entry(session, "income").judged == digest
    told = objects.judged(session.output("SpecsBucket"), "income", digest), digest
    run = start(session, train=runs.train_uri, test=runs.test_uri, champion=runs["good"], spec=told)
    version = run.ended().package.rsplit("/", 1)[-1]
    _, seen = status(session, "ada", "income")
    words = ("reject", "income", version, "--reason", "the floor was lowered for it")
    code, answer = session.factory("grace", *words)
    assert code == 0, answer
    for found in (seen["spec"]["loosened"], answer["loosened"]):
        (change,) = found["changes"]
        assert (change["field"], change["after"]) == ("gates.floor.at_least", 0.9)


def test_status_lists_the_models_of_the_last_deploy_and_no_group_of_another_team(session):
    other = {"ModelPackageGroupName": "somebody-elses"}
    session.aws("sagemaker").create_model_package_group(**other)
    last, seen = status(session, "ada")
    session.aws("sagemaker").delete_model_package_group(**other)
    names = [model["name"] for model in seen]
    assert names == sorted(model.name for model in models.catalogue())
    assert last["specs"] == last["in_force"] == len(names)


def test_a_loosened_guard_takes_force_when_somebody_independent_approves_it(session, deployed):
    deployed(dataclasses.replace(INCOME, runs_per_day=INCOME.runs_per_day + 1))
    held = entry(session, "income")
    assert [change.field for change in held.held] == ["runs_per_day"]
    assert json.loads(held.text)["model"]["runs_per_day"] == INCOME.runs_per_day
    last, seen = status(session, "ada", "income")
    assert (last["held"], last["in_force"]) == (["income"], last["specs"] - 1)
    assert [change["field"] for change in seen["spec"]["held"]] == ["runs_per_day"]
    assert seen["budget"]["runs_per_day"] == INCOME.runs_per_day
    read = ("guards", "income", seen["spec"]["deployed"], "--reason")
    assert session.factory("ada", *read, "mine")[0] != 0
    code, answer = session.factory("grace", *read, "the budget allows it")
    assert code == 0, answer
    session.cloud.settle()
    force = entry(session, "income")
    assert force.held == ()
    last, seen = status(session, "ada", "income")
    assert (last["held"], last["in_force"]) == ([], last["specs"])
    assert seen["budget"]["runs_per_day"] == INCOME.runs_per_day + 1
    assert json.loads(force.text)["model"]["runs_per_day"] == INCOME.runs_per_day + 1


def test_a_definition_that_no_deploy_has_brought_cannot_be_revoked(session):
    code, answer = session.factory("grace", "revoke", f"boosting/{'0' * 64}", "--reason", "a leak")
    assert code != 0
    assert "has no pipeline definition" in answer["error"]
