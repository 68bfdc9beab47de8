import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from factory.errors import Refused
from pipelines.steps import prepare
from tests.pipelines.steps import packages
from tests.pipelines.steps.splits import TEN


def chosen(table, model):
    return prepare.chosen(table, model, model.taught, "train")


def test_what_is_learned_from_is_key_features_and_label(ten, model):
    found = chosen(ten.append_column("secret", ten.column("left")), model)
    assert found.column_names == ["customer", "spend", "plan", "region", "left"]
    assert found.column("left").to_pylist() == TEN["left"]


def test_what_is_asked_holds_no_label_and_says_which_kind_of_question_it_is(ten, model):
    asked = prepare.asked(chosen(ten, model), model)
    assert asked.column_names == ["customer", "spend", "plan", "region"]
    assert asked.schema.metadata == {b"task": b"binary", b"together": b"[]"}


def test_a_positive_value_that_never_occurs_is_named_with_those_that_do(ten, model):
    other = dataclasses.replace(model, task=dataclasses.replace(model.task, positive="Yes"))
    with pytest.raises(Refused, match=r"left: 'Yes' never occurs in the train split, 2 others do"):
        chosen(ten, other)


def test_a_row_without_label_is_refused(ten, model):
    lacking = ten.set_column(4, "left", [[None, *TEN["left"][1:]]])
    with pytest.raises(Refused, match="left: 1 rows of the train split have none; refuse them"):
        chosen(lacking, model)


def test_a_feature_that_the_data_lacks_is_named(ten, model):
    with pytest.raises(Refused, match=r"model 'churn': spend, region is not a column of its data"):
        chosen(ten.drop_columns(["spend", "region"]), model)


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


def test_the_items_of_a_query_are_asked_in_an_order_that_says_nothing():
    model = packages.model("ranking")
    rows, _ = packages.rows("ranking", np.random.default_rng(1), "j", 2000)
    first = rows.sort_by([("query", "ascending"), ("label", "descending")])
    place = np.tile(np.arange(packages.CANDIDATES), 200)
    assert np.corrcoef(place, first.column("label"))[0, 1] < -0.7
    mixed = prepare.mixed(first, model)
    assert sorted(mixed.to_pylist(), key=str) == sorted(first.to_pylist(), key=str)
    query = mixed.column("query").to_numpy()
    place = np.array([np.sum(query[:row] == query[row]) for row in range(len(query))])
    assert abs(np.corrcoef(place, mixed.column("label"))[0, 1]) < 0.1


def test_rows_that_are_asked_one_by_one_keep_their_order(ten, model):
    assert prepare.mixed(ten, model) is ten


@pytest.mark.parametrize("kind", ["binary", "multiclass", "regression", "count"])
def test_a_label_that_is_the_same_in_all_rows_is_refused_before_anything_is_learned(kind):
    model = packages.model(kind)
    train, _ = packages.rows(kind, np.random.default_rng(1), "j", 200)
    test, _ = packages.rows(kind, np.random.default_rng(2), "t", 200)
    label = train.column_names.index(model.task.target)
    value = train.column(label)[0] if kind != "count" else 0
    same = train.set_column(
        label, model.task.target, pa.array([value] * 200, train.column(label).type)
    )
    with pytest.raises(
        Refused, match=f"{model.task.target}: .*; land |{model.task.target}: .* correct"
    ):
        prepare.parted(model, same, test)
