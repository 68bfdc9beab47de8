"""Does each kind of question say what is wrong with it, by field, fact and remedy?"""

from dataclasses import replace
from pathlib import Path

import pytest

from factory import tasks
from factory.catalogue import classes, fit
from factory.catalogue.rules import violations
from factory.catalogue.spec import Hashed, Published
from factory.products.contract import Column, Contract, Limit, Quality
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.forecast import Forecast
from factory.tasks.multiclass import Multiclass
from factory.tasks.ranking import Ranking
from factory.tasks.regression import Regression
from factory.tasks.task import Counted, Task
from tests.factory.tasks.specs import MODELS

FOLDER = Path(tasks.__path__[0])


def asked(kind, **fields):
    """Return the model of *kind* with other fields of its task."""
    return replace(MODELS[kind], task=replace(MODELS[kind].task, **fields))


def floored(kind, **fields):
    """Return the model of *kind* with other fields of its floor."""
    return classes.replaced(MODELS[kind], {f"gates.floor.{n}": v for n, v in fields.items()})


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (asked("binary", label=" "), "task.label: is empty; say it in words"),
        (asked("binary", label="age"), "features: 'age' is also task.label; take it out of"),
        (asked("binary", label="id"), "key: 'id' is also task.label; name another column"),
        (asked("binary", positive=" "), "task.positive: is empty; say which value of the label"),
        (asked("binary", thresholds="many"),
         "task.thresholds: 'many' is unknown; say single or per-group"),
        (replace(asked("binary", thresholds="per-group"), features=("age",)),
         "task.thresholds: sex is no feature, so no request tells whose threshold holds; make it"),
        (asked("multiclass", favourable=("a", "")),
         "task.favourable: names an empty class; name classes of the label"),
        (asked("regression", coverage=0.4), "task.coverage: 0.4 is not in [0.5, 0.99]; 0.9 is"),
        (asked("regression", coverage=1.0), "task.coverage: 1.0 is not in [0.5, 0.99]"),
        (asked("regression", coverage=float("nan")), "task.coverage: nan is not finite"),
        (asked("forecast", step="minute"), "task.step: 'minute' is unknown; say one of 30min, h"),
        (asked("forecast", horizon=0), "task.horizon: 0 is not in 1 to 500 steps"),
        (asked("forecast", coverage=0.2), "task.coverage: 0.2 is not in [0.5, 0.99]"),
        (asked("forecast", known=("age",)),
         "features: a forecast sees the columns that are known in advance and nothing else of"),
        (asked("forecast", series=("at",)), "task.time: 'at' is also task.series[0]; name an"),
        (asked("ranking", at=0), "task.at: 0 is not in 1 to 1000; 5 or 10 is usual"),
        (asked("ranking", item="day"), "task.item: 'day' is also task.query; name another colu"),
        (replace(MODELS["ranking"], split=Hashed(product="census_train")),
         "split.key: 'id' splits row by row, and all rows of one day are one question; say k"),
        (floored("ranking", at_least=1.0), "gates.floor.at_least: 1.0 is not in [0, 1)"),
        (asked("count", exposure="claims"), "task.exposure: 'claims' is also task.label; name"),
        (asked("count", exposure="sex"), "features: 'sex' is also task.exposure; take it out"),
        (replace(MODELS["count"], weight="claims"), "weight: 'claims' is also task.label; name"),
        (replace(MODELS["count"], where={"years": "1"}), "where: 'years' is also task.exposure"),
        (floored("binary", at_least=None), "gates.floor: auc is a score; set at_least, and at_"),
        (floored("binary", at_most=0.9), "gates.floor: auc is a score; set at_least, and at_most"),
        (floored("binary", metric="brier"), "gates.floor: brier is an error; set at_most, and at_"),
        (floored("binary", metric="mae"), "'mae' is unknown; a binary task has auc, average_prec"),
        (floored("multiclass", at_most=None, at_least=0.5), "log_loss is an error; set at_most,"),
        (floored("multiclass", metric="accuracy"), "gates.floor: accuracy is a score; set at_lea"),
        (floored("regression", at_most=-1.0), "gates.floor.at_most: -1.0 is not in (0, inf)"),
        (floored("regression", metric="auc"), "'auc' is unknown; a regression task has mae, mse"),
        (floored("count", at_most=None), "gates.floor: deviance is an error; set at_most, and"),
        (floored("count", too_good=0.0), "too_good: 0.0 is not above 0 and at most 1"),
        (floored("multiclass", metric="auc", at_most=None, at_least=0.54),
         "gates.floor.at_least: 0.54 is below 0.55, the least in tier 2: it is what a model has"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_said_with_the_remedy(model, words):
    assert words in "; ".join(violations(model))


@pytest.mark.parametrize(
    "model",
    [
        replace(MODELS["binary"], features=("age",)),
        floored("binary", metric="brier", at_least=None, at_most=0.2),
        floored("multiclass", metric="accuracy", at_most=None, at_least=0.4),
        asked("multiclass", favourable=()),
        asked("count", exposure=""),
        replace(MODELS["regression"], weight="sampled"),
    ],
)
def test_what_a_kind_may_say_besides_breaks_nothing(model):
    assert list(violations(model)) == []


@pytest.mark.parametrize("kind", MODELS)
def test_a_request_carries_the_features_and_what_the_task_sends(kind):
    model = MODELS[kind]
    sent = {"count": ("years",), "forecast": ("station", "at", "dust"),
            "ranking": ("day", "drug")}.get(kind, ())  # fmt: skip
    assert model.inputs == ("age", "sex", *sent)
    assert model.task.target in {*model.audited, *sent}
    assert not set(model.inputs) & set(model.audited)
    made = {"(actual)", "(origin)"} if kind == "forecast" else set()  # by the split, to judge
    assert set(model.taught) | made == {"id", *model.inputs, *model.audited}
    assert model.taught[0] == "id"


def test_a_protected_group_that_is_no_feature_is_audited():
    model = replace(MODELS["regression"], features=("age",), weight="sampled")
    assert model.audited == ("price", "sex")
    assert model.taught == ("id", "age", "price", "sex", "sampled")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("binary", "left = yes"),
        ("multiclass", "grade"),
        ("regression", "price in EUR"),
        ("count", "claims per years"),
        ("forecast", "dust of the next 24 steps of one hour"),
        ("ranking", "the order of drug by sold"),
    ],
)
def test_what_is_predicted_is_said_in_words(kind, words):
    assert MODELS[kind].task.predicted == words


