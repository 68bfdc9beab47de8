"""Which other models stand on a page?"""

from dataclasses import replace

import pytest

import models
from factory.errors import NotFound
from report import facts

INCOME = models.catalogue().models["income"]


def fleet(number, family=""):
    return {f"{family}m{n:03}": replace(INCOME, name=f"{family}m{n:03}", family=family)
            for n in range(number)}  # fmt: skip


def test_a_page_shows_some_other_models_however_many_there_are():
    specs = fleet(1000) | {"income": INCOME}
    shown = facts._others(specs, INCOME)
    assert len(shown) == facts.NEIGHBOURS
    assert "income" not in {model.name for model in shown}


def test_those_of_the_same_family_come_first():
    specs = fleet(50) | fleet(3, family="z")
    shown = [model.name for model in facts._others(specs, specs["zm000"])]
    assert shown[:3] == ["zm001", "zm002", "m000"]


def test_a_model_that_is_in_no_catalogue_is_refused_by_name():
    with pytest.raises(NotFound, match="no model 'nobody'; it has income"):
        facts._model({"income": INCOME}, "nobody")
