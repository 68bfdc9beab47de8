"""Which decisions are handed on, and is none that promotion would end or that people must make?"""

from dataclasses import replace

import pytest

from factory.reconciliation.facts import Seen
from factory.reconciliation.lost import lost
from factory.serving.intent import Intent
from factory.serving.standing import GRACE
from tests.factory.gates.test_gates import MODEL
from tests.factory.reconciliation.cases import (
    ARN,
    FIRST,
    INTENT,
    NAME,
    NOW,
    PACKAGE,
    SECOND,
    THIRD,
    endpoint,
    facts,
    versions,
)

NEVER = {"intent": Intent(), "endpoint": None, "package": None, "package_arn": ""}
FIRST_ROUND = Seen(name=NAME)
PENDING, GOOD, BAD = "PendingManualApproval", "Approved", "Rejected"
RETIRED = replace(MODEL, retired=True)
GONE = replace(INTENT, config="", package="", last=INTENT.aim)
CASES = {
    "nothing has changed": ({}, ()),
    "a version waits": ({"versions": versions(GOOD, GOOD, PENDING)}, ()),
    "a newer one was approved": ({"versions": versions(GOOD, GOOD, GOOD)}, (3,)),
    "a newer one was rejected": ({"versions": versions(GOOD, GOOD, BAD)}, (3,)),
    "an older one was rejected": ({"versions": versions(BAD, GOOD)}, (1,)),
    "two were decided about": ({"versions": versions(GOOD, GOOD, BAD, GOOD)}, (3, 4)),
    "in the first round, what is newer": (
        {"versions": versions(BAD, GOOD, BAD, GOOD), "seen": FIRST_ROUND}, (3, 4),
    ),
    "of a model that never served": (
        {**NEVER, "versions": versions(BAD, GOOD), "seen": FIRST_ROUND}, (1, 2),
    ),
    "approved, and nobody took it up since": (
        {
            "versions": versions(GOOD, GOOD, GOOD),
            "seen": Seen(name=NAME, known=True, versions={"1": GOOD, "2": GOOD, "3": GOOD}),
        },
        (3,),
    ),
    "a retired model's approval is left alone": (
        {"model": RETIRED, "versions": versions(GOOD, GOOD, GOOD)}, (),
    ),
    "so is that of a model that the catalogue does not name": (
        {"model": None, "versions": versions(GOOD, GOOD, GOOD)}, (),
    ),
    "a retired model's rejection is told": (
        {"model": RETIRED, "versions": versions(BAD, GOOD)}, (1,),
    ),
    "what served before is not put in the place of what was taken away": (
        {"intent": GONE, "endpoint": None, "versions": versions(GOOD, BAD),
         "seen": Seen(name=NAME, known=True, versions={"1": GOOD, "2": BAD})}, (),
    ),
    "while an endpoint is changed by hand": (
        {"endpoint": endpoint(serves=FIRST), "versions": versions(GOOD, GOOD, GOOD)}, (),
    ),
    "while it is on its way": (
        {"endpoint": endpoint(status="Updating"), "versions": versions(GOOD, GOOD, GOOD)}, (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_decision_is_handed_on(case):
    changes, wanted = CASES[case]
    assert lost(facts(**changes)).packages == tuple(f"{ARN}/{number}" for number in wanted)


def test_what_was_handed_on_is_known_the_next_time():
    found = lost(facts(versions=versions(GOOD, BAD)))
    assert found.packages == (f"{ARN}/2",)
    assert found.seen.versions == {"1": GOOD, "2": BAD}
    assert lost(facts(versions=versions(GOOD, BAD), seen=found.seen)).packages == ()


@pytest.mark.parametrize("changes", ["by hand", "on its way"])
def test_what_is_not_handed_on_now_is_not_known_either(changes):
    where = {"by hand": endpoint(serves=FIRST), "on its way": endpoint(status="Updating")}[changes]
    known = facts(endpoint=where, versions=versions(GOOD, GOOD, BAD))
    assert lost(known).seen == known.seen


@pytest.mark.parametrize(("age", "wanted"), [(60, ()), (GRACE + 1, (f"{ARN}/2",))])
def test_what_was_meant_and_never_begun_is_asked_for_again(age, wanted):
    intent = replace(INTENT, before="2026-12-02T00:00:00+00:00", since=NOW - age)
    still = endpoint(intent, serves=FIRST)
    assert lost(facts(intent=intent, endpoint=still, rested=False)).packages == wanted


@pytest.mark.parametrize(
    ("rested", "before", "age", "wanted"),
    [
        (False, "never", GRACE + 1, (f"{ARN}/2",)),
        (False, "never", 60, ()),
        (True, "never", GRACE + 1, ()),
        (False, "2026-12-02T00:00:00+00:00", GRACE + 1, ()),
    ],
)
def test_an_endpoint_that_was_never_made_is_asked_for_again_and_one_that_was_deleted_is_not(
    rested, before, age, wanted
):
    intent = replace(INTENT, before=before, since=NOW - age)
    given = facts(intent=intent, endpoint=None, rested=rested)
    assert lost(given).packages == wanted
    assert lost(replace(given, model=RETIRED)).packages == ()
    assert lost(replace(given, versions=versions(GOOD, BAD))).packages == ()


def test_what_may_not_serve_is_looked_at_again_and_noted_since_when():
    rejected = replace(PACKAGE, status=BAD)
    found = lost(facts(package=rejected))
    assert (found.serving, found.seen.unfit) == (True, int(NOW))
    later = lost(facts(package=rejected, seen=found.seen, now=NOW + 100))
    assert (later.serving, later.seen.unfit) == (True, int(NOW))
    assert lost(facts(seen=found.seen)).seen.unfit == 0
    assert lost(facts(model=RETIRED)).serving


FALLEN = replace(INTENT, config=THIRD, serves=SECOND)
OUTCOMES = {
    "proven and told": ({}, False),
    "nobody was told": ({"told": False}, True),
    "nobody was told, and it is young": (
        {"told": False, "endpoint": endpoint(changed="2027-01-15T08:00:00+00:00")}, False,
    ),
    "it failed": ({"intent": FALLEN, "endpoint": endpoint(FALLEN), "rested": False}, True),
    "it failed, and its incident is open": (
        {"intent": replace(FALLEN, failed=(THIRD,)), "rested": False,
         "endpoint": endpoint(replace(FALLEN, failed=(THIRD,)))}, False,
    ),
    "it was asked for before": ({"told": False, "seen": Seen(name=NAME, outcome=SECOND)}, False),
}  # fmt: skip


@pytest.mark.parametrize("case", OUTCOMES)
def test_an_outcome_is_asked_for_once_when_nobody_was_told(case):
    changes, wanted = OUTCOMES[case]
    assert lost(facts(**changes)).outcome is wanted


def test_what_is_seen_is_read_as_it_was_written():
    seen = Seen(name=NAME, known=True, versions={"1": GOOD}, outcome=SECOND, unfit=7)
    assert Seen.of(NAME, seen.item()) == seen
    assert Seen.of(NAME, None) == Seen(name=NAME)
