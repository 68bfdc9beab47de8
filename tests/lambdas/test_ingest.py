from __future__ import annotations

import gzip
import hashlib
import json
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import duckdb
import pytest

import aws
from engines import snapshot
from factory.errors import ServiceError
from factory.products.contract import Column, Contract, Limit, Quality, render
from factory.settings import IngestSettings
from lambdas.ingest import handler, publication
from lambdas.ingest.arrival import Arrival

PEOPLE = Contract(
    product="people",
    id="people",
    version="1.2.0",
    key="id",
    columns=(
        Column(name="id", kind="string", type="VARCHAR", required=True, unique=True),
        Column(name="age", kind="integer", type="BIGINT", minimum=0, maximum=120),
    ),
    quality=(
        Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(2,))),
    ),
)
GOOD = "id,age\nb,\na,41\n"
SETTINGS = IngestSettings(
    bus_name="factory",
    contracts_uri="s3://assets/contracts.json",
    products_bucket="products",
    quarantine_bucket="quarantine",
    database="factory",
)


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    for name in ("landing", "products", "quarantine", "assets"):
        cloud.bucket(name)
    aws.s3_put(SETTINGS.contracts_uri, render([PEOPLE]).encode())
    boto3.client("glue").create_database(DatabaseInput={"Name": "factory"})
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bus(cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    events = boto3.client("events")
    events.create_event_bus(Name="factory")
    url, arn = cloud.queue("heard")
    events.put_rule(
        Name="all", EventBusName="factory", EventPattern='{"account": [{"exists": true}]}'
    )
    events.put_targets(Rule="all", EventBusName="factory", Targets=[{"Id": "q", "Arn": arn}])
    return lambda: cloud.drain(url)


@pytest.fixture
def land():
    def land(content, key="people/today.csv.gz"):
        body = gzip.compress(content.encode()) if isinstance(content, str) else content
        version = aws.s3_put(f"s3://landing/{key}", body)
        return {
            "time": "2026-11-12T00:00:00Z",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {
                "bucket": {"name": "landing"},
                "object": {"key": key, "version-id": version},
                "requester": "123456789012",
            },
        }

    return land


@pytest.fixture
def ingest(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def published():
    return {u.split("/", 3)[3] for u in aws.s3_list("s3://products/") if "/sources/" not in u}


def test_a_good_file_becomes_a_typed_snapshot_sorted_by_key(land, ingest, bus, tmp_path):
    assert ingest(land(GOOD)) == {"batchItemFailures": []}
    assert published() == {"people/000001/data.parquet", "people/000001/manifest.json"}
    aws.s3_download("s3://products/people/000001/data.parquet", tmp_path / "d.parquet")
    rows = duckdb.sql(f"SELECT * FROM '{tmp_path}/d.parquet'")
    assert rows.fetchall() == [("a", 41), ("b", None)]
    assert [str(t) for t in rows.types] == ["VARCHAR", "BIGINT"]


def test_the_manifest_tells_source_contract_and_digests(land, ingest, bus, tmp_path):
    envelope = land(GOOD)
    ingest(envelope)
    manifest = json.loads(aws.s3_get("s3://products/people/000001/manifest.json"))
    aws.s3_download("s3://products/people/000001/data.parquet", tmp_path / "d.parquet")
    data = tmp_path / "d.parquet"
    assert manifest == {
        "product": "people",
        "snapshot": 1,
        "contract": {"version": "1.2.0", "digest": PEOPLE.digest},
        "source": {
            "uri": "s3://landing/people/today.csv.gz",
            "version_id": envelope["detail"]["object"]["version-id"],
            "sha256": hashlib.sha256(aws.s3_get("s3://landing/people/today.csv.gz")).hexdigest(),
            "requester": "123456789012",
        },
        "rows": 2,
        "columns": [{"name": "id", "type": "VARCHAR"}, {"name": "age", "type": "BIGINT"}],
        "files": [
            {
                "uri": "s3://products/people/000001/data.parquet",
                "sha256": snapshot.digest(data),
                "rows": 2,
                "bytes": data.stat().st_size,
            }
        ],
        "published_at": "2026-11-12T00:00:00Z",
    }


def test_publishing_is_told_once_whatever_comes_twice(land, ingest, bus):
    envelope = land(GOOD)
    ingest(envelope, envelope)
    ingest(envelope)
    assert published() == {"people/000001/data.parquet", "people/000001/manifest.json"}
    heard = bus()
    assert {e["detail-type"] for e in heard} == {"dataproduct.published"}
    assert len({e["detail"]["id"] for e in heard}) == 1
    assert heard[0]["source"] == "modelworks.ingest"
    detail = heard[0]["detail"]["detail"]
    assert (detail["product"], detail["snapshot"], detail["rows"]) == ("people", 1, 2)
    assert detail["uri"] == "s3://products/people/000001/"


def test_a_new_version_of_the_file_becomes_the_next_snapshot(land, ingest, bus):
    ingest(land(GOOD))
    ingest(land(GOOD + "c,7\n"), land(GOOD))
    assert {p for p in published() if p.endswith("manifest.json")} == {
        f"people/{n:06d}/manifest.json" for n in (1, 2, 3)
    }


def test_the_catalogue_shows_the_newest_snapshot_even_when_an_old_one_comes_again(
    land, ingest, bus
):
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


@pytest.mark.parametrize("seed", range(6))
def test_crashes_anywhere_lose_nothing_and_publish_nothing_twice(
    land, ingest, bus, monkeypatch, seed
):
    chance = random.Random(seed)
    waiting = [land(GOOD + f"c{n},{n}\n") for n in range(4)]
    sources = {e["detail"]["object"]["version-id"] for e in waiting}
    with monkeypatch.context() as patched:
        for door in ("s3_put", "s3_get", "s3_list", "glue_table_put", "emit"):
            patched.setattr(aws, door, _breaking(getattr(aws, door), chance))
        waiting = _deliver(waiting, ingest, chance)
    assert not waiting
    _assert_each_published_once(sources)
    assert len({e["detail"]["id"] for e in bus()}) == 4


def _deliver(waiting, ingest, chance):
    """Deliver as SQS does, in any order and again after a failure; return what is left."""
    for _ in range(200):
        chance.shuffle(waiting)
        try:
            answer = ingest(*waiting)
        except ServiceError:
            continue
        failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
        waiting = [e for n, e in enumerate(waiting) if f"m{n}" in failed]
        if not waiting:
            break
    return waiting


def _breaking(door, chance):
    """Return *door*, which sometimes breaks before and sometimes after it did its work."""

    def broken(*args, **kwargs):
        if chance.random() < 0.1:
            raise ServiceError("injected before")
        answer = door(*args, **kwargs)
        if chance.random() < 0.1:
            raise ServiceError("injected after")
        return answer

    return broken


def _assert_each_published_once(sources):
    found = [
        json.loads(aws.s3_get(u))
        for u in aws.s3_list("s3://products/people/")
        if u.endswith("/manifest.json")
    ]
    assert sorted(m["source"]["version_id"] for m in found) == sorted(sources)
    for manifest in found:
        body = aws.s3_get(manifest["files"][0]["uri"])
        assert hashlib.sha256(body).hexdigest() == manifest["files"][0]["sha256"]
        assert f"/{manifest['snapshot']:06d}/" in manifest["files"][0]["uri"]


def test_two_files_at_once_get_a_number_each(land, ingest, bus, tmp_path):
    waiting = [land(GOOD + f"c{n},{n}\n", f"people/{n}.csv.gz") for n in range(4)]
    twice = waiting + waiting
    data = []
    for number, _ in enumerate(twice):
        path = tmp_path / f"{number}.parquet"
        path.write_bytes(b"data of " + str(number % 4).encode())
        data.append(publication.Data(path=path, rows=3, source_digest=str(number % 4)))
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda e, d: publication.publish(Arrival.of(e), PEOPLE, d, SETTINGS), twice, data
            )
        )
    _assert_each_published_once({e["detail"]["object"]["version-id"] for e in waiting})


