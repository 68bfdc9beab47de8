"""Does a manifest say what a snapshot holds, and is it the same after it was stored?"""

import hashlib
import json

from factory.events.data import DataProductPublished
from factory.layout.products import Snapshot
from factory.products import manifest
from factory.products.manifest import Publication, TableFile
from tests.factory.products.files import PEOPLE, arrival

FILE = TableFile(rows=2, bytes=300, sha256="d" * 64)
PUBLICATION = Publication(arrival=arrival(), contract=PEOPLE, file=FILE, source_digest="5" * 64)
SEVENTH = Snapshot("products", "people", 7)


def test_it_names_source_contract_columns_and_digests():
    assert json.loads(PUBLICATION.manifest(SEVENTH).document) == {
        "product": "people",
        "snapshot": 7,
        "contract": {"version": "1.2.0", "digest": PEOPLE.digest},
        "source": {
            "arrival": arrival().id,
            "version_id": "v1",
            "sha256": "5" * 64,
            "requester": "123456789012",
        },
        "rows": 2,
        "columns": [{"name": "id", "type": "VARCHAR"}, {"name": "age", "type": "BIGINT"}],
        "protected": [],
        "files": [
            {
                "uri": "s3://products/people/000007/data.parquet",
                "sha256": "d" * 64,
                "rows": 2,
                "bytes": 300,
            }
        ],
        "published_at": "2026-11-12T00:00:00Z",
        "landed": "s3://landing/people/today.csv.gz",
        "order": {
            "time": "2026-11-12T00:00:00Z",
            "key": hashlib.sha256(b"s3://landing/people/today.csv.gz").hexdigest(),
            "sequencer": "",
        },
        "superseded_by": 0,
    }


def test_what_was_stored_is_read_as_the_same_manifest():
    written = PUBLICATION.manifest(SEVENTH)
    assert manifest.parse(written.document.encode(), "products") == written


def test_the_same_file_has_the_same_source_under_whatever_number():
    eighth = Snapshot("products", "people", 8)
    assert PUBLICATION.manifest(SEVENTH).source == PUBLICATION.manifest(eighth).source


def test_the_event_names_the_snapshot_that_was_published():
    (event,) = PUBLICATION.events(PUBLICATION.manifest(SEVENTH))
    assert (event.TYPE, event.subject) == (DataProductPublished.TYPE, "dataproduct/people/7")
    assert event.key == arrival().id
    assert event.reason == "what landed keeps contract 1.2.0"
    assert (event.uri, event.rows) == ("s3://products/people/000007/", 2)
    assert event.digest == "d" * 64
