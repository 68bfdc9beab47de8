"""Is what landed known for what it is, and the same at every delivery?"""

from dataclasses import replace

import pytest

from factory.errors import MalformedEvent
from factory.products import refusal
from factory.products.arrival import Arrival
from tests.factory.products.files import PEOPLE, arrival

ENVELOPE = {
    "time": "2026-11-12T00:00:00Z",
    "detail": {
        "bucket": {"name": "landing"},
        "object": {"key": "people/50%25 of+all.csv.gz", "version-id": "v1"},
        "requester": "123456789012",
    },
}


def test_a_key_is_read_as_s3_writes_it():
    found = Arrival.of(ENVELOPE, {"people"})
    assert found == arrival("people/50%25 of+all.csv.gz")
    assert found.product == "people"
    assert found.uri == "s3://landing/people/50%25 of+all.csv.gz"


def test_without_versions_and_a_requester_it_is_an_arrival_all_the_same():
    detail = {"bucket": {"name": "landing"}, "object": {"key": "people/a.csv.gz"}}
    found = Arrival.of(ENVELOPE | {"detail": detail}, {"people"})
    assert (found.version, found.requester) == (None, "unknown")


@pytest.mark.parametrize("envelope", [{}, {"detail": {}}, {"detail": None}, {"time": "now"}])
def test_what_is_not_an_event_of_s3_is_refused(envelope):
    with pytest.raises(MalformedEvent, match="not an event of S3"):
        Arrival.of(envelope, {"people"})


def test_another_key_or_version_is_another_arrival_and_another_moment_is_not():
    later = Arrival.of(ENVELOPE | {"time": "2027-01-01T00:00:00Z"}, {"people"})
    assert later.id == Arrival.of(ENVELOPE, {"people"}).id
    found = {arrival(key, version).id for key in ("people/a", "people/b") for version in "12"}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("people/a.csv.gz", []),
        ("a.csv.gz", ["product: expected a folder of people; found another place"]),
        ("folk/a.csv.gz", ["product: expected a folder of people; found another place"]),
        ("people/a.csv", ["file: expected a name that ends in .csv.gz; found another name"]),
    ],
)
def test_what_cannot_be_read_at_all_says_why(key, words):
    assert [str(v) for v in arrival(key).violations({"people": PEOPLE})] == words


@pytest.mark.parametrize(
    "key", ["/a.csv.gz", "//a.csv.gz", " /a.csv.gz", "\t/a.csv.gz", "a.csv.gz"]
)
def test_what_lies_in_no_folder_with_a_name_is_refused_all_the_same(key):
    landed = arrival(key)
    refused = refusal.of(landed, landed.violations({"people": PEOPLE}), "quarantine")
    assert [event.product for event in refused.events] == ["unknown", "unknown"]
    assert refused.copy == f"s3://quarantine/unknown/{landed.id[:16]}/landed"


def test_only_a_key_that_ends_in_a_slash_marks_a_folder():
    assert arrival("people/").is_marker
    assert not arrival("people/a.csv.gz").is_marker


@pytest.mark.parametrize("name", ["_SUCCESS", "_committed_1", ".part.crc"])
def test_an_empty_file_with_a_mark_before_its_name_marks_the_end_of_an_export(name):
    assert arrival(f"people/{name}").is_marker
    assert not replace(arrival(f"people/{name}"), size=1).is_marker


@pytest.mark.parametrize(
    "name", ["part-00000.csv.gz", "part-00017-ab.c000.csv.gz", "PART_001.csv.gz"]
)
def test_a_part_of_a_data_product_is_refused_by_its_name(name):
    (violation,) = arrival(f"people/{name}").violations({"people": PEOPLE})
    assert str(violation) == (
        "file: expected a whole data product in one file; "
        "found the name of a part; join the parts under another"
    )
    assert arrival("people/departments-2024.csv.gz").violations({"people": PEOPLE}) == ()


def test_a_folder_that_is_no_product_s_is_not_named():
    envelope = ENVELOPE | {"detail": ENVELOPE["detail"] | {"object": {"key": "Jane Doe/a.csv.gz"}}}
    landed = Arrival.of(envelope, {"people"})
    refused = refusal.of(landed, landed.violations({"people": PEOPLE}), "quarantine")
    assert "Jane" not in repr([event.body() for event in refused.events])
    assert refused.copy.startswith("s3://quarantine/unknown/")


def test_a_file_that_no_function_could_hold_is_refused_before_it_is_read():
    landed = {"key": "people/a.csv.gz", "size": 2**40}
    envelope = ENVELOPE | {"detail": ENVELOPE["detail"] | {"object": landed}}
    (why,) = Arrival.of(envelope, {"people"}).violations({"people": PEOPLE})
    assert str(why).endswith("found 1099511627776; land it in parts")
