"""The factory, synthesized once and standing once: what the tests of its whole life share."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.assembly import kept
from cli.demo.life import Life
from cli.up import standing

HERE = Path(__file__).parent
SHARING = ("life", "localcloud/cli", "localcloud", "stacks", "pipelines")
"""Folders whose tests share what is dear to make, the dearest first: one process runs each."""


def pytest_collection_modifyitems(items):
    """Keep together what shares a cloud when several processes run the tests; the longest first."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item.path)))
    items.sort(key=lambda item: _rank(_group(item.path)))


def _group(path):
    file = path.relative_to(HERE).as_posix()
    return next((folder for folder in SHARING if file.startswith(f"{folder}/")), file)


def _rank(group):
    return SHARING.index(group) if group in SHARING else len(SHARING)


@pytest.fixture(scope="session")
def assembly():
    """The templates and assets, as `python app.py` writes them."""
    return kept()


@pytest.fixture(scope="session")
def life(assembly, tmp_path_factory):
    """One deployed factory with its people; every role is enforced."""
    with ExitStack() as ending:
        up = ending.enter_context(standing(assembly, tmp_path_factory.mktemp("people")))
        yield Life(ending, up)
