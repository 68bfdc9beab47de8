from __future__ import annotations

import math
import threading
import time

import pytest

from localcloud import clock
from localcloud.reactor import Reactor


@pytest.fixture
def reactor():
    return Reactor()


def test_short_work_is_done_one_at_a_time_in_order(reactor):
    done = []
    for number in range(20):
        reactor.submit("count", lambda number=number: done.append(number))
    assert reactor.settle()["idle"]
    assert done == list(range(20))


def test_work_that_raises_is_reported_and_ends_nothing(reactor):
    done = []
    reactor.submit("breaks", lambda: 1 / 0)
    reactor.submit("goes on", lambda: done.append(True))
    (failure,) = reactor.settle()["failures"]
    assert failure["name"] == "breaks"
    assert "ZeroDivisionError" in failure["traceback"]
    assert done == [True]


def test_settle_waits_for_long_work_and_says_when_it_gave_up(reactor):
    release = threading.Event()
    reactor.spawn("long", release.wait)
    assert not reactor.settle(0.1)["idle"]
    assert reactor.waiting() == ["long"]
    release.set()
    assert reactor.settle()["idle"]


def test_advance_waits_for_what_was_started_and_not_for_long_work(reactor):
    release, ended = threading.Event(), threading.Event()
    reactor.spawn("long", release.wait)
    reactor.at(clock.now() + 60, "starts", lambda: reactor.start("short", ends))

    def ends():
        time.sleep(0.1)
        ended.set()

    reactor.advance(60)
    assert ended.is_set()
    assert reactor.waiting() == ["long"]
    release.set()
    assert reactor.settle()["idle"]


def test_what_was_started_runs_side_by_side(reactor):
    meeting = threading.Barrier(2)
    for _ in range(2):
        reactor.start("meets", lambda: meeting.wait(300))
    assert reactor.settle() == {"idle": True, "next_due": None, "failures": []}


def test_patience_is_real_whatever_the_clouds_clock_does(reactor):
    release = threading.Event()
    reactor.spawn("long", release.wait)
    clock.stop()
    try:
        assert not reactor.settle(0.1)["idle"]
    finally:
        clock.resume()
    threading.Timer(0.2, lambda: (clock.advance(3600), release.set())).start()
    assert reactor.settle()["idle"]


def test_a_timer_of_the_future_does_not_block_and_can_be_cancelled(reactor):
    done = []
    timer = reactor.at(clock.now() + 3600, "later", lambda: done.append("later"))
    assert reactor.settle() == {"idle": True, "next_due": timer.when, "failures": []}
    timer.cancel()
    assert reactor.next_due() is None
    reactor.at(clock.now(), "now", lambda: done.append("now"))
    reactor.settle()
    assert done == ["now"]


def test_a_timer_that_is_due_a_blink_from_now_is_reached_though_time_stands_still(reactor):
    done = []
    clock.stop()
    try:
        due = math.nextafter(clock.now(), math.inf)
        reactor.at(due, "soon", lambda: done.append(clock.now()))
        reactor.advance(1)
    finally:
        clock.resume()
    assert len(done) == 1
    assert done[0] >= due


def test_unannounced_work_is_found_before_settling(reactor):
    left, done = [1, 2, 3], []

    def probe():
        if left:
            one = left.pop()
            reactor.submit("found", lambda: done.append(one))
            time.sleep(0.02)  # it is done before anybody asks whether all is quiet

    reactor.watch(probe)
    reactor.settle()
    assert done == [3, 2, 1]


def test_waiting_for_oneself_is_refused(reactor):
    reactor.submit("waits for itself", reactor.settle)
    assert "would wait for itself" in reactor.settle()["failures"][0]["traceback"]


def test_closing_gives_everything_its_turn_last_come_first(reactor):
    closed = []
    reactor.on_close(lambda: closed.append("first"))
    reactor.on_close(lambda: 1 / 0)
    reactor.on_close(lambda: closed.append("last"))
    with pytest.raises(ZeroDivisionError):
        reactor.close()
    assert closed == ["last", "first"]
