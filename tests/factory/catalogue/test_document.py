"""Are the same models the same bytes, and do the two documents hold what they should?"""

import dataclasses
import json

import pytest

import models
from factory.catalogue import document
from factory.catalogue.spec import Judged
from factory.errors import InvalidSpec

MODELS = tuple(models.catalogue())
INCOME = models.catalogue()["income"]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_a_spec_comes_back_as_it_was(model):
    assert document.parse_spec(document.spec_text(model)) == model


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_a_judged_document_holds_the_judged_fields_and_no_other(model):
    found = json.loads(document.judged_text(model))["judged"]
    assert set(found) == {field.name for field in dataclasses.fields(Judged)}
    parsed = document.parse_judged(document.judged_text(model))
    assert type(parsed) is Judged
    assert document.judged_text(parsed) == document.judged_text(model)


@pytest.mark.parametrize(
    "change",
    [
        {"owner": "somebody-else"},
        {"purpose": "another"},
        {"builders": ("grace",)},
        {"retired": True},
        {"runs_per_day": 1},
        {"serving": dataclasses.replace(INCOME.serving, instances=7)},
        {"watch": dataclasses.replace(INCOME.watch, max_psi=0.1)},
        {"card": dataclasses.replace(INCOME.card, ethics="none")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_not_judged_leaves_the_judged_digest_as_it_is(change):
    changed = dataclasses.replace(INCOME, **change)
    assert document.judged_text(changed) == document.judged_text(INCOME)
    assert document.spec_text(changed) != document.spec_text(INCOME)


def test_a_judged_field_changes_both_digests():
    changed = dataclasses.replace(INCOME, key="another")
    assert document.judged_text(changed) != document.judged_text(INCOME)
    assert document.spec_text(changed) != document.spec_text(INCOME)


def test_a_document_is_one_line_whatever_the_words_hold():
    words = dataclasses.replace(INCOME.card, ethics="one\ntwo\u2028three\r\n")
    text = document.spec_text(dataclasses.replace(INCOME, card=words))
    assert len(text.splitlines()) == 1
    assert document.parse_spec(text).card.ethics == "one\ntwo\u2028three\r\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "is a list, not an object"),
        ('{"version": 1, "model": {}}', "version 1 with model, version is unknown"),
        ('{"version": 2, "judged": {}}', "version 2 with 'model' is read"),
        ('{"version": 2, "model": 7}', "7 is not an object"),
        ('{"version": 2, "model": {"name": "x", "depth": 3}}', "depth is not a field of Model"),
        ('{"version": 2, "model": {"name": "x"}}', "missing"),
    ],
)
def test_what_is_not_a_spec_is_refused_in_words(text, words):
    with pytest.raises(InvalidSpec, match=words):
        document.parse_spec(text)


def test_a_spec_that_breaks_a_rule_is_refused_when_it_is_read():
    text = document.spec_text(dataclasses.replace(INCOME, features=()))
    with pytest.raises(InvalidSpec, match="features: is empty"):
        document.parse_spec(text)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"at_least":0.915', '"at_least":9', r"gates.floor.at_least: 9 is not in \[0.5, 1\)"),
        ('"at_least":0.915', '"at_least":"9"', "gates.floor.at_least: '9' is a str; a number is"),
        ('"key":"row_id"', '"key":""', "key: is empty; say it in words"),
    ],
)
def test_a_judged_document_that_breaks_a_rule_is_refused_when_a_step_reads_it(before, after, words):
    text = document.judged_text(INCOME)
    assert before in text
    with pytest.raises(InvalidSpec, match=f"model 'income': .*{words}"):
        document.parse_judged(text.replace(before, after))
