"""What somebody changes in a ledger with every right in its account, and the words that tell it.

The ledger is one in moto, written by the real writer; verification is the one of `audit verify`.
"""

import time
from datetime import UTC, datetime, timedelta

import boto3
import pytest
import time_machine
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.s3.models import s3_backends

from aws import calls
from factory.errors import LedgerBroken
from factory.events.people import ModelApproved
from factory.layout.objects import segment_key
from factory.ledger import chain
from factory.ledger.check import Remembered
from tests.lambdas.ledgers import TABLE, World, envelope
from tests.redteam.tamperings import LAST, Intruder, event, spaced

VERIFY = "nothing: it is the ledger that was attacked; `audit verify` exits with 1"
HOUR = 3600


@pytest.fixture
def intruder(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(calls, "OWN", calls.Caller(boto3))
    with mock_aws():
        yield Intruder.of(World.make(monkeypatch))


def praised(found):
    return {**found, "reason": "it was great"}


def _later(intruder, seconds, act):
    with time_machine.travel(_now() + seconds, tick=True):
        act()


def _now():

    return time.time()


def edit_and_fix_all(i):
    i.forge(3, praised)
    i.rechain(3)
    i.reindex()


def rewrite_from_genesis(i):
    i.forge(1, praised)
    i.rechain(1)
    i.reindex()


def truncate_without_head(i):
    i.remove("HEAD")
    i.erase(3, 4, 5, 6)


def swap(i):
    second, third = i.read(2), i.read(3)
    i.rewrite(2, third)
    i.rewrite(3, second)


def renumber(i):
    third = i.read(3)
    i.erase(2)
    i.rewrite(2, third)


def fork(i):
    found = i.decoded(4)
    i.overlay(4, chain.after(chain.Head(index=3, digest=found.prev), [event(90)],
                             recorded_at=found.recorded_at).encode())  # fmt: skip


def silence(i):
    for number in range(20, 29):
        i.put({"pk": f"E#{event(number)['id']}", "segment": 3, "line": 2, "content": "x"})


def silence_at_the_next_segment(i):
    content = chain.content(event(20))
    i.put({"pk": f"E#{event(20)['id']}", "segment": LAST + 1, "line": 2, "content": content})


def unlock(_intruder):
    s3, soon = boto3.client("s3"), datetime.now(UTC) + timedelta(hours=1)
    for number in range(1, LAST + 1):
        s3.put_object_retention(
            Bucket="ledger",
            Key=segment_key(number),
            Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon},
            BypassGovernanceRetention=True,
        )


def no_lock(i):
    s3_backends[ACCOUNT_ID]["aws"].buckets["ledger"].default_lock_mode = ""
    i.world.log(envelope(50))


def nested(i):
    deep = b'{"detail":' + b"[" * 20_000 + b"]" * 20_000 + b"}\n"
    i.line(3, 2, lambda _: deep)


def two_beyond(i):
    first = i.append(event(30), moved=False)
    i.append(event(31), moved=False, head=first)


