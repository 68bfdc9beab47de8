import pytest

import app
from factory.stage import DEV, PROD
from stacks.accounts import STACKS, Accounts
from tests.stacks.world import World

FIVE = Accounts(
    ids={room: str(number) * 12 for number, room in enumerate(STACKS, start=1)},
    region="eu-west-1",
)


def synthesized(folder, stage, catalogue=None, accounts=None):
    app.build(catalogue, stage, folder, accounts).synth()
    return World(folder)


@pytest.fixture(scope="session")
def dev(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("dev"), DEV)


@pytest.fixture(scope="session")
def prod(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("prod"), PROD)


@pytest.fixture(scope="session")
def five(tmp_path_factory):
    """The assembly for five accounts: data, training, serving, watch and ledger apart."""
    return synthesized(tmp_path_factory.mktemp("five"), DEV, accounts=FIVE).folder