def test_a_broken_file_goes_to_quarantine_with_its_reasons(land, ingest, bus):
    content = "id,age\na,121\nb,old\nb,3\n"
    assert ingest(land(content)) == {"batchItemFailures": []}
    assert published() == set()
    copy, reasons = sorted(aws.s3_list("s3://quarantine/people/"))
    copy, reasons = (copy, reasons) if reasons.endswith(".json") else (reasons, copy)
    assert gzip.decompress(aws.s3_get(copy)) == content.encode()
    kept = json.loads(aws.s3_get(reasons))
    assert [(r["column"], r["rule"], r["count"], r["sample"]) for r in kept["reasons"]] == [
        ("id", "unique", 1, ["b"]),
        ("age", "type", 1, ["b"]),
        ("age", "maximum", 1, ["a"]),
    ]
    assert aws.s3_get("s3://landing/people/today.csv.gz")


def test_a_refusal_opens_an_incident_that_says_why(land, ingest, bus):
    envelope = land("id,age\na,121\nb,4\n")
    ingest(envelope)
    ingest(envelope)
    heard = {e["detail"]["id"]: e for e in bus()}
    assert sorted(e["detail-type"] for e in heard.values()) == [
        "dataproduct.refused",
        "incident.opened",
    ]
    opened = next(e for e in heard.values() if e["detail-type"] == "incident.opened")
    assert opened["detail"]["reason"] == (
        "s3://landing/people/today.csv.gz: column age: maximum: expected 120 or less; "
        "found 1 of 2 rows that differ (for example a)"
    )
    assert [r["rule"] for r in opened["detail"]["detail"]["reasons"]] == ["maximum"]


@pytest.mark.parametrize(
    ("content", "key", "words"),
    [
        (GOOD, "persons/a.csv.gz", "product: expected a folder of people; found persons/a.csv.gz"),
        (GOOD, "a.csv.gz", "product: expected a folder of people; found a.csv.gz"),
        (GOOD, "people/a.csv", "file: expected a name that ends in .csv.gz; found a.csv"),
        (b"", "people/a.csv.gz", "found nothing: the file is empty"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-9], "people/a.csv.gz", "it is truncated"),
        ("id,age\n", "people/a.csv.gz", "rowCount: expected at least 2 rows; found 0 rows"),
    ],
)
def test_what_is_no_file_of_the_product_is_refused_in_words(land, ingest, bus, content, key, words):
    assert ingest(land(content, key)) == {"batchItemFailures": []}
    assert published() == set()
    assert [words in e["detail"]["reason"] for e in bus()] == [True, True]


def test_the_mark_of_a_folder_is_no_arrival(land, ingest, bus):
    assert ingest(land(b"", "people/")) == {"batchItemFailures": []}
    assert bus() == []
    assert aws.s3_list("s3://quarantine/") == []


def test_a_key_is_taken_as_s3_says_it(land, ingest, bus):
    ingest(land(GOOD, "people/50%25 of+all.csv.gz"))
    assert published() == {"people/000001/data.parquet", "people/000001/manifest.json"}


def test_a_message_that_is_no_s3_event_fails_alone(land, ingest, bus):
    assert ingest({"detail": {}}, land(GOOD)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert len(published()) == 2


def test_the_example_event_is_one_that_the_handler_reads():
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    arrival = Arrival.of(json.loads(example["Records"][0]["body"]))
    assert (arrival.product, arrival.name) == ("census_train", "census_train.csv.gz")
