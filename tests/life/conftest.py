"""The runs of the deployed pipeline that the tests share, and a model that serves."""

from pathlib import Path

import pytest

from tests.life import people
from tests.life.approvals import baked
from tests.life.candidates import census
from tests.life.rollouts import Rollouts
from tests.life.runs import Runs


@pytest.fixture(scope="session")
def runs(session, tmp_path_factory):
    """A run for every gate to catch, and three good ones; all of them have ended."""
    return Runs(session, census(tmp_path_factory.mktemp("landing"))).learn()


@pytest.fixture(scope="session")
def served(session, runs):
    """The endpoint after grace, who builds nothing, has approved the first good version."""
    version = runs["good"].package.rsplit("/", 1)[-1]
    words = ("approve", "income", version, "--reason", "the gates passed, and I read the card")
    code, answer = session.factory("grace", *words)
    assert code == 0, answer
    found = baked(session)
    assert found["EndpointStatus"] == "InService", found
    return found


@pytest.fixture(scope="session")
def rollouts(session, tmp_path_factory):
    """Three versions of a model of its own, whose rollouts others watch."""
    return Rollouts(session, census(tmp_path_factory.mktemp("line")))


HERE = Path(__file__).parent
LAST = HERE / "test_privileges.py"


def pytest_collection_modifyitems(config, items):
    """Let what looks back on the whole life come last, and know whether the life is whole."""
    items.sort(key=lambda item: item.path == LAST)
    missing = set(HERE.glob("test_*.py")) - {item.path for item in items}
    if missing or any("::" in argument for argument in config.args):
        config.stash[people.PARTIAL] = True


def pytest_deselected(items):
    """Note that a part of the life does not run."""
    if any(item.path.parent == HERE for item in items):
        items[0].config.stash[people.PARTIAL] = True
