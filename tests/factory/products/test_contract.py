from __future__ import annotations

import dataclasses
import json

import pytest

from factory.errors import InvalidContract
from factory.products import contract
from factory.products.contract import OPERATORS, Column, Contract, Limit, Quality
from factory.products.contract_violation import ContractViolation

PEOPLE = Contract(
    product="people",
    id="people",
    version="1.2.0",
    key="id",
    columns=(
        Column(name="id", kind="string", type="VARCHAR", required=True, unique=True, pattern="^p"),
        Column(
            name="age",
            kind="integer",
            type="BIGINT",
            minimum=0,
            quality=(
                Quality(
                    metric="invalidValues",
                    limit=Limit(operator="mustBeBetween", bounds=(0, 1.5), unit="percent"),
                    allowed=(1, 2),
                ),
            ),
        ),
    ),
    quality=(
        Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterThan", bounds=(0,))),
        Quality(metric="duplicateValues", limit=Limit(), columns=("id", "age")),
    ),
)


def test_a_contract_survives_its_json():
    assert Contract.from_json(PEOPLE.to_json()) == PEOPLE


def test_contracts_survive_their_one_document():
    other = dataclasses.replace(PEOPLE, product="others")
    assert contract.parse(contract.render([PEOPLE, other])) == {"others": other, "people": PEOPLE}
    assert contract.render([PEOPLE, other]) == contract.render([other, PEOPLE])


def test_the_digest_changes_with_any_rule():
    stricter = dataclasses.replace(PEOPLE.columns[1], minimum=1)
    changed = dataclasses.replace(PEOPLE, columns=(PEOPLE.columns[0], stricter))
    assert PEOPLE.digest == Contract.from_json(PEOPLE.to_json()).digest
    assert PEOPLE.digest != changed.digest


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.update(sla="soon"),
        lambda raw: raw.pop("version"),
        lambda raw: raw["columns"][0].update(colour="red"),
        lambda raw: raw["quality"][0]["limit"].update(x=1),
        lambda raw: raw["quality"][1].pop("metric"),
    ],
)
def test_json_of_another_form_is_refused_by_the_products_name(change):
    raw = json.loads(PEOPLE.to_json())
    change(raw)
    with pytest.raises(InvalidContract, match=r"contract 'people'.*render the contracts again"):
        Contract.from_json(json.dumps(raw))


@pytest.mark.parametrize(
    ("operator", "bounds", "admitted"),
    [
        ("mustBe", (2,), [2]),
        ("mustNotBe", (2,), [0, 1, 3, 4]),
        ("mustBeGreaterThan", (2,), [3, 4]),
        ("mustBeGreaterOrEqualTo", (2,), [2, 3, 4]),
        ("mustBeLessThan", (2,), [0, 1]),
        ("mustBeLessOrEqualTo", (2,), [0, 1, 2]),
        ("mustBeBetween", (1, 3), [1, 2, 3]),
        ("mustNotBeBetween", (1, 3), [0, 4]),
    ],
)
def test_every_operator_compares_as_the_standard_says(operator, bounds, admitted):
    limit = Limit(operator=operator, bounds=bounds)
    assert [n for n in range(5) if limit.admits(n, 100)] == admitted


def test_no_operator_is_left_untested():
    assert len(OPERATORS) == 8


def test_a_percentage_is_a_share_of_all_rows():
    limit = Limit(operator="mustBeLessThan", bounds=(50,), unit="percent")
    assert limit.admits(4, 10)
    assert not limit.admits(5, 10)
    assert limit.admits(0, 0)
    assert str(limit) == "fewer than 50 percent"


def test_a_violation_is_a_sentence():
    violation = ContractViolation(
        rule="minimum",
        column="age",
        count=2,
        expected="17 or more",
        found="2 of 9 rows that differ",
        sample=("a", "b"),
    )
    assert str(violation) == (
        "column age: minimum: expected 17 or more; found 2 of 9 rows that differ (for example a, b)"
    )
