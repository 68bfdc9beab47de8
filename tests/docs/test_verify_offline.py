"""Does the script of the page, which knows none of our code, find what somebody changes?"""

import json
import subprocess
import sys

import pytest

from factory.events.envelope import identity
from factory.events.model import ModelDeployed
from factory.ledger import chain
from factory.ledger.chain import Head
from tests.docs.reading import ROOT, Page

PAGE = Page(ROOT / "docs" / "audit" / "verify-offline.md")


def event(number):
    kind, subject, key = ModelDeployed.TYPE, f"model/income/{number}", f"key {number}"
    source = "modelworks.deployment_outcome"
    return {
        "id": identity(source, kind, subject, key),
        "type": kind,
        "time": "2026-01-01T00:00:00Z",
        "source": source,
        "subject": subject,
        "actor": "function/deployment_outcome",
        "reason": "it serves",
        "key": key,
        "detail": {"number": number},
    }


@pytest.fixture
def script(tmp_path):
    (block,) = [b for b in PAGE.blocks if b.mark == "file"]
    path = tmp_path / "verify_ledger.py"
    path.write_text(block.text)
    return path


@pytest.fixture
def ledger(tmp_path):
    """Three segments with five events, as the writer writes them."""
    folder, head = tmp_path / "ledger", Head()
    folder.mkdir()
    for numbers in ((1, 2), (3,), (4, 5)):
        segment = chain.after(head, map(event, numbers), recorded_at="2026-01-01T00:00:00Z")
        data = segment.encode()
        (folder / f"{segment.index:012d}.jsonl").write_bytes(data)
        head = Head(index=segment.index, digest=chain.digest(data))
    return folder


def verified(script, folder, *words):
    """Run the script in isolation: it sees Python's own library and nothing else."""
    done = subprocess.run(
        [sys.executable, "-I", str(script), str(folder), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def last_digest(output):
    return output.partition("last digest ")[2].partition(":")[0]


def segment(folder, number):
    return folder / f"{number:012d}.jsonl"


def test_a_whole_ledger_passes_and_its_checkpoint_is_told(script, ledger):
    code, output = verified(script, ledger)
    assert code == 0
    assert output.startswith("5 events in 3 segments, last digest ")
    assert last_digest(output) == chain.digest(segment(ledger, 3).read_bytes())


def test_one_flipped_byte_is_found_and_placed(script, ledger):
    data = bytearray(segment(ledger, 2).read_bytes())
    data[-20] ^= 1
    segment(ledger, 2).write_bytes(data)
    code, output = verified(script, ledger)
    assert code == 1
    assert "000000000002.jsonl: an event is not what the header says" in output
    assert "000000000003.jsonl: does not follow the segment before" in output


def test_a_missing_segment_is_found(script, ledger):
    segment(ledger, 2).unlink()
    code, output = verified(script, ledger)
    assert code == 1
    assert "000000000003.jsonl: segment 2 should be here" in output


def test_a_cut_end_is_found_by_the_checkpoint_alone(script, ledger):
    digest = last_digest(verified(script, ledger)[1])
    assert verified(script, ledger, "3", digest)[0] == 0
    segment(ledger, 3).unlink()
    assert verified(script, ledger)[0] == 0
    code, output = verified(script, ledger, "3", digest)
    assert code == 1
    assert "segment 3 is not the one that was remembered" in output


def test_a_wrong_digest_is_found(script, ledger):
    assert verified(script, ledger, "2", "0" * 64)[0] == 1


@pytest.mark.parametrize("field", ["source", "type", "subject", "key"])
def test_an_event_that_poses_as_another_is_found(script, ledger, field):
    path = segment(ledger, 3)
    header, *lines = path.read_bytes().splitlines(keepends=True)
    changed = json.loads(lines[-1]) | {field: "another"}
    lines[-1] = chain.canonical(changed)
    again = json.loads(header) | {"lines": [chain.digest(line) for line in lines]}
    path.write_bytes(b"".join((chain.canonical(again), *lines)))
    code, output = verified(script, ledger)
    assert code == 1
    assert "has an id that is not its own" in output


def test_an_event_that_comes_twice_is_found(script, ledger):
    head = Head(index=3, digest=chain.digest(segment(ledger, 3).read_bytes()))
    again = chain.after(head, [event(1)], recorded_at="2026-01-02T00:00:00Z")
    segment(ledger, 4).write_bytes(again.encode())
    code, output = verified(script, ledger)
    assert code == 1
    assert "is there twice" in output
