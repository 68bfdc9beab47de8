"""The factory, synthesized and deployed once: what the end-to-end tests share."""

from contextlib import ExitStack

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from demo.session import Session
from local.deployment import local_deployment
from local.synth_cache import cached_assembly

SHARING = (
    *("life/", "accounts/", "redteam/", "demo/", "lambdas/test_faults.py"),
    *("stacks/", "cli/teardown/", "docs/test_laptop.py", "pipelines/"),
)
"""Tests that share what is dear to make, the dearest first: one process runs each of these."""
settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")


def pytest_collection_modifyitems(items):
    """Let the dearest tests come first."""
    items.sort(key=lambda item: _rank(_group(item.nodeid)))


def pytest_xdist_make_scheduler(config, log):
    """Keep together what shares a cloud when several processes run the tests."""

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return _group(nodeid)

    return Scheduling(config, log)


def _group(nodeid):
    file = nodeid.partition("::")[0].removeprefix("tests/")
    return next((place for place in SHARING if file.startswith(place)), file)


def _rank(group):
    return SHARING.index(group) if group in SHARING else len(SHARING)


@pytest.fixture(scope="session")
def assembly():
    """The templates and assets, as `python app.py` writes them."""
    return cached_assembly()


@pytest.fixture(scope="session")
def session(assembly, tmp_path_factory):
    """One deployed factory with its users; every role is enforced."""
    with ExitStack() as resources:
        deployment = resources.enter_context(
            local_deployment(assembly, tmp_path_factory.mktemp("people"))
        )
        yield Session(resources, deployment)
