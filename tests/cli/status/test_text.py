"""Can a person read where a model stands?"""

import pytest

from cli.status.text import lines

ENDPOINT = {"status": "InService", "config": "income-v2-0123abcd", "meant": "income-v2-0123abcd"}
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
        "versions": VERSIONS,
        "endpoint": ENDPOINT,
        "traffic": {"requests": 12, "refused": 3, "failed": 1},
        "drift": {"breached": False, "since": "", "columns": {}, "judged": "2026-01-02"},
        "incidents": [OPEN, CLOSED],
        "budget": {"started": 2, "runs_per_day": 24},
    }


def test_a_life_is_told_matter_by_matter(entry):
    assert list(lines(entry)) == [
        "income: a test",
        "  serves:    income-v2-0123abcd (InService)",
        "  traffic:   12 requests in 24 hours, 3 refused (4xx), 1 failed (5xx)",
        "  drift:     none, as of 2026-01-02",
        "  incidents: 1 open, 1 closed lately",
        "             open since 2026-01-02: age has drifted",
        "             closed 2026-01-03: it is over",
        "  runs:      2 in 24 hours, of 24 that the budget allows",
        "  version 1: Approved by grace: good",
        "  version 2: PendingManualApproval",
        '  next: factory approve income 2 --reason "..."',
    ]


def test_drift_names_its_columns(entry):
    entry["drift"] |= {"breached": True, "since": "2026-01-01", "columns": {"age": "PSI 0.5"}}
    told = list(lines(entry))
    assert "  drift:     since 2026-01-01, as of 2026-01-02" in told
    assert "             age: PSI 0.5" in told


def test_an_update_on_its_way_says_where_it_goes(entry):
    entry["endpoint"] = ENDPOINT | {"status": "Updating", "meant": "income-v3-4567cdef"}
    assert "  serves:    income-v2-0123abcd (Updating, on its way to income-v3-4567cdef)" in list(
        lines(entry)
    )


def test_a_model_that_has_done_nothing_yet_is_told_too(entry):
    entry |= {"endpoint": None, "traffic": None, "drift": None, "incidents": [], "versions": []}
    entry["budget"] = {"started": 0, "runs_per_day": None}
    assert list(lines(entry)) == [
        "income: a test",
        "  serves:    nothing yet",
        "  drift:     no window of traffic is full yet",
        "  incidents: none",
        "  runs:      0 in 24 hours",
    ]
