"""Does a deploy send what differs, exactly that, and nothing once a later one has begun?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

import aws
from factory.catalogue import document
from factory.catalogue.deployment import Message
from factory.errors import Conflict, InvalidSpec, Refused, ServiceError
from factory.events.catalogue import CatalogueDeployed, DefinitionDeployed
from factory.events.people import DefinitionRevoked
from factory.layout import objects, tables
from lambdas.catalogue import definitions, deploys, handler, progress
from lambdas.onboard import handler as onboard
from tests.factory.events.instances import delivered
from tests.lambdas.catalogues import (
    DEFINITION,
    INCOME,
    ONBOARD,
    PIPELINE,
    between,
    deploy_code,
    numbered,
    request,
    settings,
    stand,
    write_as_before,
)

LATER = DEFINITION.replace("[]", '[{"Name": "Later"}]')


@pytest.fixture(autouse=True)
def url(cloud, monkeypatch):
    monkeypatch.setattr(aws, "stack_tags", lambda _: {"modelworks:deployer": "ada"})
    return stand(cloud)


@pytest.fixture(autouse=True)
def heard(cloud):
    bus = cloud.bus("factory")
    return lambda: [(e["detail-type"], e["detail"]) for e in cloud.drain(bus)]


@pytest.fixture
def deploy(cloud, url):
    """Give a function that deploys models and returns the messages that were sent, by model."""

    def run(*known, id_):
        handler.deploy(request(*known, id_=id_), settings(url))
        return {body["model"]: Message.of(body) for body in cloud.drain(url)}

    return run


def test_the_first_deploy_sends_every_model_with_its_place_and_digest(deploy):
    known = numbered(25)
    sent = deploy(*known, id_="a")
    assert sorted(sent) == [model.name for model in known]
    for model in known:
        message = sent[model.name]
        text = aws.s3_range(message.specs, message.line.start, message.line.end)
        assert text.decode() == document.spec_text(model)
        assert message.line.digest == document.digest(text)
        assert (message.sequence, message.deployer) == (1, "ada")


def test_a_file_that_names_one_model_twice_is_refused_before_anything_is_sent(cloud, url):
    twice = request(INCOME, replace(INCOME, owner="x"))
    with pytest.raises(InvalidSpec, match="'income': two entries have the name"):
        handler.deploy(twice, settings(url))
    assert cloud.drain(url) == []


def test_a_later_deploy_sends_what_was_added_changed_or_removed_and_nothing_else(deploy):
    known = numbered(6)
    deploy(*known, id_="a")
    changed = [replace(known[0], owner="x"), *known[2:], replace(INCOME, name="new-model")]
    sent = deploy(*changed, id_="b")
    assert set(sent) == {"income-0000", "income-0001", "new-model"}
    assert sent["income-0001"].line is None
    assert {message.sequence for message in sent.values()} == {2}


def test_a_deploy_without_a_change_sends_nothing(deploy):
    deploy(*numbered(6), id_="a")
    assert deploy(*numbered(6), id_="b") == {}


def test_a_request_that_comes_again_is_the_same_deploy(deploy):
    assert deploy(*numbered(3), id_="a") == deploy(*numbered(3), id_="a")
    assert aws.index_get("index", tables.SEQUENCE_ITEM)["value"] == 1


def test_what_a_deploy_may_have_sent_before_it_broke_down_is_sent_again(
    deploy, monkeypatch, cloud, url
):
    known = numbered(3)
    deploy(*known, id_="a")
    loose = [replace(model, owner="x") for model in known]
    with monkeypatch.context() as broken:
        broken.setattr(aws, "send_many", _fails)
        with pytest.raises(ServiceError):
            deploy(*loose, id_="b")
    assert set(deploy(*known, id_="c")) == {model.name for model in known}
    assert deploy(*known, id_="d") == {}


def test_a_deploy_that_drew_a_number_and_died_is_passed_over(deploy, monkeypatch):
    deploy(*numbered(2), id_="a")
    with monkeypatch.context() as broken:
        broken.setattr(aws, "s3_copy", _fails)
        with pytest.raises(ServiceError):
            deploy(*numbered(2, owner="x"), id_="b")
    assert deploy(*numbered(2), id_="c") == {}


def test_a_deploy_that_a_later_one_has_overtaken_sends_nothing(deploy, url, cloud):
    early = request(*numbered(2), id_="early")
    deploys.sequence("early", settings(url))
    deploy(*numbered(2, owner="x"), id_="late")
    with pytest.raises(Refused, match="deploy 1 was overtaken by deploy 2"):
        handler.deploy(early, settings(url))
    assert cloud.drain(url) == []


def test_the_definition_of_each_recipe_is_recorded_from_when_it_was_in_force(deploy, heard):
    deploy(INCOME, id_="a")
    (told,) = [detail for kind, detail in heard() if kind == DefinitionDeployed.TYPE]
    first = told["detail"]["digest"]
    known = aws.specs.definition("index", "boosting", first)
    assert known.in_force_at(told["detail"]["since"])
    assert not known.in_force_at("2000-01-01T00:00:00.000+00:00")


def test_a_definition_that_another_one_replaces_is_no_longer_in_force(deploy, heard):
    deploy(INCOME, id_="a")
    boto3.client("sagemaker").update_pipeline(PipelineName=PIPELINE, PipelineDefinition=LATER)
    deploy(INCOME, id_="b")
    first, second = (
        detail["detail"] for kind, detail in heard() if kind == DefinitionDeployed.TYPE
    )
    old = aws.specs.definition("index", "boosting", first["digest"])
    new = aws.specs.definition("index", "boosting", second["digest"])
    assert old.periods == ((first["since"], second["since"]),)
    assert new.in_force_at(second["since"])
    assert not old.in_force_at(second["since"])


def test_a_definition_that_comes_back_is_in_force_again(deploy):
    deploy(INCOME, id_="a")
    for number, definition in enumerate((LATER, DEFINITION)):
        boto3.client("sagemaker").update_pipeline(
            PipelineName=PIPELINE, PipelineDefinition=definition
        )
        deploy(INCOME, id_=f"b{number}")
    current = aws.index_get("index", tables.current_item("boosting"))
    known = aws.specs.definition("index", "boosting", current["digest"])
    assert len(known.periods) == 2
    assert known.periods[-1][1] == ""


def test_a_definition_that_was_read_before_a_later_one_came_does_not_take_its_place(
    deploy, monkeypatch, url
):
    deploy(INCOME, id_="a")
    found = aws.sagemaker("describe_pipeline", PIPELINE, PipelineName=PIPELINE)
    read = {**found, "LastModifiedTime": found["LastModifiedTime"] - timedelta(seconds=1)}
    deploy_code("later")
    deploy(INCOME, id_="b")
    later = current()
    with monkeypatch.context() as slow:
        slow.setattr(aws, "sagemaker", lambda *_, **__: read)
        definitions.record(["boosting"], 1, settings(url))
    ((_, end),) = aws.specs.definition("index", "boosting", later).periods
    assert (current(), end) == (later, "")


def revoke(digest):
    said = {"actor": "person/grace", "reason": "it leaks", "key": "request"}
    event = DefinitionRevoked(**said, recipe="boosting", digest=digest)
    onboard.receive(delivered(event), ONBOARD)


def current():
    """Return the digest of the definition that is deployed."""
    return aws.index_get("index", tables.current_item("boosting"))["digest"]


@pytest.mark.parametrize("uncounted", [False, True])
def test_a_revocation_in_the_moment_when_a_deploy_ends_a_period_is_not_undone(
    deploy, monkeypatch, uncounted
):
    deploy(INCOME, id_="a")
    digest = current()
    if uncounted:
        write_as_before(digest)
    deploy_code("later")
    deploys.sequence("b", settings(""))  # so that the definitions are what is written next
    with between(monkeypatch, lambda: revoke(digest)):
        deploy(INCOME, id_="b")
    known = aws.specs.definition("index", "boosting", digest)
    ((_, end),) = known.periods
    assert (end != "", known.revoked["key"]) == (True, "request")
    assert aws.specs.definition("index", "boosting", current()).periods[-1][1] == ""


@pytest.mark.parametrize("uncounted", [False, True])
def test_a_revocation_in_the_moment_when_a_definition_comes_back_is_not_undone(
    deploy, monkeypatch, uncounted
):
    deploy_code("first")
    deploy(INCOME, id_="a")
    digest = current()
    deploy_code("second")
    deploy(INCOME, id_="b")
    if uncounted:
        write_as_before(digest)
    deploy_code("first")
    deploys.sequence("c", settings(""))
    with between(monkeypatch, lambda: revoke(digest)):
        deploy(INCOME, id_="c")
    known = aws.specs.definition("index", "boosting", digest)
    assert (current(), len(known.periods), known.periods[-1][1]) == (digest, 2, "")
    assert known.revoked["key"] == "request"


def test_a_note_that_is_written_elsewhere_in_the_same_moment_breaks_no_deploy(deploy, monkeypatch):
    deploy(*numbered(2), id_="a")
    write, busy = aws.index_write, [tables.OUTSTANDING, tables.SENT_ITEM.pk]

    def contended(table, writes):
        if busy and {each.key.pk for each in writes} == {busy[0]}:
            raise Conflict(f"TransactWriteItems {busy.pop(0)}: TransactionConflict")
        write(table, writes)

    monkeypatch.setattr(aws, "index_write", contended)
    assert len(deploy(*numbered(2, owner="x"), id_="b")) == 2
    assert (busy, last_sent()["sequence"]) == ([], 2)
    assert len(list(aws.index_items("index", tables.OUTSTANDING))) == 2


def last_sent():
    return aws.index_get("index", tables.SENT_ITEM)


def test_how_many_specs_the_last_complete_deploy_has_is_noted(deploy, monkeypatch):
    deploy(*numbered(3), id_="a")
    with monkeypatch.context() as broken:
        broken.setattr(aws, "send_many", _fails)
        with pytest.raises(ServiceError):
            deploy(*numbered(5), id_="b")
    assert (last_sent()["sequence"], last_sent()["specs"]) == (1, 3)
    deploy(*numbered(4), id_="c")
    assert (last_sent()["sequence"], last_sent()["specs"]) == (3, 4)


def test_a_deploy_that_ends_late_does_not_take_the_place_of_a_later_one(deploy, url):
    deploy(*numbered(3), id_="a")
    deploy(*numbered(4), id_="b")
    first = deploys.recorded(1, request(*numbered(3), id_="a"), settings(url))
    progress.end(first, settings(url))
    assert last_sent()["sequence"] == 2


def step_code(text, digest):
    """Put a recipe's code where the deployment has its asset; return CloudFormation's request."""
    aws.s3_put("s3://assets/code.zip", text)
    asset = {"Uri": "s3://assets/code.zip", "Digest": digest}
    kind = {"ResourceType": "Custom::StepCode", "LogicalResourceId": "Copies"}
    return {**request(), **kind, "ResourceProperties": {"Code": {"boosting": asset}}}


def test_the_code_of_every_deploy_is_kept_for_the_runs_that_began_under_it(cloud, url):
    for text, digest in ((b"old", "a" * 64), (b"new", "b" * 64)):
        handler.receive(step_code(text, digest), settings(url))
    kept = [objects.step_code("specs", "boosting", name * 64) for name in "ab"]
    assert [aws.s3_get(uri) for uri in kept] == [b"old", b"new"]
    assert cloud.drain(url) == []


def test_code_that_is_kept_already_is_not_written_again(cloud, url):
    for text in (b"first", b"second"):
        handler.receive(step_code(text, "a" * 64), settings(url))
    assert aws.s3_get(objects.step_code("specs", "boosting", "a" * 64)) == b"first"


def test_the_deploy_is_told_with_who_claims_to_have_made_it(deploy, heard):
    deploy(*numbered(3), id_="a")
    (told,) = [detail for kind, detail in heard() if kind == CatalogueDeployed.TYPE]
    assert told["detail"] == {"sequence": 1, "models": 3, "changed": 3, "deployer": "ada"}


@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_cloudformation_is_answered(deploy, monkeypatch, url, kind):
    answers = []
    monkeypatch.setattr(aws, "answer_stack", lambda *_, **told: answers.append(told))
    for name, value in settings(url).to_env().items():
        monkeypatch.setenv(name, value)
    handler.handle({**request(INCOME), "RequestType": kind}, None)
    assert answers == [{"physical_id": "catalogue"}]


def test_cloudformation_is_answered_with_the_failure(monkeypatch, url):
    answers = []
    monkeypatch.setattr(aws, "answer_stack", lambda *_, **told: answers.append(told))
    for name, value in settings(url).to_env().items():
        monkeypatch.setenv(name, value)
    bad = request(INCOME)
    bad["ResourceProperties"]["CatalogueUri"] = "s3://assets/nowhere.jsonl"
    with pytest.raises(ServiceError):
        handler.handle(bad, None)
    assert "nowhere.jsonl" in answers[0]["failure"]


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")
