"""Does every order of alarms end with the same incidents, and with one retraining each?"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import aws
from factory.errors import MalformedEvent, NotFound
from factory.settings import RespondSettings
from lambdas.respond import handler

SETTINGS = RespondSettings(bus_name="factory", windows_table="windows")
BEGAN = "2026-11-12T00:01:00Z"


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

    def heard():
        new = {e["detail"]["id"]: e for e in cloud.drain(url) if e["detail"]["id"] not in known}
        known.update(new)
        return list(new.values())

    return heard


def finding(name, *breaching):
    uri = f"s3://findings/{name}.json"
    window = {"from": BEGAN, "to": BEGAN, "rows": 500}
    columns = {
        column: {"psi": 0.5, "drifted": True, "words": f"{column} moved", "since": BEGAN}
        for column in breaching
    }
    columns["sex"] = {"psi": 0.01, "lower_bound": -0.2, "drifted": False}
    body = {"version": 1, "window": window, "columns": columns, "breaching": list(breaching)}
    aws.s3_put(uri, json.dumps(body).encode())
    return uri


def keep(*episodes, model="income"):
    item = {"pk": f"model|{model}", "breached": not episodes[-1]["ended"], "episodes": episodes}
    aws.table_put("windows", item)


def episode(began=BEGAN, ended=""):
    return {"id": began, "opened": finding(f"{began}-opened", "age", "work"), "ended": ended}


def alarm(state, name="modelworks/income/drift"):
    detail = {"alarmName": name, "state": {"value": state}}
    return {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change",
            "detail": detail}  # fmt: skip


def over():
    body = {"subject": "model/income", "actor": "a", "reason": "r", "key": BEGAN, "detail": {}}
    return {"source": "modelworks.watch", "detail-type": "drift.ended", "detail": body}


@pytest.fixture
def respond(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def kinds(events):
    return [e["detail-type"] for e in events]


def test_an_alarm_opens_an_incident_that_names_the_drifted_columns_and_asks_for_a_run(respond, bus):
    keep(episode())
    assert respond(alarm("ALARM")) == {"batchItemFailures": []}
    opened, requested = (e["detail"] for e in bus())
    incident = f"drift/income/{BEGAN}"
    assert opened["subject"] == requested["subject"] == "model/income"
    assert opened["detail"] == {
        "incident": incident,
        "finding": f"s3://findings/{BEGAN}-opened.json",
        "reasons": [
            {"column": "age", "words": f"age: age moved, since {BEGAN}"},
            {"column": "work", "words": f"work: work moved, since {BEGAN}"},
        ],
    }
    assert opened["reason"] == (
        "age, work: what income is asked has drifted from what version 1 learned; "
        f"500 rows from {BEGAN}"
    )
    assert requested["detail"] == {"model": "income", "incident": incident}
    assert requested["reason"] == f"age, work drifted: incident {incident}"


@pytest.mark.parametrize("end", [alarm("OK"), over()], ids=["alarm", "drift.ended"])
def test_the_end_of_drift_closes_the_incident(respond, bus, end):
    keep(episode())
    respond(alarm("ALARM"))
    bus()
    keep(episode(ended=finding("calm")))
    respond(end)
    (closed,) = bus()
    assert closed["detail-type"] == "incident.closed"
    assert closed["detail"]["detail"]["incident"] == f"drift/income/{BEGAN}"
    assert closed["detail"]["reason"].startswith("the drift has gone: 500 rows")


def test_an_alarm_that_comes_after_all_is_over_opens_and_closes_and_asks_for_nothing(respond, bus):
    keep(episode(ended=finding("calm")))
    respond(alarm("ALARM"))
    assert kinds(bus()) == ["incident.opened", "incident.closed"]


def test_an_alarm_that_says_ok_while_drift_goes_on_closes_nothing(respond, bus):
    keep(episode())
    respond(alarm("OK"))
    assert kinds(bus()) == ["incident.opened", "retraining.requested"]


def test_a_model_that_never_drifted_has_nothing_to_say(respond, bus):
    respond(alarm("OK"))
    aws.table_put("windows", {"pk": "model|income", "breached": False, "episodes": []})
    respond(alarm("OK"), alarm("ALARM"))
    assert bus() == []


def test_an_episode_that_was_missed_is_made_up_for_by_the_next(respond, bus):
    keep(episode(ended=finding("calm")), episode("2026-11-13T00:00:00Z"))
    respond(alarm("ALARM"))
    said = [(e["detail-type"], e["detail"]["key"].rsplit("/", 1)[-1]) for e in bus()]
    assert said == [
        ("incident.opened", BEGAN),
        ("incident.closed", BEGAN),
        ("incident.opened", "2026-11-13T00:00:00Z"),
        ("retraining.requested", "2026-11-13T00:00:00Z"),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_doubled_and_reordered_alarms_end_in_the_same_state(respond, bus, seed):
    dice = random.Random(seed)
    heard = []
    for state in (episode(), episode(ended=finding("calm"))):
        keep(state)
        respond(*dice.choices([alarm("ALARM"), alarm("OK")], k=4))
        heard += kinds(bus())
    assert heard == ["incident.opened", "retraining.requested", "incident.closed"]


def test_an_alarm_of_something_else_fails_and_says_so(respond, capsys):
    other = alarm("ALARM", name="modelworks/income/errors")
    assert respond(other) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "modelworks/income/errors is none of drift" in capsys.readouterr().out
    with pytest.raises(MalformedEvent):
        handler.model_of(other)


def test_a_finding_that_is_gone_is_an_error(respond, capsys):
    keep({"id": BEGAN, "opened": "s3://findings/gone.json", "ended": ""})
    assert respond(alarm("ALARM")) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert NotFound.__name__ in capsys.readouterr().out


def test_the_example_event_is_read(bus):
    keep(episode())
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    assert kinds(bus()) == ["incident.opened", "retraining.requested"]
