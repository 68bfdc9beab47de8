"""Does drift lead to an incident and a retraining, and its end to the incident's end?"""

import pytest

from factory.drift import response
from factory.drift.comparison import MALFORMED
from factory.drift.episode import Episode
from factory.errors import MalformedEvent
from factory.events.incident import DriftDetected, DriftEnded, IncidentOpened
from tests.factory.drift.findings import BEGAN, enveloped, finding

OPENED, ENDED = "s3://f/opened.json", "s3://f/ended.json"
FINDINGS = {OPENED: finding("age", "work"), ENDED: finding()}
LASTING, OVER = Episode("two", OPENED), Episode("one", OPENED, ENDED)


def types(*episodes):
    return [(e.TYPE, e.key) for e in response.events("income", episodes, FINDINGS)]


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        ([], []),
        ([LASTING], ["incident.opened two", "retraining.requested two"]),
        ([OVER], ["incident.opened one", "incident.closed one"]),
        (
            [OVER, LASTING],
            [
                "incident.opened one",
                "incident.closed one",
                "incident.opened two",
                "retraining.requested two",
            ],
        ),
    ],
)
def test_every_episode_has_an_incident_that_wants_a_retraining_or_is_over(episodes, expected):
    found = [f"{kind} {key.removeprefix('drift/income/')}" for kind, key in types(*episodes)]
    assert found == expected


def test_only_the_findings_that_began_or_ended_an_episode_are_read():
    assert response.needed([LASTING, OVER]) == (OPENED, OPENED, ENDED)
    assert response.needed([]) == ()


def test_an_incident_names_the_columns_that_breach_and_since_when():
    opened, requested = response.events("income", [LASTING], FINDINGS)
    assert opened.detail() == {
        "incident": "drift/income/two",
        "finding": OPENED,
        "reasons": [
            {"column": "age", "words": f"age: age moved, since {BEGAN}"},
            {"column": "work", "words": f"work: work moved, since {BEGAN}"},
        ],
    }
    assert opened.reason == (
        "age, work: what income is asked has drifted from what version 1 learned; "
        f"500 rows from {BEGAN}"
    )
    assert requested.detail() == {"model": "income", "incident": "drift/income/two"}
    assert requested.reason == "age, work drifted: incident drift/income/two"


def alarm(name):
    return {"source": "aws.cloudwatch", "detail": {"alarmName": name}}


def test_an_alarm_and_an_event_both_name_their_model():
    assert response.model_of(alarm("mw-dev-income/drift")) == "income"
    assert response.model_of(enveloped(DriftDetected.TYPE)) == "income"
    assert response.model_of(enveloped(DriftEnded.TYPE)) == "income"


@pytest.mark.parametrize("name", ["mw-dev-income/errors", "drift", "a/b/c/drift"])
def test_an_alarm_of_something_else_is_refused_by_name(name):
    with pytest.raises(MalformedEvent, match=f"alarm {name} is not an alarm of drift"):
        response.model_of(alarm(name))


def test_malformed_traffic_is_an_incident_from_which_nothing_is_to_be_learned():
    findings = {OPENED: finding(MALFORMED)}
    assert [e.TYPE for e in response.events("income", [LASTING], findings)] == [IncidentOpened.TYPE]
    findings = {OPENED: finding(MALFORMED, "age")}
    assert len(response.events("income", [LASTING], findings)) == 2
