"""Is every file published once, whatever crashes, comes twice or comes together?"""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.client import BaseClient

import aws
from aws import snapshots
from engines import snapshot
from factory.errors import ServiceError
from factory.events.data import DataProductPublished
from factory.events.incident import IncidentOpened
from factory.layout import products
from factory.layout.products import Snapshot
from factory.products.arrival import Arrival
from factory.products.landed import Landed
from factory.products.manifest import Publication, TableFile
from lambdas.ingest import publication
from tests.factory.products.files import PEOPLE
from tests.lambdas.breaking import Broken
from tests.lambdas.ingest.conftest import (
    GOOD,
    SETTINGS,
    assert_each_published_once,
    manifests,
    version_of,
)

CALLED = [
    *((aws, name) for name in ("s3_put", "s3_get", "s3_create", "s3_sha256", "emit")),
    *((aws, name) for name in ("s3_download", "glue_table_put")),
    *((snapshots, name) for name in ("s3_read", "s3_put")),
]
CALLS = 15  # more than a publication makes, so that the last one breaks nothing


LATER = Landed(time="2026-11-13T00:00:00Z")


def people(number):
    return Snapshot("products", "people", number)


def _newest():
    """Return the number that the pointer names, which the catalogue's table shows too."""
    newest = snapshots.latest("products", "people")
    table = aws.client("glue").get_table(DatabaseName="factory", Name="people")["Table"]
    assert table["Parameters"]["snapshot"] == str(newest.number)
    return newest.number


def _newest_version():
    """Return the version in S3 of the file that the newest snapshot was made from."""
    (found,) = [m for m in manifests() if m["snapshot"] == _newest()]
    return found["source"]["version_id"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_crash_at_any_call_is_healed_by_the_next_file_and_by_the_redelivery(
    land, ingest, bus, monkeypatch, number, after
):
    """The next file comes first, and then the redelivery; no number is used twice."""
    ingest(first := land(GOOD))
    crashed, following = land(GOOD + "c,7\n"), land(GOOD + "d,8\n")
    bus()
    with monkeypatch.context() as patch:
        broken = Broken(patch, CALLED, number, after=after)
        try:
            ingest(crashed)
        except ServiceError:
            assert number == 1  # the contracts could not be read
    assert broken.calls < CALLS
    assert ingest(following) == {"batchItemFailures": []}
    assert _newest_version() == version_of(following)
    assert ingest(crashed) == {"batchItemFailures": []}
    assert_each_published_once(map(version_of, (first, crashed, following)))
    assert sorted(manifest["snapshot"] for manifest in manifests()) == [1, 2, 3]
    assert _newest_version() == version_of(following)
    heard = {e["detail"]["id"]: e["detail-type"] for e in bus()}
    late = [m["superseded_by"] for m in manifests() if m["superseded_by"]]
    assert sorted(heard.values()) == [
        *[DataProductPublished.TYPE] * 2,
        *[IncidentOpened.TYPE] * len(late),
    ]


def test_without_the_next_file_the_redelivery_alone_moves_the_pointer(
    land, ingest, bus, monkeypatch
):
    envelope = land(GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "s3_put", _fails)
        assert ingest(envelope) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert [manifest["snapshot"] for manifest in manifests()] == [1]
    assert snapshots.latest("products", "people") is None
    assert ingest(envelope) == {"batchItemFailures": []}
    assert [manifest["snapshot"] for manifest in manifests()] == [1]
    assert _newest() == 1


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


@pytest.mark.parametrize("seed", range(3))
def test_crashes_anywhere_lose_nothing_and_publish_nothing_twice(
    land, ingest, bus, monkeypatch, seed
):
    chance = random.Random(seed)
    waiting = [land(GOOD + f"c{n},{n}\n") for n in range(4)]
    versions, last = {version_of(envelope) for envelope in waiting}, version_of(waiting[-1])
    with monkeypatch.context() as patched:
        for module, name in CALLED:
            patched.setattr(module, name, _breaking(getattr(module, name), chance))
        waiting = _deliver(waiting, ingest, chance)
    assert not waiting
    assert_each_published_once(versions)
    told = {e["detail"]["id"]: e["detail-type"] for e in bus()}
    assert list(told.values()).count(DataProductPublished.TYPE) == 4
    assert _newest_version() == last


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


def _breaking(function, chance):
    """Return *function*, which sometimes breaks before and sometimes after it did its work."""

    def broken(*args, **kwargs):
        if chance.random() < 0.1:
            raise ServiceError("injected before")
        answer = function(*args, **kwargs)
        if chance.random() < 0.1:
            raise ServiceError("injected after")
        return answer

    return broken


def test_two_files_at_once_get_a_number_each(land, ingest, bus, tmp_path):
    waiting = [land(GOOD + f"c{n},{n}\n", f"people/{n}.csv.gz") for n in range(4)]

    def publish(number):
        file = tmp_path / f"{number}.parquet"
        file.write_bytes(b"rows of " + str(number % 4).encode())
        found = TableFile(rows=3, bytes=file.stat().st_size, sha256=snapshot.digest(file))
        arrival = Arrival.of(waiting[number % 4], {"people"})
        own = Publication(
            arrival=arrival, contract=PEOPLE, file=found, source_digest=str(number % 4)
        )
        publication.publish(own, file, SETTINGS)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish, range(8)))
    assert_each_published_once({version_of(envelope) for envelope in waiting})
    assert _newest_version() == version_of(waiting[-1])


