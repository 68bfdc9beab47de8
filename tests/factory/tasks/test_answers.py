"""Is an answer read as it was written, whatever its fields are, and compared by what it says?"""

import json
import math
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.tasks import answers
from factory.tasks.answers import CSV, JSON, LONGEST, NotAnAnswerError, far, lines, read
from factory.tasks.task import FLAG, NUMBER, SHARES, WORD, Field
from pipelines.measure import wire
from tests.factory.tasks.specs import MODELS

numbers = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
VALUES = {NUMBER: numbers, FLAG: st.booleans(), WORD: words}


class Case(NamedTuple):
    """Fields, what is answered to each row, and the arrays that hold it."""

    fields: dict[str, Field]
    rows: list[tuple]
    said: wire.Said


def column(kind, values):
    """Return the array in which a measure holds *values*."""
    if kind == NUMBER:
        return np.array([math.nan if v is None else v for v in values], float)
    if kind == SHARES:
        return np.array(values, float)
    return np.array(values, bool if kind == FLAG and None not in values else object)


@st.composite
def cases(draw):
    kinds = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=5))
    if draw(st.booleans()):
        kinds.insert(draw(st.integers(0, len(kinds))), SHARES)
    fields = {
        f"f{place}": Field(kind=kind, words="", empty=kind != SHARES and draw(st.booleans()))
        for place, kind in enumerate(kinds)
    }
    classes = sorted(draw(st.sets(words, min_size=2, max_size=4)))
    size = draw(st.integers(1, 4))
    columns = []
    for field in fields.values():
        if field.kind == SHARES:
            one = st.tuples(*(numbers for _ in classes))
        else:
            one = st.none() | VALUES[field.kind] if field.empty else VALUES[field.kind]
        columns.append(draw(st.lists(one, min_size=size, max_size=size)))
    arrays = {n: column(f.kind, c) for (n, f), c in zip(fields.items(), columns, strict=True)}
    return Case(fields, list(zip(*columns, strict=True)), wire.Said(arrays, classes))


@settings(max_examples=300, deadline=None)
@given(cases())
def test_what_is_written_in_json_is_read_as_it_was_said(case):
    assert read(wire.json_of(case.said), JSON, case.fields) == case.rows


@settings(max_examples=300, deadline=None)
@given(cases())
def test_what_is_written_in_csv_is_read_as_it_was_said(case):
    assert read(wire.csv_of(case.said), CSV, case.fields) == case.rows


@settings(max_examples=200, deadline=None)
@given(cases())
def test_an_answer_is_no_way_from_itself_and_has_one_line(case):
    for row in case.rows:
        assert far(row, row, case.fields) == 0
        assert [*lines([row])] == [*lines([tuple(row)])]


@given(st.text(max_size=60), st.sampled_from([JSON, CSV]), st.sampled_from(list(MODELS.values())))
def test_any_text_is_read_or_refused_in_words_that_repeat_none_of_it(text, kind, model):
    rows, refusal = tried(text, kind, model.task.ANSWER)
    assert refusal.startswith(("an answer is no ", "row ")) or (
        not refusal and all(len(row) == len(model.task.ANSWER) for row in rows)
    )


def tried(text, kind, fields):
    """Return the answers in *text*, and why there are none."""
    try:
        return read(text, kind, fields), ""
    except NotAnAnswerError as refusal:
        return [], str(refusal)


