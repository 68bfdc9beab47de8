import json

import pytest

from factory.errors import InvalidSettings
from stacks.accounts import STACKS, Accounts

ACCOUNTS = {room: str(number) * 12 for number, room in enumerate(STACKS, start=1)}


def test_without_accounts_all_stacks_are_in_one():
    assert Accounts.of(None, "eu-west-1") is None


@pytest.mark.parametrize("given", [ACCOUNTS, json.dumps(ACCOUNTS)])
def test_accounts_are_an_object_or_its_json(given):
    found = Accounts.of(given, "eu-west-1")
    homes = {room: (found.home(room).account, found.home(room).region) for room in STACKS}
    assert homes == {room: (account, "eu-west-1") for room, account in ACCOUNTS.items()}


@pytest.mark.parametrize(
    ("given", "region", "words"),
    [
        ("{data", "eu-west-1", "'{data' is not JSON"),
        ("[1]", "eu-west-1", "not an object of accounts by stack"),
        ({**ACCOUNTS, "data": 111111111111}, "eu-west-1", "write twelve digits in quotes"),
        ({**ACCOUNTS, "data": "1234"}, "eu-west-1", "'1234' is not an account id"),
        ({**ACCOUNTS, "data": "2" * 12}, "eu-west-1", "two stacks share an account"),
        ({"data": "1" * 12}, "eu-west-1", "name data, training, serving, watch, ledger"),
        ({**ACCOUNTS, "studio": "9" * 12}, "eu-west-1", "name data, training, serving"),
        (ACCOUNTS, None, "say -c region="),
    ],
)
def test_accounts_that_cannot_be_are_refused_with_the_fix(given, region, words):
    with pytest.raises(InvalidSettings, match="context accounts: ") as no:
        Accounts.of(given, region)
    assert words in str(no.value)
