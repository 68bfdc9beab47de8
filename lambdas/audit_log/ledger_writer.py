"""How do many writers append to one ledger, and crash anywhere, without losing or repeating?

The commit is one PutObject with If-None-Match. Before it, the table learns the digest of what is to
be written; after it, which events are in it, and last of all the head. So the table can lag behind
by one segment, which the next writer adopts, if the table expects it: a segment that anybody else
put there stops the ledger, as does a head that is missing or is not that of the segment written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aws
from factory.errors import Conflict, LedgerBroken
from factory.layout import objects, tables
from factory.ledger import chain, record
from factory.ledger.chain import Head
from factory.ledger.record import Received
from factory.settings import AuditLogSettings
from lambdas.audit_log import genesis

REMEDY = "nothing is written until somebody has looked: docs/operate/ledger-stopped.md"


def append(messages: Sequence[Received], settings: AuditLogSettings) -> Head:
    """Write what the ledger does not hold of *messages*; return the head afterwards.

    The head is read before the index: every event up to the head is then in the index, and an
    event beyond it makes the write below fail.
    """
    aside: set[str] = set()
    while True:
        head = genesis.begun(settings)
        fresh = _fresh(messages, head, settings)
        if not fresh:
            return head
        _set_aside([each for each in fresh if each.id not in aside], settings)
        aside |= {each.id for each in fresh}
        moment = record.time_of(aws.now())
        segment = chain.after(head, [each.record for each in fresh], recorded_at=moment)
        data = segment.readable()
        stored = _put(segment.index, data, settings)
        _index(stored, head, settings)
        if stored == data:
            return Head(index=segment.index, digest=chain.digest(data))


def _fresh(messages: Sequence[Received], head: Head, settings: AuditLogSettings) -> list[Received]:
    """Return what the ledger does not hold; a known id with another content is a conflict."""
    known = _known([each.id for each in messages], head, settings)
    agreed = list(_agreed(messages, known))
    conflicts = [each.id for each in agreed if each.id not in {m.id for m in messages}]
    known |= _known(conflicts, head, settings) if conflicts else {}
    return [each for each in agreed if each.id not in known]


def _agreed(messages: Sequence[Received], known: Mapping[str, Any]) -> Iterator[Received]:
    """Yield each message as what it can be kept as, beside what is known and those before it."""
    contents = {id_: str(item.get("content")) for id_, item in known.items()}
    for each in messages:
        content = chain.content(each.record)
        kept = contents.setdefault(each.id, content)
        audit = each.problem  # its key is the digest of the message, and says all that counts
        yield each if audit or kept == content else each.conflicting(kept)


def _known(ids: Sequence[str], head: Head, settings: AuditLogSettings) -> dict[str, Any]:
    """Return the index's items of *ids*, by id; LedgerBroken when it does not expect the head."""
    keys = {tables.ledger_event(id_): id_ for id_ in ids}
    last = tables.ledger_segment(head.index, head.digest)
    found = aws.table_get_many(settings.ledger_table, [*keys, last])
    if head.index and last not in found:
        raise LedgerBroken(f"the head says segment {head.index} is one nobody wrote; {REMEDY}")
    return {keys[key]: item for key, item in found.items() if key in keys}


def _set_aside(messages: Sequence[Received], settings: AuditLogSettings) -> None:
    """Keep the message itself of what is not kept as an event; an alarm tells people of it."""
    for each in messages:
        if each.problem:
            aws.log(f"set aside: {each.record['type']} {each.record['key']}: {each.problem}")
            aws.send_text(settings.refused_queue_url, each.text)


def _put(index: int, data: bytes, settings: AuditLogSettings) -> bytes:
    """Write *data* as a segment; return it, or the bytes of another writer that was first."""
    uri, table = objects.segment(settings.ledger_bucket, index), settings.ledger_table
    aws.table_put(table, {"pk": tables.ledger_segment(index, chain.digest(data))})
    try:
        aws.s3_put(uri, data, if_none_match=True)
    except Conflict:  # another writer has this number, or this one before a crash
        data = aws.s3_get(uri)
        if aws.table_get(table, tables.ledger_segment(index, chain.digest(data))) is None:
            raise LedgerBroken(f"{uri} is not of the ledger's writer; {REMEDY}") from None
    return data


def _index(data: bytes, before: Head, settings: AuditLogSettings) -> None:
    """Enter a segment's events, then move the head from *before* to it."""
    segment = chain.decode(data)
    entries = [
        {
            "pk": tables.ledger_event(event["id"]),
            "segment": segment.index,
            "line": line,
            "content": chain.content(event),
        }
        for line, event in enumerate(segment.events, start=2)
    ]
    aws.table_put_many(settings.ledger_table, entries)
    item = {"pk": tables.LEDGER_HEAD, "index": segment.index, "digest": chain.digest(data)}
    try:
        aws.table_update_if(settings.ledger_table, item, where={"index": before.index})
    except Conflict:
        aws.log(f"segment {segment.index}: another writer has moved the head already")
