from __future__ import annotations

import pytest

from factory.products.contract import Column, Limit, Quality
from tests.engines.examining import NONEMPTY, contract, integer, reasons


@pytest.mark.parametrize(
    ("column", "field", "words"),
    [
        (integer(), "x1", "column n: type: expected a whole number of 64 bits"),
        (integer(), "1_000", "column n: type"),
        (integer(), "4.9", "column n: type"),
        (integer(), " 4", "column n: type"),
        (integer(), "9223372036854775808", "column n: type"),
        (integer(required=True), "", "column n: required: expected a value in every row"),
        (integer(minimum=17), "16", "column n: minimum: expected 17 or more"),
        (integer(maximum=90), "91", "column n: maximum: expected 90 or less"),
        (integer(exclusive_minimum=17), "17", "column n: exclusiveMinimum: expected 17 exceeded"),
        (integer(exclusive_maximum=90), "90", "column n: exclusiveMaximum"),
        (Column(name="n", kind="number", type="DOUBLE"), "nan", "expected a finite number"),
        (Column(name="n", kind="number", type="DOUBLE"), "1e999", "expected a finite number"),
        (Column(name="n", kind="boolean", type="BOOLEAN"), "yes", "expected true or false"),
        (Column(name="n", kind="date", type="DATE"), "2023-02-29", "expected a date"),
        (
            Column(name="n", kind="timestamp", type="TIMESTAMP"),
            "2024-01-31 24:00:00",
            "expected a time",
        ),
        (Column(name="n", kind="string", type="VARCHAR", min_length=2), "é", "minLength"),
        (Column(name="n", kind="string", type="VARCHAR", max_length=1), "éé", "maxLength"),
        (Column(name="n", kind="string", type="VARCHAR", pattern="^a$"), "ba", "the pattern ^a$"),
    ],
)
def test_a_field_that_breaks_a_rule_is_refused_with_its_line(column, field, words):
    (reason,) = reasons(f"k,n\nrow-1,{field}\n", contract(column))
    assert words in reason
    assert reason.endswith("found 1 of 1 rows that differ (for example line 2)")


def test_a_value_that_is_not_allowed_is_refused_without_being_repeated():
    sex = Column(
        name="sex",
        kind="string",
        type="VARCHAR",
        quality=(Quality(metric="invalidValues", limit=Limit(), allowed=("F", "M")),),
    )
    assert reasons("k,sex\na,F\nb,secret\nc,\n", contract(sex)) == [
        (
            "column sex: invalidValues: expected one of F, M; "
            "found 1 of 3 rows that differ (for example line 3)"
        )
    ]


def test_a_key_that_comes_twice_is_refused():
    assert reasons("k\na\nb\na\na\n", contract()) == [
        (
            "column k: unique: expected each k once; "
            "found 2 of 4 rows that differ (for example line 2, line 4, line 5)"
        )
    ]


def test_numbers_are_one_value_however_they_are_written():
    assert "unique" in reasons("k,n\na,1\nb,+01\n", contract(integer(unique=True)))[0]


def test_columns_that_are_unique_together_are_compared_together():
    together = Quality(metric="duplicateValues", limit=Limit(), columns=("n", "m"))
    promised = contract(
        integer(),
        Column(name="m", kind="string", type="VARCHAR"),
        quality=(NONEMPTY, together),
    )
    assert reasons("k,n,m\na,1,x\nb,1,y\n", promised) == []
    assert reasons("k,n,m\na,1,\nb,1,\n", promised) == [
        (
            "duplicateValues: expected each n and m once; "
            "found 1 of 2 rows that differ (for example line 2, line 3)"
        )
    ]


def test_a_share_of_missing_values_can_be_allowed():
    half = Limit(operator="mustBeLessOrEqualTo", bounds=(50,), unit="percent")
    column = integer(quality=(Quality(metric="nullValues", limit=half),))
    assert reasons("k,n\na,1\nb,\n", contract(column)) == []
    assert reasons("k,n\na,1\nb,\nc,\n", contract(column)) == [
        (
            "column n: nullValues: expected at most 50 percent without a value; "
            "found 2 of 3 rows that differ (for example line 3, line 4)"
        )
    ]


def test_what_says_that_it_is_missing_is_counted():
    rule = Quality(
        metric="missingValues",
        limit=Limit(operator="mustBeLessThan", bounds=(2,)),
        missing=("", "N/A"),
    )
    promised = contract(Column(name="s", kind="string", type="VARCHAR", quality=(rule,)))
    assert reasons("k,s\na,N/A\nb,x\n", promised) == []
    (said,) = reasons("k,s\na,N/A\nb,\nc,x\n", promised)
    assert said.startswith(
        "column s: missingValues: expected fewer than 2 rows that say they are missing; "
        "found 2 of 3 rows"
    )


def test_times_have_bounds():
    at = Column(name="t", kind="timestamp", type="TIMESTAMP", minimum="2024-01-31T12:00:00")
    assert reasons("k,t\na,2024-01-31T12:00:00\n", contract(at)) == []
    (said,) = reasons("k,t\na,2024-01-31T11:59:59\n", contract(at))
    assert "minimum: expected 2024-01-31T12:00:00 or more" in said
