"""A cloud's temporary files go with it, or with the next cloud's start."""

from __future__ import annotations

import re
import signal

import pytest

from tests.state import things
from tests.state.clouds import SOURCE, served

OTHERS = re.compile(r"mkdtemp|mkstemp|TemporaryDirectory|NamedTemporaryFile")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Let clouds have their temporary files in a folder of the test's."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def run_function(cloud):
    things.function(cloud, "f")
    cloud.aws("lambda").invoke(FunctionName="f")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ended_cloud_leaves_nothing(tmp_path, temporary, number):
    with served(None, tmp_path / "log") as cloud:
        run_function(cloud.client)
        assert list(temporary.iterdir())
        assert cloud.end(number) == 0
    assert list(temporary.iterdir()) == []


def test_what_a_killed_cloud_leaves_goes_with_the_next_start(tmp_path, temporary):
    with served(None, tmp_path / "log") as lasting:
        run_function(lasting.client)
        (own,) = temporary.iterdir()
        with served(None, tmp_path / "log") as killed:
            run_function(killed.client)
            (left,) = set(temporary.iterdir()) - {own}
            killed.end(signal.SIGKILL)
        foreign = temporary / "localcloud-foreign"
        foreign.mkdir()
        with served(None, tmp_path / "log"):
            assert {own, foreign} < set(temporary.iterdir())
            assert not left.exists()
        assert lasting.client.aws("lambda").invoke(FunctionName="f")["StatusCode"] == 200


def test_no_temporary_folder_is_made_elsewhere():
    makers = {
        str(path.relative_to(SOURCE / "localcloud"))
        for path in SOURCE.rglob("*.py")
        if OTHERS.search(path.read_text())
    }
    assert makers == {"scratch.py", "truths/ministack.py"}  # this is another cloud's home
