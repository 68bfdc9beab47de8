"""Are rows of an exam counted that repeat each other, and honest ones not?"""

import pytest

from models.income import MODEL
from pipelines.steps import leakage, near, prepare
from tests.pipelines.cases import adult

FEW = ("workclass", "race", "sex", "relationship", "education", "age")


@pytest.mark.parametrize("features", [MODEL.features, FEW], ids=["all", "few"])
def test_honest_rows_repeat_each_other_no_more_often_than_training_rows_do(features):
    """Also where the columns are so few that most training rows were dropped."""
    whole, test = adult("train"), adult("test")
    train = prepare.unseen(whole, test, features)
    columns = {name: leakage._joined(train, test, name) for name in features}
    dropped = whole.num_rows - train.num_rows
    found = near.measure(columns, train.num_rows, dropped)["repeated"]
    assert found["test"] - found["train"] < 0.03 * found["rows"]
