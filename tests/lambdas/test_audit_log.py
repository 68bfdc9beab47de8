from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
import threading
from collections import Counter
from pathlib import Path

import boto3
import pytest

import aws
from factory.errors import LedgerBroken, ServiceError, Throttled
from factory.events.audit import ContentConflict, EventRefused, MessageQuarantined
from factory.events.data import DataProductPublished
from factory.events.training import ModelTrained
from factory.layout import tables
from factory.ledger import chain, record
from factory.ledger.check import Remembered
from lambdas.audit_log import genesis, handler
from tests.lambdas.ledgers import World, envelope

CALLED = (
    *("s3_any_version", "s3_get", "s3_put", "send_text"),
    *("table_any", "table_get", "table_get_many", "table_put", "table_put_many"),
    "table_update_if",
)


@pytest.fixture(autouse=True)
def world(monkeypatch):
    return World.make(monkeypatch)


@pytest.fixture
def log(world):
    return world.log


def head(world):
    return genesis.head_of(world.settings)


# What is kept


def test_an_event_is_recorded_with_what_by_whom_and_why(world):
    told = envelope(1)
    assert world.log(told) == {"batchItemFailures": []}
    (event,) = world.recorded()
    assert event == {
        "id": told["detail"]["id"],
        "type": ModelTrained.TYPE,
        "time": told["time"],
        "source": "modelworks.run_events",
        "subject": "model/income1",
        "actor": "function/run_events",
        "reason": "the run succeeded",
        "key": "1",
        "detail": told["detail"]["detail"],
    }


def test_a_batch_is_one_segment_and_the_next_one_follows_it(world):
    world.log(envelope(1), envelope(2))
    world.log(envelope(3))
    keys = [key for key, _ in world.stored()]
    assert keys == ["seg/000000000001.jsonl", "seg/000000000002.jsonl"]
    assert world.found() == []
    assert world.report().tail == head(world)


def test_a_replay_of_everything_writes_nothing(world):
    first, second = envelope(1), envelope(2)
    world.log(first, second, first)
    before = world.stored()
    world.log(second, first)
    world.log(envelope(1, age=30))  # told again, at another time
    assert world.stored() == before
    assert [e["key"] for e in world.recorded()] == ["1", "2"]
    assert world.aside() == []


# What is set aside, told, and stops nothing


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("not JSON at all", MessageQuarantined.TYPE),
        ('{"detail-type": "model.trained"}', MessageQuarantined.TYPE),
        ('{"a":' * 976 + "1" + "}" * 976, MessageQuarantined.TYPE),
        ("[1e400]", MessageQuarantined.TYPE),
        (lambda: envelope(1, reason="x") | {"source": "modelworks.promote"}, EventRefused.TYPE),
        (lambda: envelope(1) | {"detail-type": "model.invented"}, EventRefused.TYPE),
        (lambda: envelope(1, age=40 * 24 * 3600), EventRefused.TYPE),
    ],
)
def test_what_cannot_be_kept_is_set_aside_and_blocks_nothing(world, body, kind):
    body = body() if callable(body) else body
    text = body if isinstance(body, str) else json.dumps(body)
    world.log(text, envelope(2))
    odd, good = world.recorded()
    assert (odd["type"], good["type"]) == (kind, ModelTrained.TYPE)
    assert odd["key"] == chain.digest(text.encode())
    assert world.aside() == [text]
    report = world.report()
    assert report.findings == ()
    assert report.aside == {kind: 1}
    world.log(text)
    assert (len(world.recorded()), world.aside()) == (2, [])


def test_what_is_set_aside_can_be_sent_again_once_it_may_be_said(world):
    told = envelope(1)
    world.log(told | {"source": "modelworks.promote"})
    world.log(told)
    assert [e["type"] for e in world.recorded()] == [EventRefused.TYPE, ModelTrained.TYPE]


def test_another_content_under_a_known_id_is_a_conflict_that_is_kept_once(world):
    world.log(envelope(1), envelope(2))
    other = envelope(1, reason="it was great")
    world.log(other, envelope(3))
    world.log(other)
    kept, _, conflict, _ = world.recorded()
    assert (kept["reason"], conflict["type"]) == ("the run succeeded", ContentConflict.TYPE)
    assert conflict["detail"]["event"] == kept["id"]
    assert conflict["detail"]["kept"] == chain.content(kept)
    assert [json.loads(text)["detail"]["reason"] for text in world.aside()] == ["it was great"]
    assert world.found() == []


def test_two_contents_of_one_id_in_one_batch_are_a_conflict_too(world):
    world.log(envelope(1), envelope(1, reason="it was great"))
    assert [e["type"] for e in world.recorded()] == [ModelTrained.TYPE, ContentConflict.TYPE]
    assert len(world.aside()) == 1


