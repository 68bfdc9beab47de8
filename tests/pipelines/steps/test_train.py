import dataclasses
import json
import types

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_limits

from factory.errors import InvalidRecipe, Refused
from pipelines import contract
from pipelines.boosting import recipe
from pipelines.measure import binary, measure
from pipelines.steps import inference, prepare, train
from tests.pipelines.cases import CHURN, customers


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As the definition says; idle threads would spin beside other tests."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def rows():
    return prepare.chosen(customers(1200, 4), CHURN, CHURN.taught, "train")


def test_the_same_rows_give_the_same_model(rows):
    one, two = train.learn(rows, CHURN, recipe), train.learn(rows, CHURN, recipe)
    assert one.metadata == two.metadata
    assert scores(rows, CHURN, recipe) == scores(rows, CHURN, recipe)


@pytest.mark.parametrize("known", [0, 1])
def test_a_column_that_is_missing_in_all_rows_or_all_of_a_fold_teaches_nothing(rows, known):
    spend = [*[9.0] * known, *[None] * (rows.num_rows - known)]
    place = rows.column_names.index("spend")
    empty = rows.set_column(place, "spend", pa.array(spend, pa.float64()))
    other = rows.set_column(place, "spend", pa.array([0.0] * rows.num_rows))
    assert np.allclose(scores(empty, CHURN, recipe), scores(other, CHURN, recipe))


def test_the_metadata_says_how_to_ask_the_model(rows):
    _, metadata = train.learn(rows, CHURN, recipe)
    assert metadata["task"]["kind"] == "binary"
    assert metadata["features"] == ["spend", "visits", "plan", "region", "active"]
    assert metadata["columns"]["visits"] == {"kind": "number", "type": "BIGINT"}
    plan = {"kind": "category", "type": "VARCHAR", "levels": ["basic", "plus", "pro"]}
    assert metadata["columns"]["plan"] == plan
    assert set(metadata["versions"]) == {"python", "scikit-learn", "numpy", "joblib"}


def test_scores_for_thresholds_come_from_models_that_have_not_seen_the_row():
    """Random labels can be learned by heart, but not foreseen."""
    random = np.random.default_rng(8)
    frame, label = pd.DataFrame(random.random((600, 3))), random.integers(0, 2, 600)
    taught = measure.Taught(frame, label, None)
    parameters = {**contract.FRAME, **recipe.HYPERPARAMETERS}

    def fresh():
        return recipe.estimator(CHURN.task, parameters)

    held_out = random.permutation(600) % 2 + 1
    parts = list(train.fitted(taught, held_out, fresh))
    scores = train.unseen(taught, parts, measure.load(CHURN.task))
    assert 0.4 < ((scores > 0.5) == label).mean() < 0.6
    by_heart = train.fit(fresh(), taught)
    assert by_heart.score(frame, label) > 0.9


def test_the_estimator_sees_its_columns_in_one_order_whatever_order_the_metadata_have(rows):
    """An artifact's JSON is sorted; an estimator of numbers alone refuses another order."""
    model = dataclasses.replace(
        CHURN,
        features=("visits", "spend"),
        task=dataclasses.replace(CHURN.task, thresholds="single"),
    )
    estimator, metadata = train.learn(rows, model, recipe)
    asked = customers(300, 9).select(model.inputs).to_pylist()
    one, other = (
        inference.predict_fn(asked, inference.Predictor(estimator, said, binary.Binary))
        for said in (metadata, json.loads(json.dumps(metadata, sort_keys=True)))
    )
    assert one.answers["score"].tolist() == other.answers["score"].tolist()


