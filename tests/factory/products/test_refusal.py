"""Is a refused file kept and reported, with every reason?"""

import dataclasses
import json

from factory.events.data import DataProductRefused
from factory.events.incident import IncidentOpened
from factory.products import refusal
from factory.products.contract_violation import ContractViolation
from tests.factory.products.files import arrival


def violation(number):
    return ContractViolation(
        rule="maximum",
        column=f"c{number}",
        count=number,
        expected="9 or less",
        found=f"{number} of 9 rows that differ",
        sample=("a", "b"),
    )


def refused(*numbers):
    return refusal.of(arrival(), [violation(n) for n in numbers], "quarantine")


def test_the_copy_has_its_reasons_beside_it():
    found = refused(1)
    folder = f"s3://quarantine/people/{arrival().id[:16]}"
    assert (found.copy, found.reasons) == (f"{folder}/landed", f"{folder}/reasons.json")
    assert json.loads(found.document) == {
        "product": "people",
        "source": {
            "arrival": arrival().id,
            "version_id": "v1",
            "requester": "123456789012",
        },
        "quarantined": found.copy,
        "landed": "s3://landing/people/today.csv.gz",
        "violations": 1,
        "reasons": [
            {
                "rule": "maximum",
                "column": "c1",
                "count": 1,
                "expected": "9 or less",
                "found": "1 of 9 rows that differ",
                "sample": ["a", "b"],
                "words": (
                    "column c1: maximum: expected 9 or less; found 1 of 9 rows that differ "
                    "(for example a, b)"
                ),
            }
        ],
    }


def test_it_is_reported_as_refused_and_as_an_incident_with_the_same_reasons():
    kept, opened = refused(1).events
    assert (kept.TYPE, opened.TYPE) == (DataProductRefused.TYPE, IncidentOpened.TYPE)
    assert kept.detail() == opened.detail()
    assert kept.detail().items() <= json.loads(refused(1).document).items()
    for event in (kept, opened):
        assert event.subject == "dataproduct/people"
        assert (event.actor, event.key) == ("function/ingest", arrival().id)


def test_three_violations_stand_in_the_sentence_and_all_in_the_detail():
    kept, _ = refused(1, 2, 3, 4, 5).events
    assert kept.reason.startswith("column c1: maximum")
    assert [f"column c{n}" in kept.reason for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert kept.reason.endswith("; and 2 more")
    assert len(kept.reasons) == 5


def test_an_event_is_bounded_whatever_a_file_breaks_and_the_document_keeps_more():
    found = refusal.of(
        arrival(),
        [dataclasses.replace(violation(n), expected="x" * 9999) for n in range(5000)],
        "quarantine",
    )
    for event in found.events:
        assert len(json.dumps(event.body())) < 64 * 1024
    kept = json.loads(found.document)
    assert (kept["violations"], len(kept["reasons"])) == (5000, 1000)
