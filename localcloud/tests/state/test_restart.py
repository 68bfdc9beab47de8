"""What is there after kill -9 is what was there before it, seen through the services' own calls."""

from __future__ import annotations

import signal

import pytest

from localcloud import operations
from tests.state import across, things
from tests.state.clouds import served

TABLE = {**things.TABLE, **across.TABLE}
LAST = ("cloudwatch", "events", "mail")
ORDER = [
    *(name for name in things.TABLE if name not in {"sqs", *LAST}),
    *("sqs", *(name for name in across.TABLE if name not in LAST), *LAST),
]
"""Those that move the clock come last, and of them the one that moves it farthest."""


@pytest.fixture(scope="module")
def restarted(tmp_path_factory):
    """Return a cloud that has all of the table back, what was made there, and its former time."""
    place = tmp_path_factory.mktemp("restart")
    with served(place / "state", place / "log") as before:
        before.client.stop_clock()
        before.client.advance(5 * 86_400)
        made = {name: make(before.client) for name, (make, _) in TABLE.items()}
        before.client.settle()
        now = before.client.now()
        before.client.save()
        before.end(signal.SIGKILL)
    with served(place / "state", place / "log") as after:
        yield after.client, made, now


def test_every_service_that_is_served_has_its_line():
    assert set(things.TABLE) == operations.services()


def test_time_stands_where_it_stood(restarted):
    cloud, _, now = restarted
    assert cloud.now() == now


@pytest.mark.parametrize("service", ORDER)
def test_a_restart_loses_nothing_of(restarted, service):
    cloud, made, _ = restarted
    _, see = TABLE[service]
    see(cloud, made[service])
    assert cloud.settle()["failures"] == []
