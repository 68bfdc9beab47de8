import pytest

import app
import models
from factory.stage import DEV, PROD
from tests.stacks.world import World


def synthesized(folder, stage):
    app.build(models.catalogue(), stage, folder).synth()
    return World(folder)


@pytest.fixture(scope="session")
def dev(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("dev"), DEV)


@pytest.fixture(scope="session")
def again(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("again"), DEV)


@pytest.fixture(scope="session")
def prod(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("prod"), PROD)
