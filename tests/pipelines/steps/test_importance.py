"""Is it told which columns answers depend on, of any kind, and nothing of others?"""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from factory.tasks.multiclass import Multiclass
from factory.tasks.regression import Regression
from pipelines import contract
from pipelines.measure import measure
from pipelines.measure.measure import Taught
from pipelines.steps import importance, train
from pipelines.steps.told import of
from tests.pipelines.cases import CHURN, customers


class Sum:
    """Knows the rule."""

    def predict(self, frame):
        return 3 * frame["a"].to_numpy() + frame["b=x"].to_numpy() - frame["b=y"].to_numpy()


@pytest.fixture
def held():
    dice = np.random.default_rng(2)
    letters = dice.integers(0, 2, 3000)
    frame = pd.DataFrame(
        {"a": dice.normal(size=3000), "b=x": letters, "b=y": 1 - letters, "c": dice.random(3000)},
        index=np.arange(3000) + 7000,
    )
    return Taught(frame, Sum().predict(frame) + dice.normal(size=3000), None)


def measured(held):
    kind = measure.load(Regression(label="y"))
    return importance.measure(Sum(), held, kind, ("a", "b", "c"), seed=1)


def test_what_matters_more_costs_more_and_what_does_not_costs_nothing(held):
    found = measured(held)
    assert list(found) == ["a", "b", "c"]
    assert found["a"] > 2 * found["b"] > 0.2
    assert found["c"] == 0


class Vote:
    """Knows the class of three, and has not seen the fourth."""

    classes_ = ("high", "low", "middle")

    def predict_proba(self, frame):
        high, low = frame["a"].to_numpy() > 1, frame["a"].to_numpy() < -1
        sure = np.column_stack([high, low, ~(high | low)])
        return np.where(sure, 0.9, 0.05)


def test_classes_are_words_and_one_that_was_not_seen_costs_much(held):
    a = held.frame["a"].to_numpy()
    words = np.where(a > 1, "high", np.where(a < -1, "low", "middle")).astype(object)
    kind = measure.load(Multiclass(label="y"))
    found = importance.measure(Vote(), held._replace(target=words), kind, ("a", "b", "c"), seed=1)
    assert found["a"] > 1
    assert (found["b"], found["c"]) == (0, 0)
    words[0] = "new"
    assert kind.lost(Vote(), held._replace(target=words))[0] > 30


def test_the_rows_are_not_changed(held):
    before = held.frame.copy()
    measured(held)
    assert held.frame.equals(before)


def test_of_very_many_columns_nothing_is_said(held):
    frame = pd.concat(
        [held.frame, pd.DataFrame({f"n{i}": held.frame["c"] for i in range(99)})], axis=1
    )
    assert measured(held._replace(frame=frame)) == {}


def test_a_column_is_that_of_the_longest_feature_that_fits():
    found = importance._of_features(["a", "a.b.year", "a.b is missing", "a=b", "z"], ["a", "a.b"])
    assert found == {"a": ["a", "a=b"], "a.b": ["a.b.year", "a.b is missing"], "z": ["z"]}


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_an_artifact_and_its_card_say_it_and_not_of_a_builders_own_code(kind):
    rows = customers(3000, 1)
    model = dataclasses.replace(CHURN, recipe=kind, hyperparameters={})
    metadata = train.learn(rows, model, contract.load(kind)).metadata
    assert set(metadata["importance"]) == set(model.inputs)
    told = of(metadata, model, rows, {"training_code": "c", "code": "c"})
    shares = [share for _, share in told.importance]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.01
    assert of(metadata, model, rows, {"training_code": "own", "code": "c"}).importance == ()


def test_a_name_that_is_no_column_is_not_repeated():
    rows = customers(3000, 1)
    metadata = train.learn(rows, CHURN, contract.load("boosting")).metadata
    metadata["importance"] = {"spend": 0.5, "Ada Lovelace, 12 Main Street": 0.9}
    told = of(metadata, CHURN, rows, {"training_code": "c", "code": "c"})
    assert told.importance == (("spend", 0.5),)
