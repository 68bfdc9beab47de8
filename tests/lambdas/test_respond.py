"""Does every order of alarms end with the same incidents, and with one retraining each?"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import aws
from factory.errors import NotFound
from factory.events.incident import DriftEnded, IncidentClosed, IncidentOpened
from factory.events.training import RetrainingRequested
from factory.settings import RespondSettings
from lambdas.respond import handler
from tests.factory.drift.findings import BEGAN, enveloped, finding

SETTINGS = RespondSettings(bus_name="factory", windows_table="windows")


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    cloud.bucket("findings")
    cloud.table("windows")
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def bus(cloud):
    """Give a function that returns the events since the last call, each id once, as a ledger."""
    url = cloud.bus("factory")
    known = {}

    def received():
        new = {e["detail"]["id"]: e for e in cloud.drain(url) if e["detail"]["id"] not in known}
        known.update(new)
        return list(new.values())

    return received


def stored(name, *breaching):
    """Store a finding and return its URI."""
    uri = f"s3://findings/{name}.json"
    aws.s3_put(uri, finding(*breaching).document.encode())
    return uri


def keep(*episodes, model="income"):
    item = {"pk": f"model|{model}", "breached": not episodes[-1]["ended"], "episodes": episodes}
    aws.table_put("windows", item)


def episode(began=BEGAN, ended=""):
    return {"id": began, "opened": stored(f"{began}-opened", "age", "work"), "ended": ended}


def alarm(state, name="mw-dev-income/drift"):
    detail = {"alarmName": name, "state": {"value": state}}
    return {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
            "detail": detail}  # fmt: skip


@pytest.fixture
def respond(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def kinds(events):
    return [e["detail-type"] for e in events]


def test_an_alarm_opens_an_incident_and_asks_for_a_run(respond, bus):
    keep(episode())
    assert respond(alarm("ALARM")) == {"batchItemFailures": []}
    opened, requested = bus()
    assert kinds([opened, requested]) == [IncidentOpened.TYPE, RetrainingRequested.TYPE]
    assert opened["source"] == "modelworks.respond"
    for event in (opened["detail"], requested["detail"]):
        assert event["subject"] == "model/income"
        assert event["detail"]["incident"] == f"drift/income/{BEGAN}"
    assert opened["detail"]["detail"]["finding"] == f"s3://findings/{BEGAN}-opened.json"
    assert [r["column"] for r in opened["detail"]["detail"]["reasons"]] == ["age", "work"]


@pytest.mark.parametrize(
    "end", [alarm("OK"), enveloped(DriftEnded.TYPE)], ids=["alarm", DriftEnded.TYPE]
)
def test_the_end_of_drift_closes_the_incident(respond, bus, end):
    keep(episode())
    respond(alarm("ALARM"))
    bus()
    keep(episode(ended=stored("calm")))
    respond(end)
    (closed,) = bus()
    assert closed["detail-type"] == IncidentClosed.TYPE
    assert closed["detail"]["detail"]["incident"] == f"drift/income/{BEGAN}"
    assert closed["detail"]["reason"].startswith("the drift has gone: 500 rows")


def test_an_alarm_that_comes_after_all_is_over_opens_and_closes_and_asks_for_nothing(respond, bus):
    keep(episode(ended=stored("calm")))
    respond(alarm("ALARM"))
    assert kinds(bus()) == [IncidentOpened.TYPE, IncidentClosed.TYPE]


def test_an_alarm_that_says_ok_while_drift_goes_on_closes_nothing(respond, bus):
    keep(episode())
    respond(alarm("OK"))
    assert kinds(bus()) == [IncidentOpened.TYPE, RetrainingRequested.TYPE]


def test_a_model_that_never_drifted_has_nothing_to_say(respond, bus):
    respond(alarm("OK"))
    aws.table_put("windows", {"pk": "model|income", "breached": False, "episodes": []})
    respond(alarm("OK"), alarm("ALARM"))
    assert bus() == []


def test_an_episode_that_was_missed_is_reported_with_the_next(respond, bus):
    keep(episode(ended=stored("calm")), episode("2026-11-13T00:00:00Z"))
    respond(alarm("ALARM"))
    reported = [(e["detail-type"], e["detail"]["key"].rsplit("/", 1)[-1]) for e in bus()]
    assert reported == [
        (IncidentOpened.TYPE, BEGAN),
        (IncidentClosed.TYPE, BEGAN),
        (IncidentOpened.TYPE, "2026-11-13T00:00:00Z"),
        (RetrainingRequested.TYPE, "2026-11-13T00:00:00Z"),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_doubled_and_reordered_alarms_end_in_the_same_state(respond, bus, seed):
    dice = random.Random(seed)
    received = []
    for state in (episode(), episode(ended=stored("calm"))):
        keep(state)
        respond(*dice.choices([alarm("ALARM"), alarm("OK")], k=4))
        received += kinds(bus())
    assert received == [IncidentOpened.TYPE, RetrainingRequested.TYPE, IncidentClosed.TYPE]


def test_an_alarm_of_something_else_fails_and_says_so(respond, capsys):
    other = alarm("ALARM", name="mw-dev-income/errors")
    assert respond(other) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "mw-dev-income/errors is not an alarm of drift" in capsys.readouterr().out


def test_a_finding_that_is_gone_is_an_error(respond, capsys):
    keep({"id": BEGAN, "opened": "s3://findings/gone.json", "ended": ""})
    assert respond(alarm("ALARM")) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert NotFound.__name__ in capsys.readouterr().out


def test_the_example_event_is_read(bus):
    keep(episode())
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    assert kinds(bus()) == [IncidentOpened.TYPE, RetrainingRequested.TYPE]
