"""Does what lands become a snapshot, or go to quarantine with its reasons?"""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import boto3
import duckdb
import pytest

import aws
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.incident import IncidentOpened
from factory.layout.products import Snapshot
from factory.products.arrival import Arrival
from lambdas.ingest import handler
from tests.factory.products.files import PEOPLE
from tests.lambdas.ingest.conftest import GOOD, manifests, published, version_of

FIRST = {"people/000001/data.parquet", "people/000001/_manifest.json", "people/latest.json"}


def test_a_good_file_becomes_a_typed_snapshot_sorted_by_key(land, ingest, bus, tmp_path):
    assert ingest(land(GOOD)) == {"batchItemFailures": []}
    assert published() == FIRST
    aws.s3_download("s3://products/people/000001/data.parquet", tmp_path / "d.parquet")
    rows = duckdb.sql(f"SELECT * FROM '{tmp_path}/d.parquet'")
    assert rows.fetchall() == [("a", 41), ("b", None)]
    assert [str(t) for t in rows.types] == ["VARCHAR", "BIGINT"]


def test_the_place_of_the_table_holds_nothing_but_data_for_athena(land, ingest, bus):
    """Athena reads every file there whose name does not begin with `_` or `.`."""
    ingest(land(GOOD))
    snapshot = Snapshot("products", "people", 1)
    place = snapshot.folder.removeprefix("s3://products/")
    names = [key.removeprefix(place) for key in published() if key.startswith(place)]
    assert {each for each in names if each[0] not in "_."} == {"data.parquet"}
    assert len(names) > 1


def test_the_manifest_names_the_landed_version_and_the_digests_of_both_files(land, ingest, bus):
    ingest(envelope := land(GOOD))
    manifest = json.loads(aws.s3_get("s3://products/people/000001/_manifest.json"))
    landed = aws.s3_get("s3://landing/people/today.csv.gz")
    data = aws.s3_get("s3://products/people/000001/data.parquet")
    assert manifest["source"]["version_id"] == version_of(envelope)
    assert manifest["source"]["sha256"] == hashlib.sha256(landed).hexdigest()
    assert manifest["files"] == [
        {
            "uri": "s3://products/people/000001/data.parquet",
            "sha256": hashlib.sha256(data).hexdigest(),
            "rows": 2,
            "bytes": len(data),
        }
    ]
    assert manifest["contract"] == {"version": "1.2.0", "digest": PEOPLE.digest}
    assert manifest["published_at"] == "2026-11-12T00:00:00Z"


def test_publishing_is_reported_once_whatever_comes_twice(land, ingest, bus):
    envelope = land(GOOD)
    ingest(envelope, envelope)
    ingest(envelope)
    assert published() == FIRST
    received = bus()
    assert {e["detail-type"] for e in received} == {DataProductPublished.TYPE}
    assert len({e["detail"]["id"] for e in received}) == 1
    assert received[0]["source"] == "modelworks.ingest"
    detail = received[0]["detail"]["detail"]
    assert (detail["product"], detail["snapshot"], detail["rows"]) == ("people", 1, 2)
    assert detail["uri"] == "s3://products/people/000001/"


def test_a_new_version_of_the_file_becomes_the_next_snapshot(land, ingest, bus):
    ingest(land(GOOD))
    ingest(land(GOOD + "c,7\n"), land(GOOD))
    assert [m["snapshot"] for m in manifests()] == [1, 2, 3]
    assert json.loads(aws.s3_get("s3://products/people/latest.json"))["snapshot"] == 3


def test_the_table_shows_the_newest_snapshot_even_when_an_old_one_comes_again(land, ingest, bus):
    first = land(GOOD)
    ingest(first)
    ingest(land(GOOD + "c,7\n"))
    ingest(first)
    table = boto3.client("glue").get_table(DatabaseName="factory", Name="people")["Table"]
    assert table["StorageDescriptor"]["Location"] == "s3://products/people/000002/"
    assert table["Parameters"]["snapshot"] == "2"
    assert table["Parameters"]["contract_version"] == "1.2.0"
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "string"},
        {"Name": "age", "Type": "bigint"},
    ]


def test_a_broken_file_goes_to_quarantine_with_its_reasons(land, ingest, bus):
    content = "id,age\na,121\nb,old\nb,3\n"
    assert ingest(land(content)) == {"batchItemFailures": []}
    assert published() == set()
    copy, reasons = sorted(aws.s3_list("s3://quarantine/people/"))
    copy, reasons = (copy, reasons) if reasons.endswith(".json") else (reasons, copy)
    assert gzip.decompress(aws.s3_get(copy)) == content.encode()
    kept = json.loads(aws.s3_get(reasons))
    assert [(r["column"], r["rule"], r["count"], r["sample"]) for r in kept["reasons"]] == [
        ("id", "unique", 1, ["line 3", "line 4"]),
        ("age", "type", 1, ["line 3"]),
        ("age", "maximum", 1, ["line 2"]),
    ]
    assert aws.s3_get("s3://landing/people/today.csv.gz")


def test_a_refusal_opens_an_incident_that_says_why(land, ingest, bus):
    envelope = land("id,age\na,121\nb,4\n")
    ingest(envelope)
    ingest(envelope)
    received = {e["detail"]["id"]: e for e in bus()}
    assert sorted(e["detail-type"] for e in received.values()) == [
        DataProductRefused.TYPE,
        IncidentOpened.TYPE,
    ]
    opened = next(e for e in received.values() if e["detail-type"] == IncidentOpened.TYPE)
    assert opened["detail"]["reason"] == (
        "column age: maximum: expected 120 or less; "
        "found 1 of 2 rows that differ (for example line 2)"
    )
    assert [r["rule"] for r in opened["detail"]["detail"]["reasons"]] == ["maximum"]


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        (GOOD, "persons/a.csv.gz", "product: expected a folder of people; found another place"),
        (GOOD, "a.csv.gz", "product: expected a folder of people; found another place"),
        (GOOD, "/a.csv.gz", "product: expected a folder of people; found another place"),
        (GOOD, "//x", "product: expected a folder of people; found another place"),
        (GOOD, " /x", "product: expected a folder of people; found another place"),
        (GOOD, "people/a.csv", "file: expected a name that ends in .csv.gz; found another name"),
        (b"", "people/a.csv.gz", "found nothing: the file is empty"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], "people/a.csv.gz", "it is truncated"),
        ("id,age\n", "people/a.csv.gz", "rowCount: expected at least 2 rows; found 0 rows"),
    ],
)
def test_what_is_not_a_file_of_the_product_is_refused_in_words(
    land, ingest, bus, content, key, words
):
    assert ingest(land(content, key)) == {"batchItemFailures": []}
    assert published() == set()
    assert [words in e["detail"]["reason"] for e in bus()] == [True, True]


def test_the_mark_of_a_folder_is_not_an_arrival(land, ingest, bus):
    assert ingest(land(b"", "people/")) == {"batchItemFailures": []}
    assert bus() == []
    assert aws.s3_list("s3://quarantine/") == []


def test_a_key_is_read_as_s3_writes_it(land, ingest, bus):
    ingest(land(GOOD, "people/50%25 of+all.csv.gz"))
    assert published() == FIRST


def test_a_message_that_is_not_an_event_of_s3_fails_alone(land, ingest, bus):
    assert ingest({"detail": {}}, land(GOOD)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert published() == FIRST


def test_the_example_event_is_one_that_the_handler_reads():
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    arrival = Arrival.of(json.loads(example["Records"][0]["body"]), {"census_train"})
    assert (arrival.product, arrival.key) == ("census_train", "census_train/census_train.csv.gz")
