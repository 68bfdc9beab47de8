import dataclasses

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_limits

from factory.errors import InvalidSpec, Refused
from pipelines import contract
from pipelines.steps import inference, prepare, train
from pipelines.tabular import recipe
from tests.pipelines.cases import CHURN, customers


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """As the definition says; idle threads would spin beside other tests."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def rows():
    return prepare.labelled(customers(1200, 4), CHURN)


def test_the_same_rows_give_the_same_model(rows):
    one, two = train.learn(rows, CHURN, recipe), train.learn(rows, CHURN, recipe)
    assert one[1:] == two[1:]
    matrix = np.zeros((1, 5))
    assert one[0].predict_proba(matrix).tolist() == two[0].predict_proba(matrix).tolist()


def test_the_metadata_says_how_to_ask_the_model(rows):
    _, metadata = train.learn(rows, CHURN, recipe)
    assert metadata["features"] == ["spend", "visits", "plan", "region", "active"]
    assert metadata["columns"]["visits"] == {"kind": "number", "type": "BIGINT"}
    plan = {"kind": "category", "type": "VARCHAR", "levels": ["basic", "plus", "pro"]}
    assert metadata["columns"]["plan"] == plan
    assert set(metadata["versions"]) == {"python", "scikit-learn", "numpy", "joblib"}


def test_scores_for_thresholds_come_from_models_that_have_not_seen_the_row():
    """Random labels can be learned by heart, but not foreseen."""
    random = np.random.default_rng(8)
    matrix, label = random.random((600, 3)), random.integers(0, 2, 600)
    columns = {name: {"kind": "number"} for name in "abc"}
    parameters = {**contract.FRAME, **recipe.HYPERPARAMETERS}

    def fresh():
        return recipe.estimator(parameters, columns)

    scores = train.unseen_scores(matrix, label, parameters, fresh)
    assert 0.4 < ((scores > 0.5) == label).mean() < 0.6
    by_heart = fresh().fit(matrix, label)
    assert by_heart.score(matrix, label) > 0.9


def with_fallback(**fallback):
    fairness = dataclasses.replace(CHURN.gates.fairness, fallback=fallback)
    return dataclasses.replace(CHURN, gates=dataclasses.replace(CHURN.gates, fairness=fairness))


def test_an_unknown_level_is_decided_as_the_level_that_the_spec_declares(rows):
    learned = train.learn(rows, with_fallback(region="s"), recipe)
    model = inference.Predictor(*learned)
    asked = [{"spend": 40.5, "visits": n, "plan": "pro", "active": True} for n in range(30)]
    answers = {
        region: inference.predict_fn([{**row, "region": region} for row in asked], model)
        for region in ("n", "s", "abroad", None)
    }
    limits = {tuple(g["levels"]): g["threshold"] for g in model.metadata["thresholds"]["groups"]}
    assert limits["n",] != limits["s",]
    for region in ("abroad", None):
        assert all(selected == (score >= limits["s",]) for score, selected in answers[region])
    assert {selected for _, selected in answers["abroad"]} == {True, False}


def test_a_fallback_that_is_no_level_is_refused(rows):
    with pytest.raises(Refused, match=r"fallback: region 'west' is no level of the rows to learn"):
        train.learn(rows, with_fallback(region="west"), recipe)


def test_a_single_threshold_is_one_group_of_everybody(rows):
    model = dataclasses.replace(CHURN, hyperparameters={"thresholds": "single"})
    _, metadata = train.learn(rows, model, recipe)
    assert metadata["thresholds"]["attributes"] == []
    assert [g["levels"] for g in metadata["thresholds"]["groups"]] == [[]]


def test_an_unknown_kind_of_thresholds_is_named(rows):
    model = dataclasses.replace(CHURN, hyperparameters={"thresholds": "fair"})
    with pytest.raises(InvalidSpec, match="thresholds: 'fair' is unknown; say per-group or single"):
        train.learn(rows, model, recipe)


def test_rows_that_are_all_the_same_class_teach_nothing(rows):
    same = rows.set_column(6, "left", pa.array(np.zeros(rows.num_rows, dtype=np.int8)))
    with pytest.raises(Refused, match="left: every row to learn from is the same"):
        train.learn(same, CHURN, recipe)
