"""Where does the ledger begin? Once, where there is no trace of one."""

from __future__ import annotations

import aws
from factory.errors import Conflict, LedgerBroken
from factory.layout import tables
from factory.ledger.chain import Head
from factory.settings import AuditLogSettings


def begun(settings: AuditLogSettings) -> Head:
    """Return the last segment that is written and indexed; begin the ledger where nothing is.

    Whoever removes the head does not make the ledger begin anew: while one version of one object,
    one delete marker or one item of the index is left, it is LedgerBroken. The head is there before
    the first segment, so that a writer that crashes leaves no ledger without one.
    """
    head = head_of(settings)
    if head is None and _traces(settings):
        head = head_of(settings)  # another writer may have begun it meanwhile
        if head is None:
            raise LedgerBroken(
                f"the head of {settings.ledger_table} is not there, and the ledger is: nothing is "
                "written until somebody has put it back; docs/operate/alarms/ledger-stopped.md"
            )
    return head or _begin(settings)


def head_of(settings: AuditLogSettings) -> Head | None:
    """Return what the index has as the last segment; None when it has none."""
    item = aws.table_get(settings.ledger_table, tables.LEDGER_HEAD)
    return Head(index=item["index"], digest=item["digest"]) if item else None


def _traces(settings: AuditLogSettings) -> bool:
    bucket, table = settings.ledger_bucket, settings.ledger_table
    return aws.s3_any_version(bucket) or aws.table_any(table)


def _begin(settings: AuditLogSettings) -> Head:
    head = Head()
    item = {"pk": tables.LEDGER_HEAD, "index": head.index, "digest": head.digest}
    try:
        aws.table_put(settings.ledger_table, item, unless_exists="pk")
    except Conflict:
        return head_of(settings) or head
    return head
