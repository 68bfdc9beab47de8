"""Is a finding the same after it was stored, and what its readers expect?"""

import json

from hypothesis import given
from hypothesis import strategies as st

from factory.drift import finding as findings
from factory.drift.finding import ColumnFinding, Finding, FindingWindow
from tests.factory.drift.findings import finding

NAMES = st.lists(st.text(max_size=8), max_size=3).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
COLUMNS = st.builds(
    ColumnFinding,
    psi=NUMBERS,
    lower_bound=NUMBERS,
    drifted=st.booleans(),
    words=st.text(),
    since=st.text(),
)
WINDOWS = st.builds(
    FindingWindow,
    number=st.integers(1),
    first=st.text(),
    last=st.text(),
    rows=st.integers(0),
    probes=st.integers(0),
    refused=st.integers(0),
    malformed=st.integers(0),
    files=st.integers(0),
)


@given(
    st.builds(
        Finding,
        model=st.text(),
        version=st.integers(1),
        config=st.text(),
        window=WINDOWS,
        columns=st.dictionaries(st.text(), COLUMNS, max_size=3),
        drifted=NAMES,
        breaching=NAMES,
        breached=st.booleans(),
        episode=st.text(),
    )
)
def test_what_was_stored_is_read_as_the_same_finding_and_stored_again_as_the_same_text(found):
    again = findings.parse(found.document)
    assert again == found
    assert again.document == found.document


def test_the_document_has_the_fields_that_its_readers_know():
    assert json.loads(finding("age").document) == {
        "model": "income",
        "version": 1,
        "config": "mw-dev-income-v1-00000000",
        "window": {
            "number": 3,
            "from": "2026-11-12T00:01:00Z",
            "to": "2026-11-12T00:02:00Z",
            "rows": 500,
            "probes": 0,
            "refused": 0,
            "malformed": 0,
            "files": 2,
        },
        "columns": {
            "age": {
                "psi": 0.5,
                "lower_bound": 0.4,
                "drifted": True,
                "words": "age moved",
                "since": "2026-11-12T00:01:00Z",
            },
            "sex": {"psi": 0.01, "lower_bound": -0.2, "drifted": False},
        },
        "drifted": ["age"],
        "breaching": ["age"],
        "breached": True,
        "episode": "2026-11-12T00:01:00Z",
        "late": False,
    }
