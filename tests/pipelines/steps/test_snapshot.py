import json

import pytest

from factory.errors import Refused
from pipelines.steps import snapshot
from tests.pipelines.runner import publish


@pytest.fixture
def published(tmp_path, ten):
    publish(tmp_path / "snapshot", "customers", ten)
    return tmp_path / "snapshot"


def test_a_snapshot_that_matches_its_manifest_is_read(published, ten):
    manifest, table = snapshot.load(published)
    assert table.equals(ten)
    found = snapshot.input_of(manifest, "s3://products/customers/000001/", published)
    assert (found["product"], found["snapshot"], found["verified"]) == ("customers", 1, True)


def test_a_changed_file_is_refused(published):
    with (published / "data.parquet").open("ab") as file:
        file.write(b" ")
    with pytest.raises(Refused, match=r"data.parquet: its SHA-256 is \w+, the manifest says"):
        snapshot.load(published)


def test_a_missing_file_is_refused(published):
    (published / "data.parquet").unlink()
    with pytest.raises(Refused, match="the manifest names it, the snapshot lacks it"):
        snapshot.load(published)


def test_a_wrong_count_of_rows_is_refused(published):
    manifest = json.loads((published / "_manifest.json").read_text())
    (published / "_manifest.json").write_text(json.dumps(manifest | {"rows": 11}))
    with pytest.raises(Refused, match="customers snapshot 1: has 10 rows, its manifest says 11"):
        snapshot.load(published)