def test_a_number_without_unit_or_exposure_is_its_column():
    assert Regression(label="price").predicted == "price"
    assert Count(label="claims").predicted == "claims"


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_kind_says_all_that_the_house_asks(model):
    task = model.task
    usual = next(iter(task.METRICS.values()))
    assert task.POINT in task.ANSWER
    assert task.ANSWER[task.POINT].kind == "number"
    assert not task.DECIDES or task.DECIDES in task.ANSWER
    assert all(field in task.ANSWER for field in task.RATES)
    assert task.ERRORS or task.RATES or task.DECIDES
    assert usual.better in {"higher", "lower"}
    known = [metric for metric in task.METRICS.values() if metric.range[0] > 0]
    assert [m for m in task.METRICS.values() if m.least] == known  # what no order gives, always


KEY = Column(name="id", kind="string", type="VARCHAR", required=True, unique=True)
TYPES = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE",
         "boolean": "BOOLEAN"}  # fmt: skip


def column(name, kind, *values, required=True):
    quality = (Quality(metric="invalidValues", limit=Limit(), allowed=values),) if values else ()
    return Column(name=name, kind=kind, type=TYPES[kind], required=required, quality=quality)


def said(model, *columns):
    """Return what a contract with these columns says against *model*."""
    rows = Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterThan", bounds=(0,)))
    found = {
        product: Contract(
            product=product, id=product, version="1", key="id", columns=(KEY, *columns),
            quality=(rows,),
        )
        for product in "ab"
    }  # fmt: skip
    return list(fit.violations(replace(model, split=Published(train="a", test="b")), found))


@pytest.mark.parametrize(
    ("kind", "columns", "words"),
    [
        ("binary", [column("left", "string", "no", "yes", "maybe")],
         "task.label: 'left' has 3 values in a, and a model decides between two; make a column of"),
        ("multiclass", [column("grade", "date")],
         "task.label: 'grade' is a date in a; make a column of classes in the data"),
        ("multiclass", [column("grade", "string")],
         "task.label: 'grade' may hold anything in a, and what is misspelled would be a class"),
        ("multiclass", [column("grade", "string", "a")],
         "task.label: 'grade' has 1 values in a; from 2 to 100 classes can be told apart"),
        ("multiclass", [column("grade", "integer", *range(101))],
         "task.label: 'grade' has 101 values in a; from 2 to 100 classes"),
        ("multiclass", [column("grade", "string", "a", "c")],
         "task.favourable: b is no value of 'grade'"),
        ("regression", [column("price", "string")],
         "task.label: 'price' is of type string in a; a number is predicted: make one, or ask"),
        ("regression", [column("price", "number", required=False)],
         "task.label: 'price' may be empty in a; make it `required` in the contract"),
        ("forecast", [column("station", "string"), column("at", "string"),
                      column("dust", "number")],
         "task.time: 'at' is of type string in a; date or timestamp is needed"),
        ("forecast", [column("station", "string"), column("at", "date", required=False),
                      column("dust", "number")],
         "task.time: 'at' may be empty in a; make it `required` in the contract"),
        ("forecast", [column("station", "string"), column("at", "date"), column("dust", "string")],
         "task.value: 'dust' is of type string in a; integer or number is needed"),
        ("ranking", [column("day", "string"), column("drug", "string"), column("sold", "string")],
         "task.relevance: 'sold' is of type string in a; a number is needed: grade relevance"),
        ("count", [column("claims", "boolean"), column("years", "number")],
         "task.label: 'claims' is of type boolean in a; a number is needed: make one in the data"),
        ("count", [column("claims", "integer"), column("years", "date")],
         "task.exposure: 'years' is of type date in a; a number is needed"),
        ("count", [column("claims", "integer"), column("years", "number", required=False)],
         "task.exposure: 'years' may be empty in a; make it `required`"),
    ],
)  # fmt: skip
def test_what_a_contract_says_against_a_question_is_told(kind, columns, words):
    assert [w for w in said(MODELS[kind], *columns) if w.startswith(words)] != []


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("binary", [column("left", "string", "no", "yes")]),
        ("multiclass", [column("grade", "string", "a", "b", "c")]),
        ("regression", [column("price", "integer")]),
        ("count", [column("claims", "integer"), column("years", "number")]),
        (
            "forecast",
            [
                column("station", "string"),
                column("at", "date"),
                column("dust", "number", required=False),
            ],
        ),
        ("ranking", [column("day", "string"), column("drug", "string"), column("sold", "integer")]),
    ],
)
def test_a_question_that_the_contract_can_answer_fits(kind, columns):
    assert said(MODELS[kind], *columns) == []


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (column("sampled", "string"), "weight: 'sampled' is of type string in a, or may be empty"),
        (column("sampled", "number", required=False), "weight: 'sampled' is of type number in a,"),
    ],
)
def test_a_weight_is_a_number_in_each_row_that_teaches(weight, words):
    model = replace(MODELS["regression"], weight="sampled")
    (found,) = said(model, column("price", "number"), weight)
    assert found.startswith(words)
    assert said(model, column("price", "number"), column("sampled", "integer")) == []