TAMPERINGS = {
    "a word of an event": (
        lambda i: i.line(3, 2, lambda x: x.replace(b"succeeded", b"was great")),
        "000000000003.jsonl line 2: bytes: line 2: is not the event that the header lists",
    ),
    "a whole number becomes 1.0": (
        lambda i: i.line(3, 1, lambda x: x.replace(b'"index":3', b'"index":3.0')),
        "000000000003.jsonl line 1: bytes: line 1: is not a header",
    ),
    "an event and its header": (
        lambda i: i.forge(3, praised),
        "chain: was written after a segment 3",
    ),
    "an event, its header and all after it": (
        lambda i: (i.forge(3, praised), i.rechain(3)),
        "000000000006.jsonl: head: its bytes are not those that the head remembers",
    ),
    "all of that, and the head": (
        lambda i: (i.forge(3, praised), i.rechain(3), i.head(LAST, chain.digest(i.read(LAST)))),
        "000000000006.jsonl: index: the index does not know these bytes",
    ),
    "the last segment": (
        lambda i: i.forge(LAST, praised),
        "000000000006.jsonl: head: its bytes are not those that the head remembers",
    ),
    "the head is deleted": (lambda i: i.remove("HEAD"), "HEAD: head: is not there"),
    "the head and the last four segments are deleted": (
        truncate_without_head,
        "HEAD: head: is not there",
    ),
    "the last four segments, and the head is set back": (
        lambda i: (i.erase(3, 4, 5, 6), i.head(2, chain.digest(i.read(2)))),
        "the index has this event where no segment has it",
    ),
    "everything but the head is deleted": (
        lambda i: (i.erase(*range(1, LAST + 1)), i.clear("E#"), i.clear("S#")),
        "empty: there is no segment",
    ),
    "everything is deleted": (
        lambda i: (i.erase(*range(1, LAST + 1)), i.clear()),
        "empty: there is no segment",
    ),
    "a segment in the middle is deleted": (
        lambda i: i.erase(3),
        "000000000003.jsonl: gap: is not there",
    ),
    "the first segment is deleted": (lambda i: i.erase(1), "000000000001.jsonl: gap: is not there"),
    "the last segment is deleted": (
        lambda i: i.erase(LAST),
        "000000000006.jsonl: gap: is not there, and the head says 6 was written",
    ),
    "two segments are swapped": (swap, "moved: holds what was written as segment 3"),
    "a segment takes the place of a deleted one": (
        renumber,
        "moved: holds what was written as segment 3",
    ),
    "a new version is laid over a segment": (
        lambda i: i.overlay(3, i.read(4)),
        "overlay: a segment of this number was there before",
    ),
    "a delete marker hides a segment": (
        lambda i: i.hide(3),
        "000000000003.jsonl: deleted: a delete marker hides what was written",
    ),
    "a fork of the chain": (fork, "overlay: a segment of this number was there before"),
    "an event comes twice": (
        lambda i: i.append(dict(i.decoded(2).events[0])),
        "is in seg/000000000002.jsonl line 2 already",
    ),
    "an event under the id of another": (
        lambda i: i.append({**event(40), "id": event(41)["id"]}),
        "event: has an id that is not its own",
    ),
    "a part of the subject moves into the key": (
        lambda i: i.forge(3, lambda e: {**e, "subject": "model", "key": f"income4|{e['key']}"}),
        "event: has an id that is not its own",
    ),
    "another object is stored beside the segments": (
        lambda i: i.leave("notes.txt"),
        "notes.txt: stray: is not a segment's key",
    ),
    "a segment under a number that is never reached": (
        lambda i: i.overlay(10**12 - 1, i.read(LAST)),
        "gap: and all up to 999999999998 are not there",
    ),
    "a header in another spelling": (
        lambda i: i.line(3, 1, spaced),
        "is not in the canonical form in which it was written",
    ),
    "a segment is cut off": (
        lambda i: i.rewrite(3, i.read(3)[:-20]),
        "000000000003.jsonl line 3: bytes",
    ),
    "an event that no reader can read": (
        nested,
        "000000000003.jsonl line 2: bytes: line 2: is not JSON",
    ),
    "the head has another digest": (
        lambda i: i.head(LAST, "0" * 64),
        "head: its bytes are not those that the head remembers",
    ),
    "the head is set back": (
        lambda i: i.head(LAST - 3, chain.digest(i.read(LAST - 3))),
        "000000000006.jsonl: head: is beyond the head (3) by more than a crash explains",
    ),
    "the head is set forward": (
        lambda i: i.head(LAST + 5, "0" * 64),
        "and the head says 11 was written",
    ),
    "the head is no head": (
        lambda i: i.head("six", 6),
        "HEAD: head: is not there, or not of its form",
    ),
    "one invented segment after the head": (
        lambda i: i.append(event(30), expected=False, moved=False),
        "000000000007.jsonl: index: the index does not know these bytes",
    ),
    "an invented segment, and the head is moved to it": (
        lambda i: i.append(event(30), expected=False),
        "000000000007.jsonl: index: the index does not know",
    ),
    "two segments after the head": (
        two_beyond,
        "is beyond the head (6) by more than a crash explains",
    ),
    "nine events are silenced before they happen": (silence, "a later one would be dropped"),
    "an event is silenced as if the next segment had it": (
        silence_at_the_next_segment,
        "a later one would be dropped",
    ),
    "the index forgets events": (
        lambda i: i.clear("E#"),
        "000000000003.jsonl: index: the index does not know 2 of its events",
    ),
    "the index forgets what was to be written": (
        lambda i: i.clear("S#"),
        "000000000003.jsonl: index: the index does not know these bytes",
    ),
    "the index has an event elsewhere": (
        lambda i: i.put(
            {"pk": f"E#{i.decoded(2).events[0]['id']}", "segment": 3, "line": 2, "content": "x"}
        ),
        "000000000002.jsonl: index: the index does not know 1 of its events",
    ),
    "an item of another kind in the index": (
        lambda i: i.put({"pk": "NOTE"}),
        "NOTE: index: is no item",
    ),
    "watch says that grace approved": (
        lambda i: i.append(
            event(
                30,
                type=ModelApproved.TYPE,
                source="modelworks.watch",
                actor="person/grace",
                subject="model/income/7",
            )
        ),
        "modelworks.watch says model.approved of person/grace: its source may not say events",
    ),
    "run_events trained in grace's name": (
        lambda i: i.append(event(30, actor="person/grace")),
        "its source may not say that of this actor",
    ),
    "a type that nobody declared": (
        lambda i: i.append(event(30, type="model.blessed")),
        "speaker: modelworks.run_events says model.blessed",
    ),
    "a source that nobody has": (
        lambda i: i.append(event(30, source="modelworks.nobody")),
        "its source may not say events of this type",
    ),
    "an event that lacks what its type promises": (
        lambda i: i.append(event(30, detail={})),
        "it lacks what its type promises",
    ),
    "an event of 2020": (
        lambda i: i.append(event(30, time="2020-01-01T00:00:00Z")),
        "its time is more than 33 days before",
    ),
    "an event of a time to come": (
        lambda i: i.append(event(30, time="2100-01-01T00:00:00Z")),
        "its time is after it was recorded",
    ),
    "a segment that says it is of another time": (
        lambda i: i.append(event(30), recorded_at="2026-01-01T00:00:00.000Z"),
        "clock: says 2026-01-01T00:00:00.000Z, which is before the segment before it",
    ),
    "a segment that does not say when": (
        lambda i: i.append(event(30), recorded_at="now"),
        "clock: recorded_at is 'now'",
    ),
    "a segment without events": (lambda i: i.append(), "empty: holds no event"),
    "locks are made shorter": (unlock, "lock: is locked in mode GOVERNANCE until"),
    "what is written later is not locked": (
        no_lock,
        "000000000007.jsonl: lock: is locked in mode none until never",
    ),
}
"""What is done, and words of a finding that only this explains."""


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.attack(f"ledger: {name}"))
        for name, case in TAMPERINGS.items()
    ],
)
def test_whatever_is_changed_is_found(intruder, stopped, tamper, words):
    assert intruder.world.found() == []
    tamper(intruder)
    found = intruder.world.found()
    assert [each for each in found if words in each], found
    stopped(next(each for each in found if words in each), VERIFY)


