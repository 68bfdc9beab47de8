"""What is done about drift? An incident, a retraining, and the incident's end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.drift import packing
from factory.drift.comparison import MALFORMED
from factory.drift.episode import Episode
from factory.drift.finding import Finding
from factory.errors import MalformedEvent
from factory.events.data import IncidentReason
from factory.events.event import Event
from factory.events.incident import DriftDetected, DriftEnded, IncidentClosed, IncidentOpened
from factory.events.training import RetrainingRequested
from factory.layout import names, tables
from factory.layout.names import alarm, function_actor, model_subject

ACTOR = function_actor("respond")


def model_of(envelope: Mapping[str, Any]) -> str:
    """Return which model an alarm, or an event of the factory's own, is about."""
    if envelope["source"] != "aws.cloudwatch":
        ended = envelope["detail-type"] == DriftEnded.TYPE
        return (DriftEnded if ended else DriftDetected).of(envelope).model
    match envelope["detail"]["alarmName"].split("/"):
        case [resource, "drift"] if model := names.model_of(resource):
            return model
        case other:
            wanted = alarm("mw-STAGE-MODEL", "drift")
            raise MalformedEvent(
                f"alarm {'/'.join(other)} is not an alarm of drift, whose names are as {wanted}"
            )


def needed(episodes: Sequence[Episode]) -> tuple[str, ...]:
    """Return the URIs of the findings that `events` reads."""
    return tuple(uri for e in episodes for uri in (e.opened, e.ended) if uri)


def events(
    model: str, episodes: Sequence[Episode], findings: Mapping[str, Finding]
) -> tuple[Event, ...]:
    """Return what is true now of the last episodes of drift, whatever message asked.

    *findings* holds those of `needed`, by URI. The same episodes have the same events, under the
    same ids, so that late, repeated and reordered messages end in the same state: the ledger and
    the incidents take each once.
    """
    return tuple(event for e in episodes for event in _events(model, e, findings))


def _events(model: str, episode: Episode, findings: Mapping[str, Finding]) -> Iterator[Event]:
    """Yield that an incident is open and needs a retraining, or that it is over."""
    incident = tables.drift_incident(model, episode.id)
    opened = findings[episode.opened]
    yield _opened(incident, opened, episode.opened)
    if episode.ended:
        yield _closed(incident, findings[episode.ended], episode.ended)
    elif set(opened.breaching) - {MALFORMED}:  # from senders' mistakes there is nothing to learn
        yield _requested(incident, opened)


def _opened(incident: str, finding: Finding, uri: str) -> Event:
    window, drifted = finding.window, {n: finding.columns[n] for n in finding.breaching}
    reasons: list[IncidentReason] = [
        {"column": name, "words": f"{name}: {column.words}, since {column.since}"}
        for name, column in packing.first(drifted).items()
    ]
    return IncidentOpened(
        actor=ACTOR,
        about=model_subject(finding.model),
        incident=incident,
        reasons=tuple(reasons),
        finding=uri,
        reason=(
            f"{packing.few(drifted)}: what {finding.model} is asked has drifted from what version "
            f"{finding.version} learned; {window.rows} rows from {window.first}"
        ),
        key=incident,
    )


def _closed(incident: str, finding: Finding, uri: str) -> Event:
    window = finding.window
    return IncidentClosed(
        actor=ACTOR,
        about=model_subject(finding.model),
        incident=incident,
        finding=uri,
        reason=f"the drift has gone: {window.rows} rows from {window.first} are like training",
        key=incident,
    )


def _requested(incident: str, finding: Finding) -> Event:
    return RetrainingRequested(
        model=finding.model,
        incident=incident,
        reason=f"{packing.few(finding.breaching)} drifted: incident {incident}",
        key=incident,
    )
