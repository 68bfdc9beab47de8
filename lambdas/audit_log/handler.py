"""Which events came? They are appended to the ledger, each exactly once."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import Any

import aws
from factory.errors import MalformedEvent
from factory.ledger import chain
from factory.settings import AuditLogSettings
from lambdas.audit_log import ledger_writer


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Append the events of an SQS batch; any failure brings the whole batch again, in order."""
    settings = AuditLogSettings.from_env(os.environ)
    records = [record_of(message) for message in event["Records"]]
    ledger_writer.append(records, settings, recorded_at=_time(aws.now()))
    return {"batchItemFailures": []}


def record_of(message: Mapping[str, Any]) -> chain.Record:
    """Return the record of one SQS message; what is no event is recorded as quarantined."""
    try:
        return chain.record(json.loads(message["body"]))
    except (MalformedEvent, ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        sent = int(message["attributes"]["SentTimestamp"]) / 1000
        return chain.quarantined(
            message["body"],
            time=_time(sent),
            actor=message["attributes"].get("SenderId", "unknown"),
            problem=f"{type(exc).__name__}: {exc}",
        )


def _time(seconds: float) -> str:
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
