"""Does the check of a spec use all that its contracts promise?"""

from dataclasses import replace

import pytest

import models
from factory.catalogue import classes, fit
from factory.catalogue.spec import Fairness, Floor, Published
from factory.products.contract import Column, Contract, Limit, Quality
from factory.tasks.binary import Binary

INCOME = models.catalogue()["income"]
ROWS = Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(1,)))


def listed(*values):
    return (Quality(metric="invalidValues", limit=Limit(), allowed=values),)


def text(name, *values, **more):
    quality = listed(*values) if values else ()
    return Column(name=name, kind="string", type="VARCHAR", quality=quality, **more)


KEY = text("id", required=True, unique=True)
GOOD = {
    "id": KEY,
    "age": Column(name="age", kind="integer", type="BIGINT", minimum=0, maximum=120),
    "sex": text("sex", "F", "M"),
    "left": text("left", "no", "yes", required=True),
}
MODEL = replace(
    INCOME,
    split=Published(train="a", test="b"),
    key="id",
    task=Binary(label="left", positive="yes"),
    features=("age", "sex"),
    gates=replace(INCOME.gates, fairness=Fairness(attributes=("sex",))),
)


def contract(product, quality=(ROWS,), **columns):
    found = {**GOOD, **columns}.values()
    return Contract(
        product=product, id=product, version="1", key="id", columns=tuple(found), quality=quality
    )


def said(model=MODEL, train=None, test=None, **both):
    products = {"a": train or contract("a", **both), "b": test or contract("b", **both)}
    return list(fit.violations(model, products))


def label(kind="string", stored="VARCHAR", *values, required=True):
    quality = listed(*values) if values else ()
    return Column(name="left", kind=kind, type=stored, required=required, quality=quality)


def positive(word):
    return replace(MODEL, task=Binary(label="left", positive=word))


def test_a_spec_that_fits_its_contracts_breaks_nothing():
    assert said() == []
    assert [w for m in models.catalogue() for w in fit.violations(m, {})] == []


@pytest.mark.parametrize(
    ("words", "model", "columns"),
    [
        ("task.positive: 'Yes' is not a value of 'left' in a; choose from 'no', 'yes'",
         positive("Yes"), {}),
        ("task.label: 'left' may be empty in a; make it `required`",
         MODEL, {"left": text("left", "no", "yes")}),
        ("task.label: 'left' may hold anything in a, and what is misspelled would count as no",
         MODEL, {"left": text("left", required=True)}),
        ("task.label: 'left' has 3 values in a, and a model decides between two",
         MODEL, {"left": text("left", "no", "yes", "maybe", required=True)}),
        ("task.label: 'left' has 1 value in a",
         MODEL, {"left": text("left", "yes", required=True)}),
        ("task.label: 'left' is a date in a", MODEL, {"left": label("date", "DATE")}),
        ("task.positive: 'True' is not a value of 'left' in a; choose from 'false', 'true'",
         positive("True"), {"left": label("boolean", "BOOLEAN")}),
        ("task.positive: '1.0' is not a value of 'left' in a; choose from '0', '1'",
         positive("1.0"), {"left": label("number", "DOUBLE", 0.0, 1.0)}),
        ("key: a may have 'age' twice or empty; use its key, 'id'", replace(MODEL, key="age"), {}),
        ("features: 'age' names a row of a", MODEL, {"age": replace(GOOD["age"], unique=True)}),
        ("features: 'age' is personal data by the contract of a (classification 'PII')",
         MODEL, {"age": replace(GOOD["age"], classification="PII")}),
        ("gates.fairness.attributes: 'sex' may have more than 254 levels in a",
         MODEL, {"sex": Column(name="sex", kind="number", type="DOUBLE")}),
        ("gates.fairness.attributes: 'sex' may have more than 254 levels in a",
         MODEL, {"sex": Column(name="sex", kind="integer", type="BIGINT", minimum=0)}),
        ("gates.fairness.attributes: 'sex' may have more than 254 levels in a",
         MODEL, {"sex": text("sex", *(f"s{n}" for n in range(255)))}),
        ("gates.fairness.attributes: 'sex' has one level in a", MODEL, {"sex": text("sex", "F")}),
    ],
)  # fmt: skip
def test_what_a_contract_says_against_a_spec_is_told_with_the_remedy(words, model, columns):
    assert [w for w in said(model, **columns) if w.startswith(words)] != []


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("true", label("boolean", "BOOLEAN")),
        ("1", label("number", "DOUBLE", 0.0, 1.0)),
        ("1", label("integer", "BIGINT", 0, 1)),
        ("0.5", label("number", "DOUBLE", 0.5, 1.0)),
    ],
)
def test_a_positive_is_written_as_training_writes_it(word, column):
    assert said(positive(word), left=column) == []


@pytest.mark.parametrize(("kind", "stored"), [("date", "DATE"), ("timestamp", "TIMESTAMP")])
def test_a_day_or_a_time_is_a_feature(kind, stored):
    assert said(age=Column(name="age", kind=kind, type=stored)) == []


def test_what_is_judged_must_not_be_what_is_learned_from():
    (words,) = said(replace(MODEL, split=Published(train="a", test="a")))
    assert words.startswith("split.test: 'a' is also what it learns from")


def test_columns_are_of_one_type_in_both_splits():
    other = contract("b", age=text("age"))
    assert said(test=other) == [
        "split: 'age' is of type integer in a and string in b; make them the same in both contracts"
    ]


@pytest.mark.parametrize(
    ("operator", "bounds"),
    [("mustBe", (67,)), ("mustBeLessThan", (68,)), ("mustBeBetween", (1, 67)),
     ("mustBeLessOrEqualTo", (67,))],
)  # fmt: skip
def test_a_test_split_that_can_never_be_large_enough_is_told(operator, bounds):
    few = Quality(metric="rowCount", limit=Limit(operator=operator, bounds=bounds))
    (words,) = said(test=contract("b", quality=(ROWS, few)))
    assert words.startswith(
        "split: b has at most 67 rows by its contract, and even of perfect answers 68 are needed"
    )
    assert said(train=contract("a", quality=(few,))) == []
    lower = classes.replaced(MODEL, {"gates.floor.at_least": 0.91})
    assert said(lower, test=contract("b", quality=(few,))) == []


@pytest.mark.parametrize(
    "floor", [Floor(at_least=0.9, metric="f1"), Floor(at_least=0.9, confidence=1.0), Floor()]
)
def test_of_a_floor_that_is_none_no_rows_are_counted(floor):
    assert said(replace(MODEL, gates=replace(MODEL.gates, floor=floor))) == []
