import dataclasses

import pytest

from factory.errors import Refused
from pipelines.steps import prepare


def test_rows_whose_features_occur_in_the_test_split_are_dropped(ten, model):
    test = ten.slice(8)
    left = prepare.unseen(ten, test, model.features)
    assert left.column("customer").to_pylist() == [f"c{n}" for n in range(8)]


def test_what_is_learned_from_is_key_features_and_label(ten, model):
    found = prepare.labelled(ten.append_column("secret", ten.column("left")), model)
    assert found.column_names == ["customer", "spend", "plan", "region", "left"]
    assert found.column("left").to_pylist() == [0, 0, 1, 0, 0, 1, 0, 1, 1, 1]


def test_a_feature_that_the_data_lacks_is_named(ten, model):
    with pytest.raises(Refused, match=r"model 'churn': spend, region is not a column of its data"):
        prepare.labelled(ten.drop_columns(["spend", "region"]), model)


def test_a_model_of_all_rows_keeps_them(ten, model):
    assert prepare.own(ten, model, "train") is ten


def test_the_rows_of_a_member_are_those_with_the_values_of_where(ten, model):
    member = dataclasses.replace(model, where={"plan": "b", "region": "s"})
    found = prepare.own(ten, member, "train")
    assert found.column("customer").to_pylist() == ["c3", "c5"]


def test_values_of_where_are_compared_as_text(ten, model):
    numbers = ten.append_column("level", [[n % 3 for n in range(10)]])
    found = prepare.own(numbers, dataclasses.replace(model, where={"level": "2"}), "train")
    assert found.column("customer").to_pylist() == ["c2", "c5", "c8"]


def test_a_column_of_where_that_the_data_lacks_is_named(ten, model):
    member = dataclasses.replace(model, where={"country": "de"})
    with pytest.raises(Refused, match=r"'churn': country, which `where` wants to be 'de', is not"):
        prepare.own(ten, member, "test")


def test_a_split_without_a_row_of_the_member_is_refused_with_the_number_of_others(ten, model):
    member = dataclasses.replace(model, where={"region": "n", "plan": "d"})
    with pytest.raises(Refused) as caught:
        prepare.own(ten, member, "test")
    words = "model 'churn': no row of the test split has plan 'd'; it has 3 other values; correct"
    assert words in str(caught.value)