def test_a_number_that_holds_the_rows_of_another_is_left_alone(land, ingest, bus):
    aws.s3_put(people(1).data, b"of another file")
    ingest(land(GOOD))
    assert [manifest["snapshot"] for manifest in manifests()] == [2]
    assert aws.s3_get(people(1).data) == b"of another file"


def test_numbers_that_the_pointer_does_not_name_yet_are_not_used_again(land, ingest, bus):
    ingest(land(GOOD))
    for number in (2, 3):  # published, and then both crashed
        other = json.loads(aws.s3_get(people(1).manifest))
        other |= {"snapshot": number, "source": other["source"] | {"version_id": str(number)}}
        aws.s3_put(people(number).manifest, json.dumps(other).encode())
    ingest(land(GOOD + "c,7\n"))
    assert [manifest["snapshot"] for manifest in manifests()] == [1, 2, 3, 4]
    assert snapshots.latest("products", "people") == people(4)


def test_the_table_shows_the_columns_of_the_snapshot_that_it_points_at(land, ingest, bus):
    ingest(first := land(GOOD))
    newer = json.loads(aws.s3_get(people(1).manifest)) | {
        "snapshot": 2,
        "contract": {"version": "2.0.0", "digest": "d"},
        "columns": [{"name": "id", "type": "VARCHAR"}, {"name": "height", "type": "DOUBLE"}],
        "protected": [],
    }
    aws.s3_put(people(2).manifest, json.dumps(newer).encode())
    snapshots.advance(people(2), LATER)
    ingest(first)
    table = aws.client("glue").get_table(DatabaseName="factory", Name="people")["Table"]
    assert table["Parameters"]["contract_version"] == "2.0.0"
    assert [c["Name"] for c in table["StorageDescriptor"]["Columns"]] == ["id", "height"]


@pytest.fixture
def calls(monkeypatch):
    """Give the calls to AWS since, as pairs of operation and arguments."""
    made, real = [], BaseClient._make_api_call

    def counted(client, operation, arguments):
        made.append((operation, arguments))
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", counted)
    return made


def _published_before(count):
    """Let there be *count* snapshots, each of another arrival."""
    manifest = json.loads(aws.s3_get(people(1).manifest))
    for number in range(2, count + 1):
        body = json.dumps(manifest | {"snapshot": number}).encode()
        aws.s3_put(people(number).manifest, body)
        aws.s3_put(products.source("products", "people", f"{number:064x}"), b"{}")
    snapshots.advance(people(count), Landed(time="2026-11-12T00:00:00Z"))


def test_publishing_costs_the_same_calls_with_one_snapshot_and_with_500(land, ingest, bus, calls):
    ingest(land(GOOD))
    found = {}
    for count, rows in ((1, "c,7\n"), (500, "d,8\n")):
        _published_before(count)
        envelope = land(GOOD + rows)
        calls.clear()
        ingest(envelope)
        found[count] = [operation for operation, _ in calls]
    assert found[1] == found[500]
    assert not [operation for operation in found[500] if operation.startswith("List")]
    assert len(found[500]) <= 16


