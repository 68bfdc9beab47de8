"""How is a file refused? Copied to quarantine, with its reasons beside it, and reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import aws
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import function_actor
from factory.products.contract_violation import Reason
from factory.settings import IngestSettings
from lambdas.ingest.arrival import Arrival

SHOWN = 3  # reasons in one sentence; all of them are in the detail


def refuse(arrival: Arrival, reasons: Sequence[Reason], settings: IngestSettings) -> None:
    """Keep a copy and the reasons, then say so; done twice, it leaves the same.

    The landed object stays where it is.
    """
    folder = f"s3://{settings.quarantine_bucket}/{arrival.product}/{arrival.id[:16]}"
    aws.s3_copy(arrival.uri, f"{folder}/{arrival.name}", version=arrival.version)
    detail = _detail(arrival, reasons, f"{folder}/{arrival.name}")
    aws.s3_put(f"{folder}/reasons.json", json.dumps(detail, indent=2, sort_keys=True).encode())
    aws.emit(settings.bus_name, "ingest", *_events(arrival, reasons, detail))


def _detail(arrival: Arrival, reasons: Sequence[Reason], copy: str) -> dict[str, Any]:
    return {
        "product": arrival.product,
        "source": {
            "uri": arrival.uri,
            "version_id": arrival.version,
            "requester": arrival.requester,
        },
        "quarantined": copy,
        "reasons": [{**reason.plain(), "words": str(reason)} for reason in reasons],
    }


def _events(
    arrival: Arrival, reasons: Sequence[Reason], detail: dict[str, Any]
) -> tuple[Event, Event]:
    more = f"; and {len(reasons) - SHOWN} more" if len(reasons) > SHOWN else ""
    reason = f"{arrival.uri}: " + "; ".join(map(str, reasons[:SHOWN])) + more
    refused, opened = (
        Event(
            type=kind,
            subject=f"dataproduct/{arrival.product}",
            actor=function_actor("ingest"),
            reason=reason,
            key=arrival.id,
            detail=detail,
        )
        for kind in ("dataproduct.refused", "incident.opened")
    )
    return refused, opened
