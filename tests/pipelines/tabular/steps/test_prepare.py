import pytest

from factory.errors import Refused
from pipelines.tabular.steps import prepare


def test_rows_whose_features_occur_in_the_test_split_are_dropped(ten, model):
    test = ten.slice(8)
    left = prepare.unseen(ten, test, model.features)
    assert left.column("customer").to_pylist() == [f"c{n}" for n in range(8)]


def test_what_is_learned_from_is_key_features_and_label(ten, model):
    found = prepare.labelled(ten.append_column("secret", ten.column("left")), model)
    assert found.column_names == ["customer", "spend", "plan", "region", "left"]
    assert found.column("left").to_pylist() == [0, 0, 1, 0, 0, 1, 0, 1, 1, 1]


def test_a_feature_that_the_data_lacks_is_named(ten, model):
    with pytest.raises(Refused, match=r"model 'churn': spend, region is no column of its data"):
        prepare.labelled(ten.drop_columns(["spend", "region"]), model)
