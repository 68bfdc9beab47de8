"""Which events came? They are appended to the ledger, each exactly once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import aws
from factory.ledger import record
from factory.settings import AuditLogSettings
from lambdas.audit_log import ledger_writer


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Append the events of an SQS batch; any failure brings the whole batch again, in order."""
    settings = AuditLogSettings.from_env(os.environ)
    records = [record.of_message(message) for message in event["Records"]]
    ledger_writer.append(records, settings, recorded_at=record.time_of(aws.now()))
    return {"batchItemFailures": []}
