"""What is not this cloud's own whole state is refused by name, or the snapshot before is used."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import signal

import pytest

from localcloud.state import codec
from localcloud.state.references import Foreign, NotPlain, References
from tests.state.clouds import Served, served, snapshot_of


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def buckets(cloud):
    return [each["Name"] for each in cloud.client.aws("s3").list_buckets()["Buckets"]]


def filled(folder, log, *names):
    """Leave one snapshot for each of these buckets, as a killed cloud would."""
    with served(folder, log) as cloud:
        for name in names:
            cloud.client.aws("s3").create_bucket(Bucket=name)
            cloud.client.save()


def refusal(folder, log):
    """Return what a cloud says that does not start."""
    log.write_text("")
    cloud = Served(folder, log)
    code = cloud.end(signal.SIGTERM)
    assert not cloud.ready
    assert code == 1
    return log.read_text()


def rewrite(path, change):
    """Let a manifest be another, with the digest that belongs to it."""
    body = json.loads(path.read_text())["snapshot"]
    change(body)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({"sha256": digest, "snapshot": body}))


def test_a_new_folder_is_for_its_owner_alone(folder, log):
    filled(folder, log, "one")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_something_else_is_refused(folder, log):
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    assert "not empty and not a state of localcloud's: name another folder" in refusal(folder, log)
    assert [path.name for path in folder.iterdir()] == ["thesis.txt"]


def test_what_cannot_be_a_folder_is_refused(folder, log):
    folder.write_text("a file")
    assert f"{folder} cannot be a folder" in refusal(folder, log)


def test_a_second_cloud_on_the_folder_is_refused(folder, log):
    with served(folder, log) as first:
        words = refusal(folder, log)
        assert f"in use by another cloud (process {first.process.pid})" in words
        first.client.aws("s3").create_bucket(Bucket="still-served")


def test_a_state_of_another_version_is_refused_and_stays(folder, log):
    filled(folder, log, "one")
    kept = (folder / "manifest.json").read_text()
    rewrite(folder / "manifest.json", lambda body: body["versions"].update(moto="4.0.0"))
    words = refusal(folder, log)
    assert "was written by format 1, localcloud" in words
    assert "moto 4.0.0" in words
    assert "use the same versions, or delete the folder to begin anew" in words
    (folder / "manifest.json").write_text(kept)
    with served(folder, log) as cloud:
        assert buckets(cloud) == ["one"]


@pytest.mark.parametrize("text", ["", "{", '{"snapshot": {}}', None])
def test_a_torn_manifest_is_named_and_the_one_before_is_used(folder, log, text):
    filled(folder, log, "one", "two")
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace("manifest", "")[:-40] if text is None else text)
    with served(folder, log) as cloud:
        assert buckets(cloud) == ["one"]
        cloud.client.aws("s3").create_bucket(Bucket="three")
        cloud.client.save()
    assert f"{path} is not a whole snapshot" in log.read_text()
    path.write_text("torn again, just after it was written")
    with served(folder, log) as cloud:
        assert buckets(cloud) == ["one"]


def test_a_torn_part_is_named_and_the_snapshot_before_is_used(folder, log):
    filled(folder, log, "one", "two")
    (digest,) = snapshot_of(folder)["parts"]["backend s3 123456789012 aws"]
    (folder / "parts" / digest).write_bytes(b"torn")
    with served(folder, log) as cloud:
        assert buckets(cloud) == ["one"]
    assert f"the part {digest} is not what its digest says" in log.read_text()


def test_a_lost_object_is_named_and_the_snapshot_before_is_used(folder, log):
    with served(folder, log) as cloud:
        cloud.client.aws("s3").create_bucket(Bucket="one")
        cloud.client.save()
        cloud.client.aws("s3").put_object(Bucket="one", Key="k", Body=b"content")
        cloud.client.save()
    (file,) = (folder / "objects").iterdir()
    file.write_bytes(b"cont")
    with served(folder, log) as cloud:
        assert cloud.client.aws("s3").list_objects_v2(Bucket="one")["KeyCount"] == 0
    assert f"the object's file {file.name} is missing or not whole" in log.read_text()


def test_a_state_without_a_whole_snapshot_is_refused(folder, log):
    filled(folder, log, "one")
    for manifest in folder.glob("manifest*.json"):  # a second one where a quiet second has passed
        manifest.write_text("{")
    assert "has no whole snapshot: delete the folder to begin anew" in refusal(folder, log)


class Evil:
    """What a stranger would like to have called."""

    def __init__(self, call, *arguments):
        self._reduced = (call, arguments)

    def __reduce__(self):
        return self._reduced


def test_the_code_of_a_stranger_is_not_run(folder, log, tmp_path):
    filled(folder, log, "one", "two")
    proof = tmp_path / "proof"
    content = pickle.dumps({"buckets": Evil(os.system, f"touch {proof}")})
    digest = hashlib.sha256(content).hexdigest()
    (folder / "parts" / digest).write_bytes(content)
    name = "backend s3 123456789012 aws"
    rewrite(folder / "manifest.json", lambda body: body["parts"].update({name: [digest]}))
    with served(folder, log) as cloud:
        assert buckets(cloud) == ["one"]
    assert "it asks for posix.system, which no state holds" in log.read_text()
    assert not proof.exists()


NEW = b"\x80\x05clocalcloud.state.pieces\n_new\n"


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x05cbuiltins\neval\n(X\x01\x00\x00\x001tR.",
        b"\x80\x05cmoto.s3.models\nFakeKey\n.",
        b"\x80\x05clocalcloud.state.pieces\nsys.modules\n.",
        NEW + b"(X\x02\x00\x00\x00osX\x06\x00\x00\x00_wraptR.",
        NEW + b"(X\x0e\x00\x00\x00moto.s3.modelsX\x02\x00\x00\x00ostR.",
        NEW + b"(X\x0e\x00\x00\x00moto.s3.modelsX\x08\x00\x00\x00tempfiletR.",
        NEW + b"(X\x0e\x00\x00\x00moto.s3.modelsX\x09\x00\x00\x00datetime.datetimetR.",
        NEW + b"(X\x17\x00\x00\x00localcloud.cloudformation.nothere.X\x01\x00\x00\x00XtR.",
        b"\x80\x05Pbackend\n.",
        b"\x80\x05X\x07\x00\x00\x00backendX\x02\x00\x00\x00ec\x86Q.",
        b"\x80\x05clocalcloud.state.pieces\n_fill\n(cbuiltins\nobject\n}tR.",
        b"",
        b"not a pickle",
    ],
)  # fmt: skip
def test_bytes_that_no_cloud_wrote_are_refused(content):
    with pytest.raises(Foreign):
        codec.loads(content, References())


def test_code_is_not_plain_data():
    for value in (lambda: None, print, codec.dumps, [].append, Evil):
        with pytest.raises(NotPlain):
            codec.dumps({"value": value}, References())
