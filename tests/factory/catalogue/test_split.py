"""Are ways of splitting told apart, held to their rules, and the same on every machine?"""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.catalogue import change, document, fit
from factory.catalogue.rules import violations
from factory.catalogue.split import After, Hashed, Published
from factory.products.contract import Column, Contract
from tests.pipelines.cases import CHURN

SPLITS = {
    "published": Published(train="past", test="now", entity="person"),
    "hashed": Hashed(product="people", key="person"),
    "after": After(product="people", time="asked", delay="30 days"),
}


def spec(split):
    return dataclasses.replace(CHURN, split=split)


def broken(split):
    return [words for words in violations(spec(split)) if words.startswith("split")]


@pytest.mark.parametrize("kind", SPLITS)
def test_a_split_is_what_its_document_says(kind):
    model = spec(SPLITS[kind])
    assert not list(violations(model))
    assert document.parse_judged(document.judged_text(model)).split == SPLITS[kind]


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (Hashed(product=" "), "split.product: is empty; say it in words"),
        (Hashed(product="p", test=0.04), "split.test: 0.04 is not in [0.05, 0.5]; 0.2 is usual"),
        (Hashed(product="p", test=0.6), "split.test: 0.6 is not in [0.05, 0.5]; 0.2 is usual"),
        (After(product="p", time=""), "split.time: is empty; say it in words"),
        (After(product="p", time="t", test="0 days"), "split.test: nothing judges; say how long"),
        (After(product="p", time="t", test="3 months"), "split.test: '3 months' is no duration"),
        (After(product="p", time="t", delay="soon"), "split.delay: 'soon' is no duration"),
        (Published(train="p", test=""), "split.test: is empty; say it in words"),
    ],
)
def test_what_a_split_says_wrongly_is_told_with_what_would_be_right(split, words):
    (said,) = broken(split)
    assert said.startswith(words)


def test_whose_a_row_is_says_nothing_of_others():
    (said,) = violations(spec(Hashed(product="p", key="region")))
    assert said == "features: 'region' is also split.key; take it out of the features"


def test_any_other_split_loosens():
    found = change.changes(spec(SPLITS["hashed"]), spec(Hashed(product="people", test=0.3)))
    assert [(each.field, each.loosens) for each in found] == [("split", True)]


@pytest.mark.parametrize(
    ("text", "share"), [("", 0.8894), ("person-1", 0.3410), ("é", 0.2914), ("39", 0.0452)]
)
def test_the_hash_of_an_entity_is_the_same_everywhere(text, share):
    """The shares are those of `printf TEXT | sha256sum`, its first 16 digits over 2**64."""
    below, above = (Hashed(product="p", test=share + by) for by in (-0.0001, 0.0001))
    assert (below.judging(text), above.judging(text)) == (False, True)


@given(st.text(), st.floats(0.05, 0.5), st.floats(0.05, 0.5))
def test_whoever_judges_goes_on_judging_when_more_do(text, one, other):
    less, more = sorted((one, other))
    if Hashed(product="p", test=less).judging(text):
        assert Hashed(product="p", test=more).judging(text)


def test_about_as_many_judge_as_are_wanted():
    split = Hashed(product="p", test=0.2)
    judging = sum(split.judging(f"row-{n}") for n in range(20_000))
    assert judging / 20_000 == pytest.approx(0.2, abs=0.01)


def column(name, kind, *, required=True, unique=False):
    return Column(name=name, type="VARCHAR", kind=kind, required=required, unique=unique)


def promised(*columns):
    key = column("customer", "string", unique=True)
    promise = Contract(
        product="people", id="p", version="1.0.0", key="customer", columns=(key, *columns),
        quality=(),
    )  # fmt: skip
    return {"people": promise}


@pytest.mark.parametrize(
    ("split", "columns", "words"),
    [
        (
            After(product="people", time="asked"),
            [column("asked", "string")],
            "split.time: 'asked' is of type string in people; name a column of dates or timestamps",
        ),
        (
            After(product="people", time="asked"),
            [column("asked", "timestamp", required=False)],
            "split.time: 'asked' may be empty in people; make it `required` in the contract",
        ),
        (
            Hashed(product="people", key="person"),
            [column("person", "string", required=False)],
            "split.key: 'person' may be empty in people; make it `required` in the contract",
        ),
        (After(product="people", time="asked"), [column("asked", "date")], None),
    ],
)
def test_the_columns_of_a_split_are_compared_with_the_contract(split, columns, words):
    found = list(fit.violations(spec(split), promised(*columns)))
    assert found == ([words] if words else [])


def test_one_product_for_both_leads_to_a_split_by_the_factory():
    (said,) = fit.violations(spec(Published(train="people", test="people")), {})
    assert said.endswith("or let the factory split it, as Hashed(product='people')")
