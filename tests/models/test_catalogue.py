"""Does each file of the catalogue declare one model or one family?"""

import importlib
import types

import pytest

import models
from factory.errors import InvalidSpec
from models.income import MODEL as INCOME
from models.income_by_education import FAMILY


@pytest.fixture
def file(monkeypatch):
    """Let models/FILE.py hold the given values."""

    def hold(**values):
        module = types.SimpleNamespace(**values)
        monkeypatch.setattr(importlib, "import_module", {"models.held": module}.__getitem__)
        return "held"

    return hold


def test_every_file_declares_something_and_all_of_it_is_in_the_catalogue():
    declared = [model for file in models.files() for model in models.declared(file)]
    assert sorted(m.name for m in declared) == list(models.catalogue().models)


def test_a_file_may_declare_one_model_or_the_members_of_a_family(file):
    assert models.declared(file(MODEL=INCOME)) == (INCOME,)
    assert models.declared(file(FAMILY=FAMILY)) == FAMILY


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "models/held.py: declares nothing; set either MODEL"),
        ({"MODEL": INCOME, "FAMILY": FAMILY}, "declares MODEL and FAMILY; set either"),
        ({"MODEL": "income"}, "MODEL is 'income'; set it to a Model(...)"),
        ({"FAMILY": INCOME}, "set it to a family(...)"),
        ({"FAMILY": ()}, "FAMILY is (); set it to a family(...)"),
        ({"FAMILY": (INCOME, "plain")}, "set it to a family(...)"),
    ],
)
def test_a_file_that_declares_nothing_both_or_something_else_is_refused(file, values, words):
    with pytest.raises(InvalidSpec) as caught:
        models.declared(file(**values))
    assert words in str(caught.value)


def test_the_family_of_the_repository_shows_another_owner_and_another_floor():
    by_name = {m.name.removeprefix("income-by-education-"): m for m in FAMILY}
    assert set(by_name) == {"hs-grad", "some-college", "bachelors"}
    assert len({m.owner for m in FAMILY}) == len({m.gates.floor for m in FAMILY}) == 2
    assert all(m.family == "income-by-education" for m in FAMILY)
    assert "income-by-education" not in models.catalogue().models
