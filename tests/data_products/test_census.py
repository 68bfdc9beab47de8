from __future__ import annotations

import csv
import gzip
from pathlib import Path

import duckdb
import pytest

from demo import kinds_data
from demo.adult_data import DATA, landing_files
from engines import checks, contracts, snapshot
from engines.database import confined

PRODUCTS = Path(__file__).parents[2] / "data_products"


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    return landing_files(tmp_path_factory.mktemp("landing"))


def rows(path):
    with gzip.open(path, "rt", newline="") as file:
        return list(csv.DictReader(file))


def test_every_product_has_a_contract_that_can_be_read():
    census = ["census_test", "census_train"]
    assert {c.product for c in contracts.load_all(PRODUCTS)} == {*census, *kinds_data.PRODUCTS}


def test_the_same_files_are_landed_every_time(landed, tmp_path):
    again = landing_files(tmp_path)
    assert {p: f.read_bytes() for p, f in landed.items()} == {
        p: f.read_bytes() for p, f in again.items()
    }


def test_every_published_row_is_landed_with_a_key_and_empty_for_unknown(landed):
    found, published = rows(landed["census_train"]), rows(DATA / "adult-train.csv.gz")
    assert len(found) == len(published) == 32_561
    assert [r.pop("row_id") for r in found] == [f"train-{n:05d}" for n in range(1, 32_562)]
    assert found == [{k: "" if v == "?" else v for k, v in r.items()} for r in published]


@pytest.mark.parametrize(("product", "rows"), [("census_train", 32_561), ("census_test", 16_281)])
def test_the_census_keeps_its_contract(landed, tmp_path, product, rows):
    promised = contracts.load(PRODUCTS / product)
    with confined(tmp_path) as database:
        assert checks.examine(landed[product], promised, database, tmp_path) == ()
        assert snapshot.write(promised, database, tmp_path / "data.parquet") == rows
    missing = duckdb.sql(f"SELECT count(*) - count(workclass) FROM '{tmp_path}/data.parquet'")
    assert missing.fetchall() == [({"census_train": 1836, "census_test": 963}[product],)]


def test_a_split_in_the_place_of_the_other_is_refused(landed, tmp_path):
    promised = contracts.load(PRODUCTS / "census_test")
    with confined(tmp_path) as database:
        reasons = checks.examine(landed["census_train"], promised, database, tmp_path)
    assert [(r.rule, r.column, r.count) for r in reasons] == [("pattern", "row_id", 32_561)]
