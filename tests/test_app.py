import dataclasses

import pytest
from aws_cdk import App

import app
import models
from factory.catalogue import catalogue as catalogues
from factory.catalogue.catalogue import Catalogue
from factory.errors import InvalidSettings, InvalidSpec
from factory.stage import DEV, PROD
from stacks.accounts import STACKS


def test_a_model_whose_recipe_is_not_compiled_is_refused_with_the_fix():
    model = dataclasses.replace(next(iter(models.catalogue())), recipe="images")
    with pytest.raises(InvalidSpec, match=r"pipelines/images/pipeline\.json is not there"):
        app.recipes(Catalogue.of([model]))


def test_the_context_chooses_the_stage_and_dev_is_what_nobody_chose():
    assert app.chosen(App(context={"stage": "prod"})) is PROD
    assert app.chosen(App()) is DEV


def test_an_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(InvalidSettings, match="'paradise' is unknown; say dev or prod"):
        app.chosen(App(context={"stage": "paradise"}))


def test_the_context_may_name_a_file_with_another_catalogue(tmp_path):
    (only, *_) = models.catalogue()
    file = tmp_path / "catalogue.json"
    file.write_text(catalogues.render(Catalogue.of([only])))
    assert list(app.listed(App(context={"catalogue": str(file)}))) == [only]
    assert app.listed(App()) == models.catalogue()


def test_the_context_names_five_accounts_or_none():
    named = {room: str(number) * 12 for number, room in enumerate(STACKS, start=1)}
    found = app.named_accounts(App(context={"accounts": named, "region": "eu-west-1"}))
    assert (found.ids, found.region) == (named, "eu-west-1")
    assert app.named_accounts(App()) is None


def test_code_is_staged_under_the_digest_of_its_files(tmp_path, monkeypatch):
    monkeypatch.setattr(app, "BUILD", tmp_path)
    first, second = app.staged("boosting"), app.staged("boosting")
    assert first == second
    assert sorted(p.name for p in (tmp_path / "code").iterdir()) == [first.name]
    (first / "pipelines" / "steps" / "train.py").write_text("changed")
    with pytest.raises(InvalidSpec, match="was changed"):
        app.staged("boosting")


def test_a_document_is_written_under_the_digest_of_its_text(tmp_path, monkeypatch):
    monkeypatch.setattr(app, "BUILD", tmp_path)
    assert app.written("a", "1") == app.written("a", "1")
    assert app.written("a", "1") != app.written("a", "2")
    assert app.written("a", "2").read_text() == "2"
