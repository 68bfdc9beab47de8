from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import pytest

import aws
from factory.errors import ServiceError, Throttled
from factory.events.audit import MessageQuarantined
from factory.events.data import DataProductPublished
from factory.events.training import ModelTrained
from factory.ledger import chain
from factory.ledger.check import verify
from factory.settings import AuditLogSettings
from lambdas.audit_log import handler, ledger_writer

SETTINGS = AuditLogSettings(ledger_bucket="ledger", ledger_table="ledger-index")
CALLED = ("s3_put", "s3_get", "table_get", "table_get_many", "table_put", "table_update_if")


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    cloud.bucket("ledger")
    cloud.table("ledger-index")
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


def envelope(number):
    event = ModelTrained(
        model=f"income{number}",
        execution="arn:execution",
        artifact="a" * 64,
        evidence="s3://evidence/evidence.json",
        reason="the run succeeded",
        key=str(number),
    )
    return {
        "detail-type": event.TYPE,
        "source": "modelworks.run_events",
        "time": "2026-11-12T00:00:00Z",
        "detail": event.body(),
    }


@pytest.fixture
def log(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def stored():
    return [(u.removeprefix("s3://ledger/"), aws.s3_get(u)) for u in aws.s3_list("s3://ledger/")]


def report():
    return verify(stored(), ledger_writer.head_of(SETTINGS))


def recorded():
    return [event for _, data in stored() for event in chain.decode(data).events]


def test_an_event_is_recorded_with_what_by_whom_and_why(log):
    assert log(envelope(1)) == {"batchItemFailures": []}
    (event,) = recorded()
    assert event == {
        "id": envelope(1)["detail"]["id"],
        "type": ModelTrained.TYPE,
        "time": "2026-11-12T00:00:00Z",
        "source": "modelworks.run_events",
        "subject": "model/income1",
        "actor": "function/run_events",
        "reason": "the run succeeded",
        "key": "1",
        "detail": envelope(1)["detail"]["detail"],
    }


def test_a_batch_is_one_segment_and_the_next_one_follows_it(log):
    log(envelope(1), envelope(2))
    log(envelope(3))
    assert [key for key, _ in stored()] == ["seg/000000000001.jsonl", "seg/000000000002.jsonl"]
    assert report().sound
    assert report().tail == ledger_writer.head_of(SETTINGS)


def test_a_replay_of_everything_writes_nothing(log):
    log(envelope(1), envelope(2), envelope(1))
    before = stored()
    log(envelope(2), envelope(1))
    log(envelope(1))
    assert stored() == before
    assert [e["key"] for e in recorded()] == ["1", "2"]


@pytest.mark.parametrize("body", ["not JSON at all", '{"detail-type": ModelTrained.TYPE}'])
def test_what_is_not_an_event_is_kept_in_quarantine_and_blocks_nothing(log, body):
    assert log(body, envelope(1)) == {"batchItemFailures": []}
    odd, good = recorded()
    assert (odd["type"], good["type"]) == (MessageQuarantined.TYPE, ModelTrained.TYPE)
    assert odd["detail"] == {"text": body}
    assert odd["actor"] == "AROAEXAMPLE:sender"
    assert report().sound
    log(body)
    assert len(recorded()) == 2


def test_an_orphan_segment_of_a_crashed_writer_is_indexed_by_the_next(log, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(aws, "table_put", _fails)
        with pytest.raises(ServiceError):
            log(envelope(1))
    assert ledger_writer.head_of(SETTINGS).index == 0
    assert report().sound  # one segment beyond the head is what a crash leaves
    log(envelope(1), envelope(2))
    assert [e["key"] for e in recorded()] == ["1", "2"]
    assert ledger_writer.head_of(SETTINGS).index == 2
    assert report().sound


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_throttling_brings_the_batch_again(log, monkeypatch):
    def throttled(*_args, **_kwargs):
        raise Throttled("PutObject: 409 ConditionalRequestConflict")

    with monkeypatch.context() as patched:
        patched.setattr(aws, "s3_put", throttled)
        with pytest.raises(Throttled):
            log(envelope(1))
    assert stored() == []


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
    log, monkeypatch, seed, writers, breaking
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
    assert sorted(int(e["key"]) for e in recorded()) == [*range(24), 99]
    assert report().findings == ()
    assert report().tail == ledger_writer.head_of(SETTINGS)


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


def test_the_example_event_is_recorded(log):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    handler.handle(example, None)
    assert [e["type"] for e in recorded()] == [DataProductPublished.TYPE]
