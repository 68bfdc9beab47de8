"""Does the factory detect drift, describe it, and respond?"""

from __future__ import annotations

from typing import Any

from demo import notifications, traffic
from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL
from factory.events.event import Event
from factory.events.incident import DriftDetected, IncidentClosed, IncidentOpened
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout.names import alarm, model_subject

SAMPLE = 1800  # rows: three windows


def _drift_events(session: Session, event: type[Event]) -> list[dict[str, Any]]:
    """Return the model's events of type *event* that are about drift."""
    subject = model_subject(MODEL)
    found = [e for e in session.events(event) if e["subject"] == subject]
    return [e for e in found if "drift" in str(e["detail"].get("incident", ""))]


def _no_drift(session: Session) -> str:
    sent = traffic.replay(session, traffic.rows(session))
    session.cloud.advance(60)
    session.cloud.settle()
    if opened := _drift_events(session, IncidentOpened):
        raise Unexpected(f"an incident: {opened[0]['reason']}")
    state = _alarm(session)
    if state != "OK":
        raise Unexpected(f"the alarm is {state}")
    return f"{sent} rows of the test split sent as requests; the alarm is {state}, no incident"


def _drift(session: Session) -> str:
    queue = notifications.subscribe(session, "notifications")
    traffic.replay(session, traffic.shifted(traffic.rows(session)[:SAMPLE]))
    (opened,) = session.advance_until("an incident", lambda: _drift_events(session, IncidentOpened))
    reasons = [reason["words"] for reason in opened["detail"]["reasons"]]
    if {text.split(":")[0] for text in reasons} != set(traffic.SHIFTED_COLUMNS):
        raise Unexpected(f"{reasons}")
    session.cloud.settle()
    messages = [m for m in notifications.receive(session, queue) if MODEL in m["Subject"]]
    if len(messages) != 1 or not all(text in messages[0]["Message"] for text in reasons):
        raise Unexpected(f"the notifications are {messages}")
    return "\n".join([f"{messages[0]['Subject']}; since {_since(session)}", *reasons])


def _response(session: Session) -> str:
    session.cloud.settle()
    started = [e for e in session.events(TrainingStarted) if "drift" in e["reason"]]
    if len(started) != 1:
        raise Unexpected(f"{len(started)} runs were started")
    execution = started[0]["detail"]["execution"]
    registered = _of_run(session, ModelRegistered, execution)
    if not registered:
        raise Unexpected(f"no challenger: {_of_run(session, ModelRefused, execution)}")
    compared = [
        e for e in _of_run(session, GateEvaluated, execution) if e["detail"]["gate"] == "champion"
    ]
    challenger = (
        f"{registered[0]['subject']} waits for approval; champion gate: {compared[0]['reason']}"
    )
    return f"{started[0]['reason']}\n{challenger}"


def _recurrence(session: Session) -> str:
    sample = traffic.rows(session)[:SAMPLE]
    traffic.replay(session, sample)
    closed = session.advance_until(
        "the incident's end", lambda: _drift_events(session, IncidentClosed)
    )
    traffic.replay(session, traffic.shifted(sample))
    refused = session.advance_until(
        "a refusal",
        lambda: [e for e in session.events(TrainingRefused) if "cool-down" in e["reason"]],
    )
    traffic.replay(session, sample)
    session.advance_until(
        "the second incident's end", lambda: _drift_events(session, IncidentClosed)[1:]
    )
    runs = [e for e in session.events(TrainingStarted) if "drift" in e["reason"]]
    if len(runs) != 1:
        raise Unexpected(f"{len(runs)} runs were started")
    return f"{closed[0]['reason']}\nthe drift came back: {refused[0]['reason']}\nand ended again"


def _of_run(session: Session, event: type[Event], execution: str) -> list[dict[str, Any]]:
    return [e for e in session.events(event) if e["detail"].get("execution") == execution]


def _alarm(session: Session) -> str:
    found = session.aws("cloudwatch").describe_alarms(AlarmNamePrefix=alarm(ENDPOINT, "drift"))
    return str(found["MetricAlarms"][0]["StateValue"])


def _since(session: Session) -> str:
    return str(session.events(DriftDetected)[-1]["detail"]["episode"])


NO_DRIFT = Step(
    title="Watch for drift",
    expected="the test split, replayed as traffic, causes no alarm and no incident",
    act=_no_drift,
)
DRIFT = Step(
    title="Detect drift",
    expected="three columns shift: one incident names exactly these, by how much and since when",
    act=_drift,
)
RESPONSE = Step(
    title="Respond to drift",
    expected="one retraining starts; its challenger is compared with the champion, and waits",
    act=_response,
)
RECURRENCE = Step(
    title="Drift ends and comes back",
    expected="the incident closes; a second one during the cool-down starts no run, with a reason",
    act=_recurrence,
)
