"""What can a job or a model do that wants the machine, another container, or the cloud?"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import socket
import tarfile
import threading
import types

import pytest
import requests

from localcloud.sagemaker import asking, container, folders, joblogs, objects

KERNEL = """
import ctypes, json, os
def written(path):
    try:
        with open(path) as file:
            kept = file.read()
        with open(path, "w") as file:
            file.write(kept)
        return "written"
    except OSError as error:
        return error.strerror
def opened(path):
    try:
        return os.close(os.open(path, os.O_RDONLY)) or "opened"
    except OSError as error:
        return type(error).__name__
library = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "written": [written(f"/proc/sys/{p}") for p in ("kernel/core_pattern", "vm/swappiness")],
    "first": [opened(f"/proc/1/{p}") for p in ("environ", "mem", "root/etc")],
    "users": library.unshare(0x10000000),
    "keys": library.syscall(250, 10, -3, b"user", b"localcloud", 0),  # KEYCTL_SEARCH
}))
"""


@pytest.fixture
def sandbox(apart):
    made = folders.Sandbox()
    yield made
    made.remove()


def run(sandbox, *words):
    lines = []
    process = container.start(sandbox, container.Command(words, {}))
    return container.follow(process, lines.append), lines


def test_nothing_of_the_kernel_is_set_and_no_rights_are_had_anew(sandbox):
    ctypes.CDLL(None).syscall(248, b"user", b"localcloud", b"ours", 4, -3)  # add_key
    code, lines = run(sandbox, "python3", "-c", KERNEL)
    assert code == 0, lines
    found = json.loads(lines[-1])
    assert found["written"] == ["Read-only file system"] * 2
    assert found["first"] == ["PermissionError"] * 3
    assert found["users"] == found["keys"] == -1


def packed(path, *members):
    with tarfile.open(path, "w:gz") as tar:
        for name, kind, target in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            tar.addfile(member)
    return path


LONG = "d" * 247
LETTERS = "abcdefghijklmnop"


def climbing():
    """Tell links so long that the interpreter does not see where they lead (CVE-2025-4517)."""
    path = ""
    for letter in LETTERS:
        yield f"{path}{LONG}", tarfile.DIRTYPE, ""
        yield f"{path}{letter}", tarfile.SYMTYPE, LONG
        path += f"{LONG}/"
    end = "/".join(LETTERS) + "/" + "l" * 254
    yield end, tarfile.SYMTYPE, "../" * len(LETTERS)
    yield "escape", tarfile.SYMTYPE, f"{end}/../"
    yield "escape/owned", tarfile.REGTYPE, ""


@pytest.mark.parametrize(
    "members",
    [
        [*climbing()],
        [("../owned", tarfile.REGTYPE, "")],
        [("to", tarfile.SYMTYPE, ".."), ("to/owned", tarfile.REGTYPE, "")],
        [("to", tarfile.SYMTYPE, "/tmp"), ("to/owned", tarfile.REGTYPE, "")],
        [("to", tarfile.LNKTYPE, "../secret"), ("owned", tarfile.REGTYPE, "")],
        [("device", tarfile.BLKTYPE, "")],
    ],
    ids=["long links", "up", "link up", "link away", "hard link", "device"],
)
def test_a_models_archive_lands_in_its_folder_alone(tmp_path, members):
    (tmp_path / "secret").write_text("x")
    (tmp_path / "in").mkdir()
    archive = packed(tmp_path / "model.tar.gz", *members)
    with pytest.raises(objects.TransferError, match="not a readable"):
        objects.unpack(archive, tmp_path / "in" / "model")
    assert not [*tmp_path.rglob("owned")]


def test_a_models_archive_may_have_links_that_lead_down(tmp_path):
    members = [("lib.1", tarfile.REGTYPE, ""), ("lib", tarfile.SYMTYPE, "lib.1")]
    objects.unpack(packed(tmp_path / "model.tar.gz", *members), tmp_path / "model")
    assert (tmp_path / "model" / "lib").is_symlink()


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b garbage", b"text"])
def test_an_archive_that_is_none_is_told_as_such(tmp_path, content):
    (tmp_path / "model.tar.gz").write_bytes(content)
    with pytest.raises(objects.TransferError, match="not a readable"):
        objects.unpack(tmp_path / "model.tar.gz", tmp_path / "model")


def sent(place, key):
    """Store an object as browsers do: no client tidies its name on the way."""
    form = place.s3.generate_presigned_post(place.name, key)
    answer = requests.post(form["url"], form["fields"], files={"file": b"x"}, timeout=30)
    assert answer.status_code == 204
    return key


@pytest.mark.parametrize("keys", [
    ["{0}/../../../../../../../owned"], ["{0}/a/../../owned"], ["{0}/" + "n" * 300],
    ["{0}/both", "{0}/both/below"],
], ids=["up", "within", "too long", "file and folder"])  # fmt: skip
def test_a_key_that_can_be_no_file_of_the_jobs_fails_it(place, request, keys):
    folder = request.node.callspec.id.replace(" ", "-")
    for key in keys:
        sent(place, key.format(folder))
    source = {"S3Uri": place.uri(f"{folder}/"), "LocalPath": "/opt/ml/processing/input/odd"}
    whole = {"S3DataType": "S3Prefix", "S3InputMode": "File", **source}
    asked = place.processing()
    asked["ProcessingInputs"].append({"InputName": "odd", "S3Input": whole})
    job = place.process(ProcessingInputs=asked["ProcessingInputs"])
    assert job["ProcessingJobStatus"] == "Failed"
    assert "Data download failed" in job["FailureReason"]


LEAVES = """
import os, sys
os.chdir("/opt/ml/processing/output/train")
how = sys.argv[1]
if how == "odd name":
    open(b"\\xff", "w").close()
