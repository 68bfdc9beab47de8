import pytest

import app
from factory.stage import DEV, PROD
from stacks.accounts import ROOMS, Estate
from tests.stacks.world import World

FIVE = Estate(
    accounts={room: str(number) * 12 for number, room in enumerate(ROOMS, start=1)},
    region="eu-west-1",
)


def synthesized(folder, stage, catalogue=None, estate=None):
    app.build(catalogue, stage, folder, estate).synth()
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


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    """The assembly for five accounts: data, training, serving, watch and ledger apart."""
    return synthesized(tmp_path_factory.mktemp("five"), DEV, estate=FIVE).folder
