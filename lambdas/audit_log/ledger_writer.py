"""How do many writers append to one ledger, and crash anywhere, without losing or repeating?

The commit is one PutObject with If-None-Match. The table is an index that can lag behind by one
segment, and that the next writer repairs before it goes on.
"""

from __future__ import annotations

from collections.abc import Sequence

import aws
from factory.errors import Conflict
from factory.layout import objects, tables
from factory.ledger import chain
from factory.ledger.chain import Head, Record
from factory.settings import AuditLogSettings


def append(records: Sequence[Record], settings: AuditLogSettings, *, recorded_at: str) -> Head:
    """Write those of *records* that the ledger does not hold; return the head afterwards.

    The head is read before the index: every event up to the head is then in the index, and an
    event beyond it makes the write below fail.
    """
    while True:
        head = head_of(settings)
        fresh = _unknown(records, settings)
        if not fresh:
            return head
        segment = chain.after(head, fresh, recorded_at=recorded_at)
        uri = objects.segment(settings.ledger_bucket, segment.index)
        data = segment.encode()
        try:
            aws.s3_put(uri, data, if_none_match=True)
        except Conflict:  # another writer has this number, or this one before a crash
            data = aws.s3_get(uri)
        _index(data, head, settings)


def head_of(settings: AuditLogSettings) -> Head:
    """Return the last segment that is written and indexed."""
    item = aws.table_get(settings.ledger_table, tables.LEDGER_HEAD)
    return Head(index=item["index"], digest=item["digest"]) if item else Head()


def _unknown(records: Sequence[Record], settings: AuditLogSettings) -> list[Record]:
    keys = [tables.ledger_event(record["id"]) for record in records]
    known = aws.table_get_many(settings.ledger_table, keys)
    return [record for key, record in zip(keys, records, strict=True) if key not in known]


def _index(data: bytes, before: Head, settings: AuditLogSettings) -> None:
    """Enter a segment's events, then move the head from *before* to it."""
    segment = chain.decode(data)
    for line, event in enumerate(segment.events, start=2):
        entry = {"pk": tables.ledger_event(event["id"]), "segment": segment.index, "line": line}
        aws.table_put(settings.ledger_table, entry)
    item = {"pk": tables.LEDGER_HEAD, "index": segment.index, "digest": chain.digest(data)}
    try:
        if before.index:
            aws.table_update_if(settings.ledger_table, item, where={"index": before.index})
        else:
            aws.table_put(settings.ledger_table, item, unless_exists="pk")
    except Conflict:
        print(f"segment {segment.index}: another writer has moved the head already")
