"""Can a person read where a model stands?"""

import pytest

from cli.status.text import lines

CONFIG, NEXT = "mw-dev-income-v2-0123abcd", "mw-dev-income-v3-4567cdef"
ENDPOINT = {"status": "InService", "config": CONFIG, "meant": CONFIG}
SPEC = {
    "deploy": 7,
    "digest": "0123456789abcdef",
    "deployed": "fedcba9876543210",
    "retired": False,
    "removed": False,
    "held": [],
    "loosened": None,
}
VERSIONS = [
    {"version": 1, "approval": "Approved", "by": "grace", "reason": "good", "created": "2026"},
    {"version": 2, "approval": "PendingManualApproval", "by": "", "reason": "", "created": "2026"},
]
OPEN = {"status": "open", "opened_at": "2026-01-02", "opened_because": "age has drifted"}
CLOSED = {"status": "closed", "closed_at": "2026-01-03", "closed_because": "it is over"}


@pytest.fixture
def entry():
    return {
        "name": "income",
        "purpose": "a test",
        "spec": SPEC,
        "versions": VERSIONS,
        "endpoint": ENDPOINT,
        "traffic": {"requests": 12, "refused": 3, "failed": 1},
        "drift": {
            "breached": False,
            "since": "",
            "columns": {},
            "breaching": 0,
            "judged": "2026-01-02",
        },
        "incidents": [OPEN, CLOSED],
        "budget": {
            "started": 2,
            "runs_per_day": 24,
            "look": "look 3 of 20 at income of census_test snapshot 1",
        },
    }


def test_a_life_is_told_matter_by_matter(entry):
    assert list(lines(entry)) == [
        "income: a test",
        "  spec:      0123456789ab of deploy 7",
        "  serves:    mw-dev-income-v2-0123abcd (InService)",
        "  traffic:   12 requests in 24 hours, 3 refused (4xx), 1 failed (5xx)",
        "  drift:     none, as of 2026-01-02",
        "  incidents: 1 open, 1 closed lately",
        "             open since 2026-01-02: age has drifted",
        "             closed 2026-01-03: it is over",
        "  runs:      2 in 24 hours, of 24 that the budget allows",
        "  exam:      look 3 of 20 at income of census_test snapshot 1",
        "  version 1: Approved by grace: good",
        "  version 2: PendingManualApproval",
        '  next: factory approve income 2 --reason "..."',
    ]


def change(field, before, after, kind):
    return {
        "field": field,
        "before": before,
        "after": after,
        "loosens": True,
        "field_class": kind,
    }


def test_what_waits_and_what_lets_more_through_is_told_with_the_next_command(entry):
    held = [change("runs_per_day", 24, 25, "guard")]
    floor = [change("gates.floor.at_least", 0.915, 0.9, "judged")]
    entry["spec"] = SPEC | {
        "held": held,
        "loosened": {"since": 1, "changes": floor, "unknown": ""},
    }
    told = list(lines(entry))
    assert told[1:4] == [
        "  spec:      0123456789ab of deploy 7",
        "  held:      runs_per_day: 24 is now 25 (loosened)",
        "  loosened:  gates.floor.at_least: 0.915 is now 0.9 (loosened) since version 1",
    ]
    assert told[-1] == '  next: factory guards income fedcba9876543210 --reason "..."'


def test_what_cannot_be_compared_is_told_and_not_passed_over(entry):
    entry["spec"] = SPEC | {"loosened": {"since": 1, "changes": [], "unknown": "it is not stored"}}
    assert "  loosened:  unknown since version 1: it is not stored" in list(lines(entry))


@pytest.mark.parametrize(
    ("state", "words"),
    [({"retired": True}, "; retired"), ({"removed": True}, "; no longer in the catalogue")],
)
def test_a_spec_that_trains_nothing_any_more_says_so(entry, state, words):
    entry["spec"] = SPEC | state
    assert list(lines(entry))[1] == f"  spec:      0123456789ab of deploy 7{words}"


def test_drift_names_its_columns(entry):
    drifted = {"columns": {"age": "PSI 0.5"}, "breaching": 3}
    entry["drift"] |= {"breached": True, "since": "2026-01-01", **drifted}
    told = list(lines(entry))
    assert "  drift:     since 2026-01-01, as of 2026-01-02" in told
    assert "             age: PSI 0.5" in told
    assert "             and 2 more columns; the finding shows all" in told


def test_an_update_on_its_way_says_where_it_goes(entry):
    entry["endpoint"] = ENDPOINT | {"status": "Updating", "meant": NEXT}
    assert f"  serves:    {CONFIG} (Updating, on its way to {NEXT})" in list(lines(entry))


def test_a_model_that_has_done_nothing_yet_is_told_too(entry):
    entry |= {"endpoint": None, "traffic": None, "drift": None, "incidents": [], "versions": []}
    entry["spec"] = None
    entry["budget"] = {"started": 0, "runs_per_day": None, "look": ""}
    assert list(lines(entry)) == [
        "income: a test",
        "  spec:      was deployed, and is not in force yet",
        "  serves:    nothing yet",
        "  drift:     no window of traffic is full yet",
        "  incidents: none",
        "  runs:      0 in 24 hours",
    ]
