from __future__ import annotations

import os
import time

import pytest

from localcloud import clock, shared_clock


def apart(work):
    """Return what work answers, as text, in a copy of this process."""
    reader, writer = os.pipe()
    if not os.fork():
        os.write(writer, str(work()).encode())
        os._exit(0)
    os.close(writer)
    os.wait()
    with os.fdopen(reader) as answer:
        return answer.read()


def test_a_copy_of_the_process_moves_a_clock_of_its_own():
    clock.stop()
    try:
        now = clock.now()

        def move():
            clock.advance(3600)
            return clock.now()

        assert float(apart(move)) == pytest.approx(now + 3600)
        assert clock.now() == now
    finally:
        clock.resume()


def test_who_reads_the_page_sees_a_move_at_once_and_cannot_write():
    page, file = shared_clock.create()
    writing = shared_clock.SharedClock(page)
    reading = shared_clock.SharedClock(shared_clock.attach(file))
    clock.is_stopped()  # the machine's own time is there once the clock is taken over
    writing.write(5_000_000_000, stopped=True)
    assert (reading.time_ns(), reading.stopped) == (5_000_000_000, True)
    writing.write(7_000_000_000, stopped=False)
    assert 7_000_000_000 <= reading.time_ns() < 7_000_000_000 + 3600 * 10**9
    with pytest.raises(TypeError):
        reading.write(0, stopped=True)
    with pytest.raises(PermissionError):
        os.pwrite(file, b"0", 0)


def test_time_goes_on_from_where_it_stood():
    clock.stop()
    stood = clock.now()
    assert time.time() == stood == clock.now()
    clock.resume()
    assert clock.now() >= stood
    assert not clock.is_stopped()