def test_a_column_that_is_audited_is_of_one_type_in_both_splits():
    model = replace(MODELS["regression"], features=("age",))
    price, one, other = column("price", "number"), column("sex", "string"), column("sex", "integer")
    quality = (Quality(metric="rowCount", limit=Limit(operator="mustBe", bounds=(99,))),)
    found = {
        product: Contract(
            product=product, id=product, version="1", key="id", columns=(KEY, price, sex),
            quality=quality,
        )
        for product, sex in (("a", one), ("b", other))
    }  # fmt: skip
    model = replace(model, split=Published(train="a", test="b"))
    assert [w for w in fit.violations(model, found) if w.startswith("split: 'sex' is of type")]


def counted(**values):
    return Counted(product="p", rows=sum(values.values()), values=values)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("binary", {"no": 9}, "task.positive: no row of p has 'yes'; there are 'no'"),
        ("binary", {"yes": 9}, "task.label: every row of p has 'yes'; there is nothing to tell"),
        ("binary", {"no": 9, "yes": 8, "Yes": 1}, "task.label: p has 2 values beside 'yes'"),
        ("multiclass", {"a": 9}, "task.label: every row of p is of one class; there is nothing"),
        ("multiclass", {f"c{n}": 1 for n in range(101)}, "task.label: p has more than 100 classes"),
        ("regression", {"7.5": 9}, "task.label: every row of p has the same price; there is not"),
        ("ranking", {"0": 9}, "task.relevance: every row of p has the same sold; no order is"),
        ("ranking", {"0": 9, "-1": 1}, "task.relevance: p has relevances below 0; grade from 0"),
        ("count", {"0": 9}, "task.label: every row of p has the same claims; there is nothing"),
        ("count", {"0": 9, "-1": 1}, "task.label: p has counts below 0; correct the data"),
    ],
)  # fmt: skip
def test_what_the_rows_say_against_a_question_is_told(kind, values, words):
    found = list(MODELS[kind].task.unsuited(counted(**values)))
    assert [w for w in found if w.startswith(words)] != []


@pytest.mark.parametrize(
    ("kind", "values", "smallest"),
    [
        ("binary", {"no": 9, "yes": 4}, 4),
        ("binary", {"no": 2, "yes": 4}, 2),
        ("multiclass", {"a": 9, "b": 3, "c": 7}, 3),
        ("multiclass", {}, None),
        ("regression", {"1": 3, "2": 4}, None),
        ("count", {"0": 9, "1": 4}, None),
        ("forecast", {"0": 9, "1": 4}, None),
        ("ranking", {"0": 9, "1": 4}, None),
    ],
)
def test_the_smallest_class_is_counted_where_there_are_classes(kind, values, smallest):
    task = MODELS[kind].task
    assert task.smallest(counted(**values)) == smallest
    if smallest:
        assert list(task.unsuited(counted(**values))) == []


def test_a_threshold_for_each_group_has_the_protected_columns():
    model = asked("binary", thresholds="per-group")
    assert model.task.threshold_columns(model) == ("sex",)
    assert MODELS["binary"].task.threshold_columns(model) == ()
    assert MODELS["regression"].task.threshold_columns(MODELS["regression"]) is None


def test_every_kind_of_the_house_is_tested_here():
    names = {
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem not in {"__init__", "task", "answers"}
    }
    assert names == set(MODELS)
    assert {Task.named(name) for name in names} == {
        Binary, Multiclass, Regression, Count, Forecast, Ranking
    }  # fmt: skip