ANSWERED = {
    "binary": (["score", "selected", "label"], [0.7, True, "yes"], "0.7,1,yes"),
    "multiclass": (
        ["label", "probability", "probabilities"], ["a", 0.6, {"b": 0.4, "a": 0.6}], "a,0.6,0.6,0.4"
    ),
    "regression": (["value", "low", "high"], [9.5, 8, 11], "9.5,8,11"),
    "count": (["expected", "rate"], [2.5, 0.5], "2.5,0.5"),
    "forecast": (["value", "low", "high"], [None, None, None], ",,"),
    "ranking": (["score", "rank"], [0.7, 2], "0.7,2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ANSWERED)
def test_each_kind_is_answered_by_its_fields(kind):
    fields = MODELS[kind].task.ANSWER
    names, values, cells = ANSWERED[kind]
    assert list(fields) == names
    body = json.dumps({"predictions": [dict(zip(names, values, strict=True))]})
    assert read(body, JSON, fields) == read(cells, CSV, fields)


@pytest.mark.parametrize("kind", ANSWERED)
def test_a_field_that_is_not_there_is_no_answer(kind):
    fields = MODELS[kind].task.ANSWER
    names, values, cells = ANSWERED[kind]
    short = json.dumps({"predictions": [dict(zip(names[1:], values[1:], strict=True))]})
    with pytest.raises(NotAnAnswerError, match=f"an answer is no application/json of {names[0]}"):
        read(short, JSON, fields)
    with pytest.raises(NotAnAnswerError, match=f"an answer is no text/csv of {names[0]}"):
        read(",".join(cells.split(",")[: len(fields) - 1]), CSV, fields)


BINARY = MODELS["binary"].task.ANSWER


@pytest.mark.parametrize(
    "body",
    [
        '[{"score": 1, "selected": true, "label": "yes"}]',
        '{"predictions": 7}',
        '{"predictions": [{"score": "0.7", "selected": true, "label": "yes"}]}',
        '{"predictions": [{"score": true, "selected": true, "label": "yes"}]}',
        '{"predictions": [{"score": 0.7, "selected": 1, "label": "yes"}]}',
        '{"predictions": [{"score": 0.7, "selected": true, "label": 1}]}',
        '{"predictions": [{"score": 0.7, "selected": null, "label": "yes"}]}',
        json.dumps({"predictions": [{"score": 1, "selected": True, "label": "x" * (LONGEST + 1)}]}),
        "[" * 100_000,
    ],
)
def test_a_value_of_another_kind_is_no_answer(body):
    with pytest.raises(NotAnAnswerError, match="an answer is no application/json of score, sel"):
        read(body, JSON, BINARY)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1" + "0" * 400])
def test_a_number_that_is_not_finite_is_no_answer(number):
    body = f'{{"predictions": [{{"score": {number}, "selected": true, "label": "yes"}}]}}'
    with pytest.raises(NotAnAnswerError, match="row 1 of a request gets no finite number"):
        read(body, JSON, BINARY)


def test_numbers_are_compared_in_proportion_and_words_by_their_letters():
    shares = {"p": Field(kind=SHARES, words="")}
    number = {"n": Field(kind=NUMBER, words="", empty=True)}
    assert far((100.0,), (101.0,), number) == pytest.approx(1 / 101)
    assert far((0.1,), (0.3,), number) == pytest.approx(0.2)
    assert far((None,), (None,), number) == 0
    assert far((None,), (0.0,), number) == math.inf
    assert far(((0.2, 0.8),), ((0.3, 0.7),), shares) == pytest.approx(0.1)
    assert far(((0.2, 0.8),), ((1.0,),), shares) == math.inf
    assert far((0.7, True, "yes"), (0.7, True, "no"), BINARY) == math.inf
    assert far((0.7, True, "yes"), (0.7, True), BINARY) == math.inf


def test_answers_that_differ_by_rounding_have_the_same_line():
    one, same, other = lines([(0.1 + 0.2, True, "yes"), (0.3, True, "yes"), (0.3001, True, "yes")])
    assert one == same != other
    one, other = lines([((0.25, 0.75), None), ((0.25, 0.7), None)])
    assert one != other


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_fields_come_back_from_json(model):
    found = answers.fields_of(json.loads(json.dumps(answers.documented(model.task.ANSWER))))
    assert [(n, f.kind, f.empty) for n, f in found.items()] == [
        (n, f.kind, f.empty) for n, f in model.task.ANSWER.items()
    ]