@pytest.mark.parametrize("kind", ["boosting", "linear"])
def test_a_row_that_weighs_nothing_teaches_nothing(kind, rows):
    """Whatever the recipe makes: the last step of a Pipeline gets the weights."""
    weight = pa.array([0.0 if n % 2 else 1.0 for n in range(rows.num_rows)])
    model = dataclasses.replace(CHURN, recipe=kind, weight="weight", hyperparameters={})
    weighed = rows.append_column("weight", weight)
    chosen = contract.load(kind)
    inverted = weighed.set_column(
        weighed.column_names.index("left"),
        "left",
        pa.array([bool(v) != bool(n % 2) for n, v in enumerate(rows["left"].to_pylist())]),
    )
    one, other = (scores(each, model, chosen) for each in (weighed, inverted))
    assert other == pytest.approx(one, abs=1e-6)
    unweighed = dataclasses.replace(model, weight="")
    assert scores(inverted, unweighed, chosen) != pytest.approx(one, abs=0.1)


def scores(table, model, chosen):
    """Return the scores of some rows by a model that has learned from *table*."""
    predictor = inference.Predictor(*train.learn(table, model, chosen), binary.Binary)
    asked = customers(300, 9).select(model.inputs).to_pylist()
    return inference.predict_fn(asked, predictor).answers["score"].tolist()


@pytest.mark.parametrize("wrong", [None, -1.0, 0.0])
def test_weights_that_are_missing_below_zero_or_all_zero_are_refused(rows, wrong):
    weights = [0.0 if wrong == 0 else 1.0] * rows.num_rows
    table = rows.append_column("weight", pa.array([wrong, *weights[1:]]))
    model = dataclasses.replace(CHURN, weight="weight")
    with pytest.raises(Refused, match="weight: a weight is missing, below 0, or all are 0"):
        train.learn(table, model, recipe)


def with_fallback(**fallback):
    fairness = dataclasses.replace(CHURN.gates.fairness, fallback=fallback)
    return dataclasses.replace(CHURN, gates=dataclasses.replace(CHURN.gates, fairness=fairness))


def test_an_unknown_level_is_decided_as_the_level_that_the_spec_declares(rows):
    learned = train.learn(rows, with_fallback(region="s"), recipe)
    model = inference.Predictor(*learned, binary.Binary)
    asked = [{"spend": 40.5, "visits": n, "plan": "pro", "active": True} for n in range(30)]
    answers = {
        region: inference.predict_fn([{**row, "region": region} for row in asked], model).answers
        for region in ("n", "s", "abroad", None)
    }
    thresholds = model.metadata["settings"]["thresholds"]
    limits = {tuple(g["levels"]): g["threshold"] for g in thresholds["groups"]}
    assert limits["n",] != limits["s",]
    for region in ("abroad", None):
        found = answers[region]
        assert (found["selected"] == (found["score"] >= limits["s",])).all()
    assert set(answers["abroad"]["selected"]) == {True, False}


def test_a_fallback_that_is_no_level_is_refused(rows):
    with pytest.raises(Refused, match=r"fallback: region 'west' is no level of the rows to learn"):
        train.learn(rows, with_fallback(region="west"), recipe)


def test_a_single_threshold_is_one_group_of_everybody(rows):
    task = dataclasses.replace(CHURN.task, thresholds="single")
    _, metadata = train.learn(rows, dataclasses.replace(CHURN, task=task), recipe)
    thresholds = metadata["settings"]["thresholds"]
    assert thresholds["attributes"] == []
    assert [g["levels"] for g in thresholds["groups"]] == [[]]


def test_an_unknown_kind_of_thresholds_is_named():
    task = dataclasses.replace(CHURN.task, thresholds="fair")
    (words,) = task.violations(CHURN)
    assert words == "task.thresholds: 'fair' is unknown; say single or per-group"


def test_a_recipe_that_does_not_learn_the_task_is_refused(rows):
    other = types.SimpleNamespace(**vars(recipe) | {"TASKS": ("count",)})
    with pytest.raises(InvalidRecipe, match="learns count, and not binary; choose another recipe"):
        train.learn(rows, CHURN, other)


def test_rows_that_are_all_the_same_class_teach_nothing(rows):
    same = rows.set_column(6, "left", pa.array(np.zeros(rows.num_rows, dtype=np.int8)))
    with pytest.raises(Refused, match="left: every row to learn from is the same"):
        train.learn(same, CHURN, recipe)
