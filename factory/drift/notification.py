"""Who learns of a judged window, and in which order?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from factory.drift import finding as findings
from factory.drift import packing
from factory.drift.finding import ColumnFinding, Finding
from factory.events.event import Event
from factory.events.incident import DriftDetected, DriftEnded


@dataclass(frozen=True, kw_only=True)
class Notification:
    """A finding that the object store, the alarm and the ledger have yet to receive."""

    finding: Finding
    uri: str
    """Where the finding is to be stored."""
    change: str
    """The type of the event, if drift began or ended by it; else empty."""
    alarm: bool
    """Whether the model may lack its alarm: it is the first window of a configuration."""

    def item(self) -> dict[str, Any]:
        """Return the notification as an attribute of a table's item."""
        return {
            "uri": self.uri,
            "finding": packing.packed(self.finding.document),
            "change": self.change,
            "alarm": self.alarm,
        }


def of(item: Mapping[str, Any]) -> Notification:
    """Read what `Notification.item` wrote."""
    return Notification(**{**item, "finding": findings.parse(packing.unpacked(item["finding"]))})


@dataclass(frozen=True)
class StoreFinding:
    """Write *document* to *uri*."""

    uri: str
    document: str


@dataclass(frozen=True)
class CreateAlarm:
    """Make the alarm of drift of *model*, or set it anew."""

    model: str


@dataclass(frozen=True)
class Emit:
    """Put *event* on the bus."""

    event: Event


@dataclass(frozen=True)
class MeasureDrift:
    """Publish whether *model* is in an episode of drift at this moment."""

    model: str


Effect = StoreFinding | CreateAlarm | Emit | MeasureDrift


def effects(notification: Notification) -> tuple[Effect, ...]:
    """Return what is to be done, in order; each may be done twice.

    The finding comes first, because whoever receives the event reads it, and the alarm before the
    metric that it watches. What is measured is what is true then: a redelivery after a later window
    must not bring back what is over.
    """
    model = notification.finding.model
    return (
        StoreFinding(notification.uri, notification.finding.document),
        *([CreateAlarm(model)] if notification.alarm else []),
        *([Emit(event(notification))] if notification.change else []),
        MeasureDrift(model),
    )


def event(notification: Notification) -> Event:
    """Return the event that says that drift began or ended."""
    finding = notification.finding
    kind = DriftEnded if notification.change == DriftEnded.TYPE else DriftDetected
    return kind(
        model=finding.model,
        version=finding.version,
        config=finding.config,
        window=finding.window.plain(),
        columns={name: c.plain() for name, c in packing.first(_telling(finding)).items()},
        drifted=finding.drifted[: packing.MOST_TOLD],
        breaching=finding.breaching[: packing.MOST_TOLD],
        breached=finding.breached,
        episode=finding.episode,
        finding=notification.uri,
        reason=_reason(notification),
        key=finding.episode,
    )


def _telling(finding: Finding) -> dict[str, ColumnFinding]:
    """Return the columns that have changed, those first that make the difference."""
    changed = {name: column for name, column in finding.columns.items() if column.words}
    breaching = {name: changed[name] for name in finding.breaching if name in changed}
    return breaching | changed


def _reason(notification: Notification) -> str:
    finding = notification.finding
    window = finding.window
    where = f"{window.rows} rows from {window.first} to {window.last}"
    if notification.change == DriftEnded.TYPE:
        return f"{where}: no column drifts any longer"
    drifted = packing.few(finding.breaching)
    return f"{where}: {drifted} drifted from what version {finding.version} learned"
