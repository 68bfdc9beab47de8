"""Attacks by leakage: the exam is known before it is taken."""

import numpy as np
import pyarrow as pa
import pytest

from factory.gates import FAIL, INCONCLUSIVE, PASS
from models.income import MODEL
from tests.pipelines.cases import adult
from tests.redteam.offline import LEDGER, TEST, chosen, leaked, verdicts

LABEL = MODEL.task.label


def yes(table):
    """Return the label as 0 and 1."""
    return np.array([value == MODEL.task.positive for value in table[LABEL].to_pylist()], int)


def same(table):
    return table


def changed(table, name, values):
    return table.set_column(table.schema.get_field_index(name), name, pa.array(values))


def copies(**shift):
    """Put the test rows in training, each under another key and with numbers shifted."""

    def teach(table):
        rows = chosen(adult("test").slice(0, TEST), "test")
        rows = changed(rows, MODEL.key, [f"copy-{n}" for n in range(rows.num_rows)])
        for name, by in shift.items():
            values = rows[name].to_pylist()
            texts = isinstance(by, str)
            rows = changed(rows, name, [by if texts else v + by for v in values])
        return pa.concat_tables([table, rows.cast(table.schema)])

    return teach


def knowing(make):
    """Let the weight be what *make* says of the label, in both splits."""

    def change(table):
        label = yes(table)
        random = np.random.default_rng(table.num_rows)
        return changed(table, "fnlwgt", make(label, random, table["fnlwgt"].to_numpy()))

    return change


def around(label, random, _weight):
    """Return numbers that are far from 100 for yes, on either side, and near it for no."""
    far = random.choice([-1, 1], len(label)) * random.uniform(60, 90, len(label))
    return np.where(label, 100 + far, 100 + random.uniform(-50, 50, len(label)))


def by_class(table):
    """Number the keys so that those of one class come first."""
    order = np.argsort(np.argsort(-yes(table), kind="stable"))
    return changed(table, MODEL.key, [f"row-{n}" for n in order])


def in_order(table):
    return table.take(pa.array(np.argsort(yes(table), kind="stable")))


def exclusive_or(table):
    """Let two columns be random bits whose parity is the label, but for one row in twenty."""
    label = yes(table)
    random = np.random.default_rng(table.num_rows)
    bits = random.integers(0, 2, len(label))
    other = bits ^ label ^ (random.random(len(label)) < 0.05)
    return changed(changed(table, "capital_gain", bits), "capital_loss", other.astype(int))


def parities(table):
    """The same by the last digits of two numbers."""
    label = yes(table)
    random = np.random.default_rng(table.num_rows)
    one, other = random.integers(0, 10**6, (2, len(label)))
    return changed(
        changed(table, "capital_gain", one), "capital_loss", other // 2 * 2 + (one % 2 ^ label)
    )


def encoded(table):
    """Write for each country the share of yes of this very split."""
    label, country = yes(table), table["native_country"].to_pylist()
    shares = {c: label[[x == c for x in country]].mean() for c in set(country)}
    return changed(table, "fnlwgt", [float(shares[c]) for c in country])


def almost(label, random, _weight):
    """Return numbers that rank the label with an AUC of about 0.98."""
    return random.normal(size=len(label)) + 2.9 * label


def capitals(table):
    """Write the kind of employer in capitals for yes."""
    values = zip(table["workclass"].to_pylist(), yes(table).tolist(), strict=True)
    return changed(table, "workclass", [(v or "?").upper() if y else (v or "?") for v, y in values])


PARITY = knowing(lambda label, _, weight: weight // 2 * 2 + label)
KINDS = {
    "the same people, weight + 1": (copies(fnlwgt=1), same, FAIL, "in all columns but one"),
    "the same people, age + 1": (copies(age=1), same, FAIL, "in all columns but one"),
    "the same people, three columns changed": (
        copies(age=1, fnlwgt=7, native_country="Cuba"), same,
        FAIL, "test rows are in training under another key",
    ),
    "the label as parity of a number": (PARITY, PARITY, FAIL, "fnlwgt alone ranks"),
    "the label as distance from 100": (knowing(around), knowing(around), FAIL, "fnlwgt alone"),
    "the label as capital letters": (capitals, capitals, FAIL, "workclass alone ranks"),
    "a column that knows almost all": (
        knowing(almost), knowing(almost), INCONCLUSIVE, "find out whether it is known before",
    ),
    "two columns whose parity is the label": (
        exclusive_or, exclusive_or, INCONCLUSIVE, "capital_gain and capital_loss together",
    ),
    "two numbers whose last digits are": (
        parities, parities, INCONCLUSIVE, "capital_gain and capital_loss together, by their ends",
    ),
    "keys numbered by class": (by_class, by_class, FAIL, "the key's number, by its size, ranks"),
    "rows in the order of the label": (in_order, in_order, FAIL, "the row number, by its size"),
    "a category encoded by the exam's labels": (same, encoded, FAIL, "made from their labels"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.attack("the exam leaks into what is learned")
def test_each_kind_of_leak_is_refused_in_its_own_words(name, stopped):
    teach, judge, verdict, words = KINDS[name]
    found = leaked(teach, judge)
    assert found.verdict == verdict, found.reason
    assert words in found.reason
    stopped(f"{name}: {found.reason}", LEDGER)


@pytest.mark.attack("the artifact asks for the key, in which the class is written")
def test_a_key_is_never_a_feature(stopped):
    assert leaked(same, same).verdict == PASS
    found = leaked(same, same, asked=[*MODEL.features, MODEL.key])
    assert found.verdict == FAIL
    assert found.reason == "the artifact asks for row_id, no feature of the spec"
    stopped(found.reason, LEDGER)


@pytest.mark.attack("the exam is passed too well to be believed")
def test_an_auc_of_one_is_not_believed(stopped):
    quality = {
        "rows": 4500,
        "metrics": {
            "auc": {
                "interval": "auc",
                "value": 1.0,
                "standard_error": 0.0,
                "units": 4500,
                "smaller": 999,
            }
        },
    }
    found = verdicts(MODEL, floor={}, quality=quality)["floor"]
    assert found.verdict == INCONCLUSIVE
    assert "AUC 1.0000 is above 0.995, too good to be believed" in found.reason
    stopped(found.reason, LEDGER)