def test_an_event_that_was_silenced_before_it_happened_is_told_as_a_conflict(world):
    world.log(envelope(1))
    key = tables.ledger_event(envelope(2)["detail"]["id"])
    aws.table_put("ledger-index", {"pk": key, "segment": 1, "line": 2})
    world.log(envelope(2))
    assert [e["type"] for e in world.recorded()] == [ModelTrained.TYPE, ContentConflict.TYPE]
    assert any(f"{key}: index: the index has this event where" in f for f in world.found())


# A writer that crashes, and one that is not ours


def test_an_orphan_segment_of_a_crashed_writer_is_indexed_by_the_next(world, monkeypatch):
    world.log(envelope(0))
    with monkeypatch.context() as patched:
        patched.setattr(aws, "table_update_if", _fails)
        with pytest.raises(ServiceError):
            world.log(envelope(1))
    assert head(world).index == 1
    assert world.found() == []  # one young segment beyond the head is what a crash leaves
    assert world.found(later=11) != []
    world.log(envelope(1), envelope(2))
    assert [e["key"] for e in world.recorded()] == ["0", "1", "2"]
    assert head(world).index == 3
    assert world.found() == []


@pytest.mark.parametrize("call", ["s3_put", "table_put", "table_put_many", "table_update_if"])
@pytest.mark.parametrize("after", range(3))
def test_a_crash_while_a_ledger_begins_leaves_one_that_goes_on(world, monkeypatch, call, after):
    real, calls = getattr(aws, call), iter(range(99))

    def crashing(*args, **kwargs):
        if next(calls) == after:
            raise ServiceError("injected")
        return real(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(aws, call, crashing)
        with contextlib.suppress(ServiceError):
            world.log(envelope(1))
    world.log(envelope(1))
    world.log(envelope(2))
    assert [e["key"] for e in world.recorded()] == ["1", "2"]
    assert world.found() == []


@pytest.mark.parametrize("left", ["segments and index", "segments", "markers", "index"])
def test_a_ledger_whose_head_is_gone_does_not_begin_anew(world, left):
    world.log(envelope(1))
    world.log(envelope(2))
    remove_head()
    if left in {"markers", "index"}:
        remove_segments(marked=left == "markers")
    if left in {"segments", "markers"}:
        remove_index()
    before = world.stored()
    with pytest.raises(LedgerBroken, match=r"the head of ledger-index is not there"):
        world.log(envelope(3))
    assert world.stored() == before
    assert head(world) is None
    assert any("HEAD: head: is not there" in finding for finding in world.found())


def test_with_everything_gone_it_begins_anew_and_who_remembers_finds_it(world):
    """Whoever may delete all of it can do this; only what is kept elsewhere shows it."""
    world.log(envelope(1))
    world.log(envelope(2))
    seen = Remembered(tail=world.report().tail, by="an auditor")
    remove_head()
    remove_segments(marked=False)
    remove_index()
    world.log(envelope(3))
    assert world.found() == []
    (finding,) = world.found(seen)
    assert f"tail: is not there, and an auditor remembers {seen.tail.digest}" in finding


def test_a_segment_that_somebody_else_put_after_the_head_is_not_adopted(world):
    world.log(envelope(1))
    invented = chain.after(
        head(world), [{**world.recorded()[0], "id": "x"}], recorded_at=record.time_of(aws.now())
    )
    aws.s3_put("s3://ledger/seg/000000000002.jsonl", invented.encode())
    with pytest.raises(LedgerBroken, match=r"000000000002.jsonl is not of the ledger's writer"):
        world.log(envelope(2))
    assert head(world).index == 1
    assert any("000000000002.jsonl: index: the index does not know" in f for f in world.found())


@pytest.mark.parametrize("moved", [{"index": 5}, {"index": 2, "digest": "0" * 64}])
def test_a_head_that_somebody_else_moved_stops_the_writer(world, moved):
    world.log(envelope(1))
    world.log(envelope(2))
    item = {"pk": tables.LEDGER_HEAD, "index": 2, "digest": head(world).digest}
    aws.table_put("ledger-index", item | moved)
    with pytest.raises(LedgerBroken, match=r"the head says segment \d is one nobody wrote"):
        world.log(envelope(3))
    assert len(world.stored()) == 2
    assert world.found() != []


def test_a_head_that_was_set_back_moves_up_again(world):
    world.log(envelope(1))
    first = head(world)
    for number in (2, 3):
        world.log(envelope(number))
    item = {"pk": tables.LEDGER_HEAD, "index": 1, "digest": first.digest}
    aws.table_put("ledger-index", item)
    assert world.found() != []
    world.log(envelope(4))
    assert [e["key"] for e in world.recorded()] == ["1", "2", "3", "4"]
    assert world.found() == []


def test_a_writer_lists_and_scans_nothing_once_the_ledger_has_begun(world, monkeypatch):
    """What a batch costs does not grow with the ledger."""
    world.log(envelope(1))
    counted = Counter()
    for name in CALLED:
        monkeypatch.setattr(aws, name, _counting(name, getattr(aws, name), counted))
    for number in range(2, 5):
        counted.clear()
        world.log(envelope(number), envelope(number + 10))
        assert counted == {
            **dict.fromkeys(("table_get", "table_get_many", "table_put", "s3_put"), 1),
            **dict.fromkeys(("table_put_many", "table_update_if"), 1),
        }


def _counting(name, real, counted):
    def call(*args, **kwargs):
        counted[name] += 1
        return real(*args, **kwargs)

    return call


def remove_head():
    key = {"pk": {"S": tables.LEDGER_HEAD}}
    boto3.client("dynamodb").delete_item(TableName="ledger-index", Key=key)


def remove_index():
    dynamodb = boto3.client("dynamodb")
    for item in dynamodb.scan(TableName="ledger-index")["Items"]:
        dynamodb.delete_item(TableName="ledger-index", Key={"pk": item["pk"]})


def remove_segments(*, marked):
    """Delete every version; leave a marker for each if asked."""
    s3 = boto3.client("s3")
    for each in s3.list_object_versions(Bucket="ledger")["Versions"]:
        if marked:
            s3.delete_object(Bucket="ledger", Key=each["Key"])
        version = {"VersionId": each["VersionId"], "BypassGovernanceRetention": True}
        s3.delete_object(Bucket="ledger", Key=each["Key"], **version)


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_throttling_brings_the_batch_again(world, monkeypatch):
    def throttled(*_args, **_kwargs):
        raise Throttled("PutObject: 409 ConditionalRequestConflict")

    with monkeypatch.context() as patched:
        patched.setattr(aws, "s3_put", throttled)
        with pytest.raises(Throttled):
            world.log(envelope(1))
    assert world.stored() == []


class Turnstile:
    """Let the threads' calls to AWS through one at a time, in an order that a seed decides.

    So an interleaving can be repeated, and moto is as atomic as AWS is. A call may break before or
    after its work is done, as a crash would.
    """

    def __init__(self, seed, breaking):
        self.chance, self.breaking = random.Random(seed), breaking
        self.gate = threading.Condition()
        self.waiting, self.running = [], 0
        self.turn = None

    def run(self, works):
        threads = [threading.Thread(target=self._work, args=(w,)) for w in works]
        self.running = len(threads)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert not any(t.is_alive() for t in threads)

    def _work(self, work):
        try:
            work()
        finally:
            with self.gate:
                self.running -= 1
                self._next()

    def _next(self):
        if self.turn is None and self.waiting and len(self.waiting) == self.running:
            self.waiting.sort()
            self.turn = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            self.gate.notify_all()

    def through(self, function):
        def call(*args, **kwargs):
            me = int(threading.current_thread().name.removeprefix("writer-"))
            if self.turn == me:  # a call within a call
                return function(*args, **kwargs)
            with self.gate:
                self.waiting.append(me)
                self._next()
                assert self.gate.wait_for(lambda: self.turn == me, 20)
                breaks = self.chance.random()
                try:
                    if breaks < self.breaking:
                        raise ServiceError("injected before")
                    answer = function(*args, **kwargs)
                    if breaks > 1 - self.breaking:
                        raise ServiceError("injected after")
                    return answer
                finally:
                    self.turn = None
                    # the others still wait; this thread comes back, or ends and says so

        return call


@pytest.mark.parametrize(("writers", "breaking"), [(1, 0.2), (2, 0.0), (3, 0.05), (8, 0.02)])
@pytest.mark.parametrize("seed", range(3))
def test_many_writers_that_crash_lose_nothing_double_nothing_and_fork_nothing(
    world, log, monkeypatch, seed, writers, breaking
):
    events = [envelope(n) for n in range(24)]
    chance = random.Random(seed)
    turnstile = Turnstile(seed, breaking)
    works = []
    for number in range(writers):
        mine = events[number::writers] + chance.sample(events, 3)  # some come to two writers
        works.append(_writer(log, mine, number))
    with monkeypatch.context() as patched:
        for name in CALLED:
            patched.setattr(aws, name, turnstile.through(getattr(aws, name)))
        turnstile.run(works)
    log(envelope(0))  # the next writer repairs what the last crash left
    log(envelope(99))
    assert sorted(int(e["key"]) for e in world.recorded()) == [*range(24), 99]
    assert world.found() == []
    assert world.report().tail == head(world)


def _writer(log, envelopes, number):
    def work():
        threading.current_thread().name = f"writer-{number}"
        for start in range(0, len(envelopes), 4):
            _until_done(lambda batch=envelopes[start : start + 4]: log(*batch))

    return work


def _until_done(work):
    for _ in range(500):
        try:
            return work()
        except ServiceError:
            continue
    pytest.fail("a batch was never done")


def test_the_example_event_is_recorded(world, monkeypatch):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    moment = dt.datetime(2026, 11, 12, tzinfo=dt.UTC).timestamp()
    monkeypatch.setattr(aws, "now", lambda: moment)
    handler.handle(example, None)
    assert [e["type"] for e in world.recorded()] == [DataProductPublished.TYPE]