@pytest.mark.attack("ledger: a head that lags for minutes, since its writer was stopped")
def test_a_head_that_lags_is_found(intruder, stopped):
    intruder.append(event(30), moved=False)
    assert intruder.world.found(later=9) == []
    (finding,) = [f for f in intruder.world.found(later=11) if "head:" in f]
    assert "its writer has stopped" in finding
    stopped(finding, VERIFY)


@pytest.mark.attack("ledger: all is written anew an hour later, with its index and its head")
def test_a_ledger_that_was_written_anew_later_is_found_by_s3s_clock(intruder, stopped):
    with time_machine.travel(time.time() + HOUR, tick=True):
        rewrite_from_genesis(intruder)
    finding = intruder.world.found()[0]
    assert "clock: says that it was recorded" in finding
    stopped(finding, VERIFY)


@pytest.mark.attack("ledger: all is written anew, with its index, its head and its times")
def test_a_ledger_that_was_written_anew_in_every_part_is_found_by_who_remembers(intruder, stopped):
    """Nothing within the account can show it: it is what the tail is for."""
    seen = Remembered(tail=intruder.world.report().tail, by="an auditor")
    rewrite_from_genesis(intruder)
    assert intruder.world.found() == []
    (finding,) = intruder.world.found(seen)
    assert "tail: has other bytes, and an auditor remembers" in finding
    stopped(finding, VERIFY)


