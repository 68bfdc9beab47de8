"""What is done about drift? An incident, a retraining, and the incident's end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import aws
from aws.batch import each
from factory.errors import MalformedEvent
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import alarm, function_actor
from factory.settings import RespondSettings


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Look at every model whose alarm of drift changed, or whose drift began or ended."""
    settings = RespondSettings.from_env(os.environ)
    return each(event, lambda envelope: respond(model_of(envelope), settings))


def respond(model: str, settings: RespondSettings) -> None:
    """Say of the last episodes of drift what is true now, whatever the event said.

    All of it is said again each time, under the same ids, so that late, doubled and reordered
    events end in the same state: the ledger and the incidents take each once.
    """
    known = aws.table_get(settings.windows_table, f"model|{model}")
    said = [event for e in (known or {}).get("episodes", []) for event in _events(model, e)]
    if said:
        aws.emit(settings.bus_name, "respond", *said)


def model_of(envelope: Mapping[str, Any]) -> str:
    """Return which model an alarm, or an event of the factory's own, is about."""
    if envelope["source"] != "aws.cloudwatch":
        return Event.from_envelope(envelope).subject.removeprefix("model/")
    match envelope["detail"]["alarmName"].split("/"):
        case [_, model, "drift"]:
            return str(model)
        case other:
            wanted = alarm("MODEL", "drift")
            raise MalformedEvent(f"alarm {'/'.join(other)} is none of drift, as {wanted} is")


def _events(model: str, episode: Mapping[str, str]) -> Iterator[Event]:
    """Say that an incident is open and wants a retraining, or that it is over and wants none."""
    incident = f"drift/{model}/{episode['id']}"
    opened = _finding(episode["opened"])
    yield _opened(incident, model, opened, episode["opened"])
    if episode["ended"]:
        yield _closed(incident, model, _finding(episode["ended"]), episode["ended"])
    else:
        yield _requested(incident, model, opened)


def _finding(uri: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(aws.s3_get(uri))
    return found


def _opened(incident: str, model: str, finding: Mapping[str, Any], uri: str) -> Event:
    drifted = {name: finding["columns"][name] for name in finding["breaching"]}
    reasons = [
        {"column": name, "words": f"{name}: {column['words']}, since {column['since']}"}
        for name, column in drifted.items()
    ]
    window = finding["window"]
    return Event(
        type="incident.opened",
        subject=f"model/{model}",
        actor=function_actor("respond"),
        reason=(
            f"{', '.join(drifted)}: what {model} is asked has drifted from what version "
            f"{finding['version']} learned; {window['rows']} rows from {window['from']}"
        ),
        key=incident,
        detail={"incident": incident, "reasons": reasons, "finding": uri},
    )


def _closed(incident: str, model: str, finding: Mapping[str, Any], uri: str) -> Event:
    window = finding["window"]
    return Event(
        type="incident.closed",
        subject=f"model/{model}",
        actor=function_actor("respond"),
        reason=f"the drift has gone: {window['rows']} rows from {window['from']} are like training",
        key=incident,
        detail={"incident": incident, "finding": uri},
    )


def _requested(incident: str, model: str, finding: Mapping[str, Any]) -> Event:
    return Event(
        type="retraining.requested",
        subject=f"model/{model}",
        actor=function_actor("respond"),
        reason=f"{', '.join(finding['breaching'])} drifted: incident {incident}",
        key=incident,
        detail={"model": model, "incident": incident},
    )