def test_the_rows_are_hashed_once_and_sent_from_disk_whatever_numbers_are_taken(
    land, ingest, bus, calls, monkeypatch
):
    for number in (1, 2, 3):
        aws.s3_put(people(number).data, b"of another file")
    hashed, real = [], snapshot.digest
    monkeypatch.setattr(snapshot, "digest", lambda path: hashed.append(path.name) or real(path))
    envelope = land(GOOD)
    calls.clear()
    ingest(envelope)
    assert sorted(hashed) == ["landed.csv.gz", "rows.parquet"]
    sent = [a for o, a in calls if o == "PutObject" and a["Key"].endswith("data.parquet")]
    assert [a["Key"] for a in sent] == [f"people/{n:06d}/data.parquet" for n in (1, 2, 3, 4)]
    assert not [a for a in sent if isinstance(a["Body"], bytes)]
    got = [a["Key"] for o, a in calls if o == "GetObject"]
    assert not [key for key in got if key.endswith("data.parquet")]


MONDAY, TUESDAY, WEDNESDAY = (f"2026-11-{day:02d}T06:00:00Z" for day in (9, 10, 11))


def test_a_file_of_monday_that_is_redriven_after_tuesday_s_is_kept_and_is_not_the_newest(
    land, ingest, bus
):
    old = land(GOOD, time=MONDAY)
    new = land(GOOD + "c,7\n", "people/other.csv.gz", time=TUESDAY)
    ingest(new)
    bus()
    ingest(old)
    assert _newest_version() == version_of(new)
    assert_each_published_once(map(version_of, (old, new)))
    published, opened = bus()
    assert published["detail"]["detail"]["superseded_by"] == 1
    assert opened["detail-type"] == IncidentOpened.TYPE
    assert opened["detail"]["reason"] == (
        f"snapshot 2 is of a file that landed at {MONDAY} and was handled late: snapshot 1, whose "
        "file landed after it, stays the newest, and nothing learns from 2; land the file again if "
        "it should be learned from"
    )


def test_after_late_files_the_next_one_becomes_the_newest_and_takes_no_number_twice(
    land, ingest, bus
):
    ingest(land(GOOD, time=TUESDAY))
    for _ in range(3):
        ingest(land(GOOD, "people/late.csv.gz", time=MONDAY))
    ingest(last := land(GOOD, time=WEDNESDAY))
    assert _newest_version() == version_of(last)
    assert [m["superseded_by"] for m in manifests()] == [0, 1, 1, 1, 0]


def test_a_file_that_was_late_is_so_at_every_delivery_and_one_that_was_not_never(land, ingest, bus):
    first, late = land(GOOD, time=TUESDAY), land(GOOD, "people/late.csv.gz", time=MONDAY)
    ingest(first)
    ingest(late)
    ingest(land(GOOD, time=WEDNESDAY))
    bus()
    ingest(first)
    ingest(late)
    told = [(e["detail-type"], e["detail"]["detail"].get("superseded_by", 0)) for e in bus()]
    assert told == [
        (DataProductPublished.TYPE, 0),
        (DataProductPublished.TYPE, 1),
        (IncidentOpened.TYPE, 0),
    ]


def test_versions_of_one_key_that_come_in_the_wrong_order_end_at_the_last_one(land, ingest, bus):
    one, two, three = (land(GOOD + f"c{n},{n}\n") for n in range(3))
    for envelope in (two, three, one):
        ingest(envelope)
    assert _newest_version() == version_of(three)


def test_publishing_after_500_late_files_costs_what_it_always_does(land, ingest, bus, calls):
    ingest(land(GOOD, time=TUESDAY))
    manifest = json.loads(aws.s3_get(people(1).manifest))
    for number in range(2, 501):
        body = json.dumps(manifest | {"snapshot": number}).encode()
        aws.s3_put(people(number).manifest, body)
    snapshots.advance(people(500), Landed(time=MONDAY))
    calls.clear()
    ingest(land(GOOD, time=WEDNESDAY))
    assert _newest() == 501
    assert len(calls) <= 18
