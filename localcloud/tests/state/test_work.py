"""Work that waits is written down with what it was to be done with, and where."""

from __future__ import annotations

import functools

import pytest

from localcloud import clock, places, reactor
from localcloud.places import Place
from localcloud.state import codec, kept, work
from localcloud.state.references import Foreign, References

THERE = Place("222222222222", "eu-central-1")
DAY = 86_400
done = []


@kept.durable
def note(word):
    done.append((word, places.here()))


@pytest.fixture
def waiting():
    """Let work wait for another place; return what is written of it."""
    when = clock.now() + DAY
    with places.at(THERE):
        timer = reactor.at(when, "note", functools.partial(note, "word"))
    lost = reactor.at(when, "lost", lambda: note("lost"))
    try:
        yield work.written()
    finally:
        timer.cancel()
        lost.cancel()


def read(written):
    references = References()
    return work.read(codec.loads(codec.dumps(written, references), references))


def test_work_is_done_where_it_was_to_be_done(waiting):
    (back,) = [each for each in read(waiting) if each.name == "note"]
    done.clear()
    back.work()
    assert done == [("word", THERE)]
    assert back.when > clock.now()
    assert not back.apart


def test_work_that_is_not_durable_is_not_written(waiting):
    assert "lost" not in {each.name for each in read(waiting)}


def test_work_that_nobody_offers_is_refused(waiting):
    with pytest.raises(Foreign, match="work that is not there"):
        work.read([(*waiting[0][:5], "os.system", ("true",), {})])
