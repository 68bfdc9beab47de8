import hashlib
import json

import pytest

from factory.errors import Refused
from pipelines.steps import artifact
from tests.pipelines.archives import plain

METADATA = {"features": ["spend", "plan", "region"], "settings": {"thresholds": {"groups": []}}}


@pytest.fixture
def read(tmp_path, model):
    """Read a model.tar.gz of members, each a name and its text."""

    def said(*members):
        path = tmp_path / "model.tar.gz"
        path.write_bytes(plain(*members))
        found = artifact.read(path, model)
        assert found.digest == hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    return said


def metadata(**changed):
    return "metadata.json", json.dumps(METADATA | changed)


def test_metadata_are_read_whatever_else_is_there(read):
    found = read(("./model.joblib", "x"), metadata(), ("code/inference.py", "pass"))
    assert found.metadata == METADATA


def test_metadata_must_be_there(read):
    with pytest.raises(Refused, match=r"has no metadata\.json; train writes it"):
        read(("model.joblib", "x"))


@pytest.mark.parametrize("field", ["features", "settings"])
def test_metadata_that_lack_a_field_are_refused_without_a_word_of_theirs(read, field):
    with pytest.raises(Refused, match=rf"metadata\.json says no {field} as a (list|dict)") as said:
        read(metadata(**{field: "Jane Doe"}))
    assert "Jane" not in str(said.value)


@pytest.mark.parametrize(
    "features", [["spend", "plan", "row_id"], ["spend", "spend"], ["spend", ["plan"]], ["spend", 7]]
)
def test_a_model_asks_for_features_of_the_spec_each_once(read, features):
    with pytest.raises(Refused, match=r"asks for \d features, \d of which the spec does not list"):
        read(metadata(features=features))


def test_a_file_that_is_too_large_is_not_read(read, monkeypatch):
    monkeypatch.setattr(artifact, "MOST_BYTES", 100)
    with pytest.raises(Refused, match=r"metadata\.json has more than 100 bytes"):
        read(metadata(more="x" * 100))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "is a list; write an object"),
        ("Jane Doe", "is not JSON that can be read"),
        ("[" * 100_000, "is not JSON that can be read"),
        ('{"features": ' + "9" * 5000 + "}", "is not JSON that can be read"),
        ("\x80", "is not JSON that can be read"),
    ],
)
def test_what_is_not_an_object_is_refused(read, text, words):
    with pytest.raises(Refused, match=words) as said:
        read(("metadata.json", text))
    assert "Jane" not in str(said.value)
