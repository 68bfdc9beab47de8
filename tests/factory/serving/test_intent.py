"""Is what an endpoint is meant to serve read as it was written, and what was meant before kept?"""

from factory.serving.intent import Aim, Intent
from tests.factory.serving.test_rollout import V1, V2, V3

FIRST = Aim(config=V1, package="arn:1", before="never")
SECOND = Aim(config=V2, package="arn:2", before="11:00", serves=V1)


def written(intent):
    return Intent.of(intent.body(), etag="2")


def test_an_intent_is_read_as_it_was_written():
    intent = written(Intent().then(FIRST, now=10.0, why="grace approved it"))
    assert (intent.aim, intent.since, intent.why) == (FIRST, 10.0, "grace approved it")
    assert (intent.known, intent.etag) == (True, "2")
    assert not Intent().known


def test_what_was_meant_before_is_kept_and_an_open_incident_too():
    first = written(Intent(failed=(V3,)).then(FIRST, now=10.0, why=""))
    second = written(first.then(SECOND, now=20.0, why=""))
    assert (second.aim, second.last, second.failed) == (SECOND, FIRST, (V3,))
    undone = written(second.undone(30.0))
    assert (undone.aim, undone.failed, undone.since) == (FIRST, (V3,), 30.0)


def test_the_same_again_does_not_forget_what_was_meant_before():
    second = Intent().then(FIRST, now=10.0, why="").then(SECOND, now=20.0, why="")
    assert second.then(SECOND, now=30.0, why="").last == FIRST
