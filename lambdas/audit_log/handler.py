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
    """Append the events of an SQS batch; any failure brings the whole batch again, in order.

    A message that is no event, or that may not be said, is no failure: it is set aside.
    """
    settings = AuditLogSettings.from_env(os.environ)
    now = aws.now()
    messages = [record.received(message, now) for message in event["Records"]]
    ledger_writer.append(messages, settings)
    return {"batchItemFailures": []}