if how == "deep":
    for _ in range(1100):
        os.mkdir("d")
        os.chdir("d")
if how == "holes":
    os.truncate(os.open("holes", os.O_CREAT | os.O_WRONLY), 1 << 42)
if how == "no file":
    os.mkfifo("fifo")
    import socket
    socket.socket(socket.AF_UNIX).bind("socket")
    open("file", "w").close()
"""


@pytest.mark.parametrize(("how", "said"), [
    ("odd name", "surrogates not allowed"), ("deep", "Data upload failed"),
    ("holes", "EntityTooLarge: holes has 4398046511104 bytes"),
])  # fmt: skip
def test_an_output_that_cannot_be_stored_fails_its_job_alone(place, how, said):
    before = place.cloud.failures()
    job = place.process(place.script(LEAVES), how)
    assert job["ProcessingJobStatus"] == "Failed"
    assert said in job["FailureReason"]
    assert place.cloud.settle()["failures"] == before


def test_what_is_no_file_is_not_stored(place):
    request = place.processing()
    (output,) = request["ProcessingOutputConfig"]["Outputs"]
    output["S3Output"]["S3Uri"] = place.uri("no-file")
    config = request["ProcessingOutputConfig"]
    job = place.process(place.script(LEAVES), "no file", ProcessingOutputConfig=config)
    assert job["ProcessingJobStatus"] == "Completed"
    found = place.s3.list_objects_v2(Bucket=place.name, Prefix="no-file/")["Contents"]
    assert [each["Key"] for each in found] == ["no-file/file"]


def test_an_archive_takes_no_file_that_would_fill_the_memory(tmp_path):
    (tmp_path / "model").mkdir()
    with (tmp_path / "model" / "holes").open("wb") as file:
        file.truncate(1 << 42)
    with pytest.raises(objects.TransferError, match="EntityTooLarge: holes"):
        objects.upload_archive(None, [tmp_path / "model"], "s3://b/k", tmp_path / "model.tar.gz")


def test_a_folder_is_removed_however_deep(sandbox):
    program = "import os\nfor _ in range(1100): os.mkdir('d'); os.chdir('d')"
    assert run(sandbox, "python3", "-c", program) == (0, [])
    sandbox.remove()
    assert not sandbox.folder.exists()


def test_a_line_without_an_end_comes_in_parts(sandbox):
    program = f"print('x' * {container.MOST_CHARACTERS + 5})"
    code, lines = run(sandbox, "python3", "-c", program)
    assert (code, [len(line) for line in lines]) == (0, [container.MOST_CHARACTERS, 5])


def test_a_flood_of_output_ends_by_saying_so(monkeypatch):
    monkeypatch.setattr(joblogs, "MOST_CHARACTERS", 30)
    written = []
    logs = types.SimpleNamespace(
        exceptions=types.SimpleNamespace(ResourceAlreadyExistsException=KeyError),
        create_log_group=lambda **_: None,
        create_log_stream=lambda **_: None,
        put_log_events=lambda **asked: written.extend(asked["logEvents"]),
    )
    monkeypatch.setattr(joblogs.sessions, "client", lambda _: logs)
    stream = joblogs.Stream("/flood", "s")
    for _ in range(9):
        stream.line("0123456789")
    stream.flush()
    assert [each["message"] for each in written] == ["0123456789"] * 2 + [joblogs.FULL]


@contextlib.contextmanager
def answering(path, *parts, until=None):
    """Answer one request at a socket with these parts, as long as somebody takes them."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def answer():
        with contextlib.suppress(OSError):
            taken, _ = listening.accept()
            with taken:
                taken.recv(1 << 16)
                for part in parts:
                    taken.sendall(part)
                if until:
                    until.wait()

    thread = threading.Thread(target=answer)
    thread.start()
    yield
    if until:
        until.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join()


def test_a_socket_is_not_changed_for_a_link_while_it_is_asked(tmp_path):
    own, link = tmp_path / "server.sock", tmp_path / "link"
    with answering(own, b"own"), answering(tmp_path / "machines", b"of the machine"):
        link.symlink_to(tmp_path / "machines")
        with asking.held(own) as held, socket.socket(socket.AF_UNIX) as used:
            link.rename(own)
            used.connect(held)
            used.send(b"GET")
            assert used.recv(100) == b"own"
        with pytest.raises(OSError, match="refused"):
            asking.ask(own, "GET", "/ping", b"", {}, 5)


def test_an_answer_without_an_end_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "MOST_ANSWER_BYTES", 1000)
    parts = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 100] * 100]
    with answering(tmp_path / "sock", *parts), pytest.raises(
        http.client.HTTPException, match="more than 1000 bytes"
    ):  # fmt: skip
        asking.ask(tmp_path / "sock", "GET", "/ping", b"", {}, 60)


def test_an_answer_that_stops_within_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(asking.socket.socket, "settimeout", lambda *_: None)
    head = b"HTTP/1.1 200 OK\r\n\r\nx"
    with answering(tmp_path / "sock", head, until=threading.Event()), pytest.raises(
        TimeoutError, match="no whole answer"
    ):  # fmt: skip
        asking.ask(tmp_path / "sock", "GET", "/ping", b"", {}, 0.1)


@pytest.mark.parametrize("body", [b"", b"[0.5"])
def test_an_answer_whose_process_ends_within_is_none(tmp_path, body):
    parts = [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", body]
    with answering(tmp_path / "sock", *parts), pytest.raises(http.client.IncompleteRead):
        asking.ask(tmp_path / "sock", "GET", "/ping", b"", {}, 60)
