"""The factory, synthesized once and standing once: what the tests of its whole life share."""

from contextlib import ExitStack

import pytest

from cli.demo.life import Life
from cli.synth import synth
from cli.up import standing


@pytest.fixture(scope="session")
def assembly(tmp_path_factory):
    """The templates and assets, as `python app.py` writes them."""
    return synth(tmp_path_factory.mktemp("assembly") / "cdk.out")


@pytest.fixture(scope="session")
def life(assembly, tmp_path_factory):
    """One deployed factory with its people; every role is enforced."""
    with ExitStack() as ending:
        up = ending.enter_context(standing(assembly, tmp_path_factory.mktemp("people")))
        yield Life(ending, up)
