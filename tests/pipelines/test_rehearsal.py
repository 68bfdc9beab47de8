"""Does a rehearsal say of files what Prepare would say of their snapshots?"""

import dataclasses

import pyarrow.parquet as pq
import pytest

from factory.catalogue.split import Hashed
from pipelines import rehearsal
from tests.pipelines.cases import CHURN, customers


@pytest.fixture
def files(tmp_path):
    found = [tmp_path / "train.parquet", tmp_path / "test.parquet"]
    for seed, path in enumerate(found):
        pq.write_table(customers(400, seed), path)
    return found


def test_two_files_that_can_be_learned_and_judged_are_not_refused(files):
    assert list(rehearsal.refusals(CHURN, *files)) == []


def test_two_files_of_the_same_rows_are_refused_in_the_words_of_prepare(files):
    (said,) = rehearsal.refusals(CHURN, files[0], files[0])
    assert said.startswith("400 of 400 rows to learn from have a customer that rows of the test")


def test_one_file_is_split_as_the_spec_says(files):
    model = dataclasses.replace(CHURN, split=Hashed(product="customers"))
    assert list(rehearsal.refusals(model, files[0], files[0])) == []
    missing = dataclasses.replace(model, split=Hashed(product="customers", key="person"))
    (said,) = rehearsal.refusals(missing, files[0], files[0])
    assert said.startswith("split.key: 'person' is not a column of customers")
