"""Does the factory see that the world has changed, say how, and do something about it?"""

from __future__ import annotations

from typing import Any

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
from story import mail, traffic
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL

SOME = 1800  # rows: three windows


def _ours(life: Life, kind: type[Event]) -> list[dict[str, Any]]:
    """Return the model's events of *kind* that are about drift."""
    subject = model_subject(MODEL)
    found = [e for e in life.events(kind) if e["subject"] == subject]
    return [e for e in found if "drift" in str(e["detail"].get("incident", ""))]


def _quiet(life: Life) -> str:
    asked = traffic.replay(life, traffic.rows(life))
    life.standing.cloud.advance(60)
    life.standing.cloud.settle()
    if told := _ours(life, IncidentOpened):
        raise Unexpected(f"an incident: {told[0]['reason']}")
    state = _alarm(life)
    if state != "OK":
        raise Unexpected(f"the alarm is {state}")
    return f"{asked} rows asked, as the test split has them; the alarm is {state}, no incident"


def _drifted(life: Life) -> str:
    people = mail.listen(life, "people")
    traffic.replay(life, traffic.shifted(traffic.rows(life)[:SOME]))
    (opened,) = life.pass_time("an incident", lambda: _ours(life, IncidentOpened))
    reasons = [reason["words"] for reason in opened["detail"]["reasons"]]
    if {words.split(":")[0] for words in reasons} != set(traffic.SHIFTED):
        raise Unexpected(f"{reasons}")
    life.standing.cloud.settle()
    messages = [m for m in mail.read(life, people) if MODEL in m["Subject"]]
    if len(messages) != 1 or not all(words in messages[0]["Message"] for words in reasons):
        raise Unexpected(f"people were told {messages}")
    return "\n".join([f"{messages[0]['Subject']}; since {_since(life)}", *reasons])


def _responded(life: Life) -> str:
    life.standing.cloud.settle()
    started = [e for e in life.events(TrainingStarted) if "drift" in e["reason"]]
    if len(started) != 1:
        raise Unexpected(f"{len(started)} runs were started")
    execution = started[0]["detail"]["execution"]
    registered = _of_run(life, ModelRegistered, execution)
    if not registered:
        raise Unexpected(f"no challenger: {_of_run(life, ModelRefused, execution)}")
    met = [e for e in _of_run(life, GateEvaluated, execution) if e["detail"]["gate"] == "champion"]
    waits = f"{registered[0]['subject']} waits; champion gate: {met[0]['reason']}"
    return f"{started[0]['reason']}\n{waits}"


def _over(life: Life) -> str:
    some = traffic.rows(life)[:SOME]
    traffic.replay(life, some)
    closed = life.pass_time("the incident's end", lambda: _ours(life, IncidentClosed))
    traffic.replay(life, traffic.shifted(some))
    refused = life.pass_time(
        "a refusal",
        lambda: [e for e in life.events(TrainingRefused) if "cool-down" in e["reason"]],
    )
    traffic.replay(life, some)
    life.pass_time("the second incident's end", lambda: _ours(life, IncidentClosed)[1:])
    runs = [e for e in life.events(TrainingStarted) if "drift" in e["reason"]]
    if len(runs) != 1:
        raise Unexpected(f"{len(runs)} runs were started")
    return f"{closed[0]['reason']}\nthe shift came back: {refused[0]['reason']}\nand went again"


def _of_run(life: Life, kind: type[Event], execution: str) -> list[dict[str, Any]]:
    return [e for e in life.events(kind) if e["detail"].get("execution") == execution]


def _alarm(life: Life) -> str:
    found = life.aws("cloudwatch").describe_alarms(AlarmNamePrefix=alarm(MODEL, "drift"))
    return str(found["MetricAlarms"][0]["StateValue"])


def _since(life: Life) -> str:
    return str(life.events(DriftDetected)[-1]["detail"]["episode"])


QUIET = Chapter(
    title="Watch",
    expected="the test split, asked again as traffic: no alarm and no incident",
    act=_quiet,
)
DRIFTED = Chapter(
    title="The world changes",
    expected="three columns shift: one incident tells exactly these, by how much and since when",
    act=_drifted,
)
RESPONDED = Chapter(
    title="Respond",
    expected="one retraining starts; its challenger meets the champion on the same rows and waits",
    act=_responded,
)
OVER = Chapter(
    title="The world changes back, and again",
    expected="the incident closes; a second one within the cool-down starts no run, and says why",
    act=_over,
)
