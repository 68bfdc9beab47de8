import hashlib
import io
import json
import tarfile

import pytest

from factory.errors import Refused
from pipelines.steps import artifact

METADATA = {"features": ["spend"], "thresholds": {"groups": []}, "hyperparameters": {}}
BASELINE = {"columns": {}, "rows": 3}


@pytest.fixture
def archive(tmp_path):
    """Write a model.tar.gz of members, each a name and its text, or a finished member."""

    def write(*members):
        path = tmp_path / "model.tar.gz"
        with tarfile.open(path, "w:gz") as tar:
            for name, content in members:
                info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
                data = b"" if info is content else content.encode()
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
        return path

    return write


def metadata(**changed):
    return "metadata.json", json.dumps(METADATA | changed)


def baseline():
    return "baseline.json", json.dumps(BASELINE)


def test_metadata_and_baseline_are_read_whatever_else_is_there(archive):
    path = archive(("./model.joblib", "x"), metadata(), ("./baseline.json", baseline()[1]))
    found = artifact.read(path)
    assert (found.metadata, found.baseline) == (METADATA, BASELINE)
    assert found.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_baseline_may_be_missing_and_metadata_may_not(archive):
    assert artifact.read(archive(metadata())).baseline is None
    with pytest.raises(Refused, match=r"has no metadata\.json; train writes it"):
        artifact.read(archive(baseline()))


@pytest.mark.parametrize("field", ["features", "thresholds", "hyperparameters"])
def test_metadata_that_lack_a_field_are_refused_with_its_name(archive, field):
    with pytest.raises(Refused, match=rf"metadata\.json says {field} None; train writes a"):
        artifact.read(archive(metadata(**{field: None})))


@pytest.mark.parametrize("other", ["baseline.json", "./baseline.json"])
def test_two_baselines_are_refused_since_nobody_knows_which_counts(archive, other):
    with pytest.raises(Refused, match=r"has two baseline\.json"):
        artifact.read(archive(metadata(), baseline(), (other, "{}")))


def test_a_link_is_not_followed(archive):
    link = tarfile.TarInfo("baseline.json")
    link.type, link.linkname = tarfile.SYMTYPE, "metadata.json"
    with pytest.raises(Refused, match=r"baseline\.json is not a plain file of at most"):
        artifact.read(archive(metadata(), ("", link)))


def test_a_file_that_is_too_large_is_not_read(archive, monkeypatch):
    monkeypatch.setattr(artifact, "MOST_BYTES", 100)
    with pytest.raises(Refused, match=r"metadata\.json is not a plain file of at most 100 bytes"):
        artifact.read(archive(metadata(more="x" * 100)))


def test_what_is_not_an_object_is_refused(archive):
    with pytest.raises(Refused, match=r"baseline\.json is a list; write an object"):
        artifact.read(archive(metadata(), ("baseline.json", "[]")))
