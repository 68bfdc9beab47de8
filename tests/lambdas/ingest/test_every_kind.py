"""Does each data product's file become a snapshot, and is one broken row of it refused?"""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import boto3
import pytest

import aws
from demo.kinds_data import PRODUCTS, landing_files
from engines import contracts
from factory.events.data import DataProductPublished, DataProductRefused
from factory.products.contract import render
from tests.lambdas.ingest.conftest import SETTINGS

ROWS = {
    "beijing_air": 43_824,
    "beijing_air_measured": 41_757,
    "diabetes": 442,
    "digits": 1_797,
    "doctor_visits": 5_912,
    "recommendations": 66_228,
    "wine": 178,
}
BROKEN = {
    "beijing_air": ("wind_direction", "E", "invalidValues"),
    "beijing_air_measured": ("pm25", "", "required"),
    "diabetes": ("sex", "3", "invalidValues"),
    "digits": ("pixel_3_3", "17", "maximum"),
    "doctor_visits": ("years", "0", "exclusiveMinimum"),
    "recommendations": ("relevance", "4", "maximum"),
    "wine": ("cultivar", "class_3", "invalidValues"),
}
"""A column of each product, what may not stand there, and the rule that says so."""


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    return landing_files(tmp_path_factory.mktemp("landing"))


@pytest.fixture(autouse=True)
def _promised(_stack):
    found = contracts.load_all(Path(__file__).parents[3] / "data_products")
    aws.s3_put(SETTINGS.contracts_uri, render(found).encode())


def spoiled(file, column, value):
    """Return *file* with another value in the first row's *column*."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        header, first, *rest = csv.reader(text)
    first[header.index(column)] = value
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, first, *rest])
    return gzip.compress(text.getvalue().encode(), compresslevel=1)


@pytest.mark.parametrize("product", PRODUCTS)
def test_the_file_becomes_a_snapshot_with_all_its_rows(landed, land, ingest, bus, product):
    ingest(land(landed[product].read_bytes(), key=f"{product}/{product}.csv.gz"))
    (event,) = bus()
    assert event["detail-type"] == DataProductPublished.TYPE, event
    assert event["detail"]["detail"]["rows"] == ROWS[product]
    columns = boto3.client("glue").get_table(DatabaseName="factory", Name=product)
    named = {c["Name"] for c in columns["Table"]["StorageDescriptor"]["Columns"]}
    assert named == set(next(iter(PRODUCTS[product]())))


@pytest.mark.parametrize("product", PRODUCTS)
def test_one_broken_row_is_refused_by_its_column_and_rule(landed, land, ingest, bus, product):
    column, value, rule = BROKEN[product]
    ingest(land(spoiled(landed[product], column, value), key=f"{product}/broken.csv.gz"))
    types = {e["detail-type"]: e["detail"]["detail"] for e in bus()}
    assert DataProductPublished.TYPE not in types
    folder = types[DataProductRefused.TYPE]["quarantined"].rpartition("/")[0]
    violations = json.loads(aws.s3_get(f"{folder}/reasons.json"))["reasons"]
    assert [(v["rule"], v["column"], v["count"]) for v in violations] == [(rule, column, 1)]