@pytest.mark.attack("ledger: everything is deleted, and the next event begins a ledger anew")
def test_a_ledger_that_begins_anew_is_found_by_who_remembers(intruder, stopped):
    seen = Remembered(tail=intruder.world.report().tail, by="an auditor")
    intruder.erase(*range(1, LAST + 1))
    intruder.clear()
    intruder.world.log(envelope(60))
    assert intruder.world.found() == []
    (finding,) = intruder.world.found(seen)
    stopped(finding, VERIFY)


@pytest.mark.attack("ledger: the stack points at another ledger, which is sound")
def test_another_ledger_is_found_by_who_remembers(intruder, stopped):
    tail = intruder.world.report().tail
    seen = Remembered(tail=tail, by="an auditor", bucket="the-real-ledger")
    (finding,) = intruder.world.found(seen)
    assert finding.startswith("ledger: tail: this is another ledger than the-real-ledger")
    stopped(finding, VERIFY)


STOPPING = {
    "the head is deleted": (
        lambda i: i.remove("HEAD"),
        f"the head of {TABLE} is not there, and the ledger is",
    ),
    "the head and four segments are deleted": (
        truncate_without_head,
        f"the head of {TABLE} is not there, and the ledger is",
    ),
    "all but the index's entries is deleted": (
        lambda i: (i.remove("HEAD"), i.erase(*range(1, LAST + 1))),
        "is not there, and the ledger is",
    ),
    "all but delete markers is deleted": (
        lambda i: (
            boto3.client("s3").delete_object(Bucket="ledger", Key="seg/000000000001.jsonl"),
            i.erase(*range(1, LAST + 1)),
            i.clear(),
        ),
        "is not there, and the ledger is",
    ),
    "an invented segment waits after the head": (
        lambda i: i.append(event(30), expected=False, moved=False),
        "000000000007.jsonl is not of the ledger's writer",
    ),
    "the head names another digest": (
        lambda i: i.head(LAST, "0" * 64),
        "the head says segment 6 is one nobody wrote",
    ),
    "the head is set forward": (
        lambda i: i.head(LAST + 5, "0" * 64),
        "the head says segment 11 is one nobody wrote",
    ),
    "a head of zeros over an old ledger": (
        lambda i: (i.head(0, "0" * 64), i.clear("S#")),
        "000000000001.jsonl is not of the ledger's writer",
    ),
}


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.attack(f"the writer goes on where {name}"))
        for name, case in STOPPING.items()
    ],
)
def test_the_writer_stops_and_repairs_no_trace(intruder, stopped, tamper, words):
    tamper(intruder)
    before = intruder.world.stored()
    with pytest.raises(LedgerBroken) as refused:
        intruder.world.log(envelope(70))
    assert words in str(refused.value)
    assert intruder.world.stored() == before
    assert intruder.world.found() != []
    stopped(refused.value, "nothing more: its messages wait in the dead letters, with an alarm")
