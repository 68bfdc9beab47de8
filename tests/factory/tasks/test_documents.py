"""Does each kind of question come back from its document, and is what is none refused in words?"""

import json
from dataclasses import replace

import pytest

from factory.catalogue import document
from factory.catalogue.change import changes
from factory.catalogue.rules import violations
from factory.catalogue.spec import Judged
from factory.errors import InvalidSpec
from factory.tasks.task import Task
from tests.factory.tasks.specs import MODELS

KINDS = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def told(model, **members):
    """Return the judged document of *model* with members of its task, or split, set anew."""
    found = json.loads(document.judged_text(model))
    for part, changed in members.items():
        found["judged"][part] = changed(found["judged"][part])
    return json.dumps(found)


@KINDS
def test_a_kind_is_the_one_that_its_word_names(model):
    assert list(violations(model)) == []
    assert Task.named(model.task.KIND) is type(model.task)


@KINDS
def test_a_question_comes_back_from_both_documents(model):
    text = document.judged_text(model)
    assert document.parse_judged(text).task == model.task
    assert document.judged_text(document.parse_judged(text)) == text
    assert type(document.parse_judged(text)) is Judged
    assert document.parse_spec(document.spec_text(model)) == model


@KINDS
@pytest.mark.parametrize(
    "word", ["tarot", "", "task", "answers", "../binary", "os", "Binary", 7, None, ["binary"]]
)
def test_a_word_that_names_no_kind_is_refused(model, word):
    text = told(model, task=lambda task: {**task, "kind": word})
    with pytest.raises(InvalidSpec, match=rf"model '{model.name}'.task: .* is no kind of Task"):
        document.parse_judged(text)


def test_a_kind_that_is_not_said_is_refused():
    text = told(MODELS["count"], task=lambda task: {"label": task["label"]})
    with pytest.raises(InvalidSpec, match="task: None is no kind of Task"):
        document.parse_judged(text)


def test_a_long_or_hidden_word_is_not_repeated_whole():
    text = told(MODELS["count"], task=lambda task: {**task, "kind": "\x1b[2J" + "x" * 5000})
    with pytest.raises(InvalidSpec) as caught:
        document.parse_judged(text)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


@KINDS
def test_a_field_that_the_kind_has_not_is_refused(model):
    text = told(model, task=lambda task: {**task, "colour": 24})
    words = f"colour is not a field of {type(model.task).__name__}"
    with pytest.raises(InvalidSpec, match=words):
        document.parse_judged(text)


@KINDS
def test_a_question_about_nothing_is_refused(model):
    field = next(f for f, column in model.task.columns.items() if column == model.task.target)
    text = told(model, task=lambda task: {k: v for k, v in task.items() if k != field})
    with pytest.raises(InvalidSpec, match=rf"missing .* argument: '{field}'"):
        document.parse_judged(text)


@pytest.mark.parametrize("odd", ["income", 7, None, ["binary"]])
@pytest.mark.parametrize("part", ["task", "split"])
def test_a_task_or_split_that_is_no_object_is_refused(part, odd):
    text = told(MODELS["binary"], **{part: lambda _: odd})
    with pytest.raises(InvalidSpec, match=f"{part}: .* is not an object with the fields of"):
        document.parse_judged(text)


@pytest.mark.parametrize(
    ("kind", "field", "odd", "words"),
    [
        ("binary", "label", 7, "task.label: 7 is a int; a value of type str is wanted"),
        ("binary", "positive", True, "task.positive: True is a bool"),
        ("binary", "thresholds", None, "task.thresholds: None is a NoneType"),
        ("multiclass", "favourable", "a", "task.favourable: 'a' is a str; a tuple of texts"),
        ("multiclass", "favourable", [1], "task.favourable: (1,) is a tuple; a tuple of texts"),
        ("regression", "coverage", "0.9", "task.coverage: '0.9' is a str; a value of type float"),
        ("regression", "unit", [], "task.unit: [] is a list"),
        ("count", "exposure", {}, "task.exposure: {} is a dict"),
        ("forecast", "horizon", "24", "task.horizon: '24' is a str"),
        ("forecast", "series", "station", "task.series: 'station' is a str; a tuple of texts"),
        ("ranking", "at", 5.0, "task.at: 5.0 is a float; a value of type int is wanted"),
    ],
)  # fmt: skip
def test_a_field_of_another_type_is_refused(kind, field, odd, words):
    text = told(MODELS[kind], task=lambda task: {**task, field: odd})
    with pytest.raises(InvalidSpec) as caught:
        document.parse_judged(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "lottery"}, "split: 'lottery' is no kind of Split"),
        ({"test": 7}, "split.test: 7 is a int"),
        ({"share": 0.2}, "share is not a field of Published"),
        ({"train": " "}, "split.train: is empty; say it in words"),
    ],
)
def test_a_split_that_is_none_is_refused(change, words):
    text = told(MODELS["regression"], split=lambda split: {**split, **change})
    with pytest.raises(InvalidSpec) as caught:
        document.parse_judged(text)
    assert words in str(caught.value)


def test_another_kind_of_question_is_a_change_that_loosens():
    before, after = MODELS["regression"], replace(MODELS["regression"], task=MODELS["count"].task)
    (change,) = changes(before, after)
    assert (change.field, change.loosens, change.field_class) == ("task", True, "judged")
    assert (change.before["kind"], change.after["kind"]) == ("regression", "count")
