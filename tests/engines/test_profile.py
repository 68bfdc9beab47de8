"""Do the rows of a file tell whether a model can be learned and judged from them?"""

from dataclasses import replace

import duckdb
import pytest

import models
from engines import profile
from factory.catalogue import classes, suited
from factory.catalogue.spec import Fairness, Floor
from factory.tasks.binary import Binary

INCOME = models.catalogue()["income"]
MODEL = replace(
    INCOME,
    task=Binary(label="left", positive="yes"),
    features=("age", "sex", "note"),
    gates=replace(
        INCOME.gates,
        floor=Floor(at_least=0.8),
        fairness=Fairness(attributes=("sex",), min_rows=20),
    ),
)
ROWS = [(n % 50, "FM"[n % 2], f"note {n % 3}", "yes" if n % 4 == 0 else "no") for n in range(100)]


@pytest.fixture
def said(tmp_path):
    def said(rows=ROWS, model=MODEL, role="test"):
        path = tmp_path / "rows.parquet"
        path.unlink(missing_ok=True)
        with duckdb.connect() as database:
            columns = 'age DOUBLE, sex VARCHAR, note VARCHAR, "left" VARCHAR'
            database.execute(f"CREATE TABLE t ({columns})")
            database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows or [(0, "F", "x", "y")])
            database.execute(f"COPY (SELECT * FROM t {'' if rows else 'LIMIT 0'}) TO '{path}'")
        return list(suited.violations(model, role, profile.measure("b", path, model)))

    return said


def test_rows_that_suit_break_nothing(said):
    assert said() == []
    assert said(role="train") == []


def changed(column, value):
    return [tuple(value(r) if n == column else v for n, v in enumerate(r)) for r in ROWS]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (changed(3, lambda _: "no"), "task.positive: no row of b has 'yes'; there are 'no'"),
        (changed(3, lambda _: "yes"), "task.label: every row of b has 'yes'; there is nothing"),
        (changed(3, lambda r: "Yes" if r[0] == 1 else r[3]),
         "task.label: b has 2 values beside 'yes' ('no', 'Yes'), all of which would count as no"),
        (changed(3, lambda r: "yes" if r[0] == 4 else "no"),
         "gates.floor: b has 2 rows of the rarer class, and even of perfect answers"),
        (changed(2, lambda _: None), "features: note is missing in every row of b"),
        (changed(2, lambda _: "x"), "features: note is the same in every row of b"),
        (changed(1, lambda _: "F"), "gates.fairness.attributes: 'sex' has one level in b"),
        (changed(1, lambda r: f"s{r[0]}"), "the largest group of 'sex' has 2 rows in b, and 20"),
        ([(n, f"s{n}", f"{n % 3}", "yes" if n % 2 else "no") for n in range(300)],
         "gates.fairness.attributes: 'sex' has more than 254 levels in b"),
    ],
)  # fmt: skip
def test_what_rows_say_against_a_spec_is_told_with_the_remedy(said, rows, words):
    assert [w for w in said(rows) if words in w] != []


def test_the_rows_of_another_choice_are_not_looked_at(said):
    only = classes.replaced(
        replace(MODEL, features=("age", "sex"), where={"note": "note 1"}),
        {"gates.floor.at_least": 0.6, "gates.fairness.min_rows": 10},
    )
    assert said(model=only) == []
    (words,) = said(model=replace(only, where={"note": "note 9"}))
    assert words.startswith("where: no row of b has note 'note 9'")


def test_a_number_is_compared_as_training_writes_it(said):
    number = replace(MODEL, features=("sex", "note"), task=Binary(label="age", positive="1"))
    rows = [(float(n % 2), *row[1:]) for n, row in enumerate(ROWS)]
    assert said(rows, number, role="train") == []


def test_training_needs_no_more_rows_than_it_has_classes(said):
    assert said(ROWS[:8], role="train") == []
