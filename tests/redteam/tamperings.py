"""What may somebody do to a ledger who has every right in its account? By hand, with boto3."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import boto3

import aws
from factory.events.envelope import identity
from factory.layout import tables
from factory.layout.objects import segment_key
from factory.ledger import chain, record
from factory.ledger.chain import Head
from lambdas.audit_log import genesis
from tests.lambdas.ledgers import BUCKET, TABLE, World, envelope

LAST = 6
"""How many segments the ledger has, each with two events."""


@dataclass(frozen=True)
class Intruder:
    """An administrator of the ledger's account, who knows how it is made."""

    world: World

    @classmethod
    def of(cls, world):
        """Return one before a ledger of six segments."""
        for number in range(LAST):
            world.log(envelope(2 * number), envelope(2 * number + 1))
        return cls(world)

    # Objects

    def read(self, number):
        return aws.s3_get(f"s3://{BUCKET}/{segment_key(number)}")

    def decoded(self, number):
        return chain.decode(self.read(number))

    def overlay(self, number, data):
        """Put another version over a segment."""
        boto3.client("s3").put_object(Bucket=BUCKET, Key=segment_key(number), Body=data)

    def erase(self, *numbers):
        """Remove all versions of segments."""
        s3 = boto3.client("s3")
        for number in numbers:
            found = s3.list_object_versions(Bucket=BUCKET, Prefix=segment_key(number))
            for each in found.get("Versions", []):
                place = {"Key": each["Key"], "VersionId": each["VersionId"]}
                s3.delete_object(Bucket=BUCKET, BypassGovernanceRetention=True, **place)

    def hide(self, number):
        """Let a delete marker hide a segment."""
        boto3.client("s3").delete_object(Bucket=BUCKET, Key=segment_key(number))

    def leave(self, key):
        """Store something else beside the segments."""
        boto3.client("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")

    def rewrite(self, number, data):
        """Let a segment have been another."""
        self.erase(number)
        self.overlay(number, data)

    def line(self, number, line, change):
        """Change the bytes of one line of a segment."""
        lines = self.read(number).splitlines(keepends=True)
        lines[line - 1] = change(lines[line - 1])
        self.rewrite(number, b"".join(lines))

    def forge(self, number, change, *, moment=None):
        """Let *change* make another event of the first of a segment; its header fits."""
        found = self.decoded(number)
        events = (change(dict(found.events[0])), *found.events[1:])
        again = replace(found, events=events, recorded_at=moment or found.recorded_at)
        self.rewrite(number, again.encode())

    def rechain(self, begin, *, moments=None):
        """Let all segments after *begin* follow it again, recorded at others of *moments*."""
        prev = chain.digest(self.read(begin))
        for number in range(begin + 1, LAST + 1):
            found = replace(self.decoded(number), prev=prev)
            data = replace(found, recorded_at=moments or found.recorded_at).encode()
            self.rewrite(number, data)
            prev = chain.digest(data)

    def append(self, *events, recorded_at=None, expected=True, moved=True, head=None):
        """Add a segment, with all that the index has about it if asked."""
        head = head or genesis.head_of(self.world.settings)
        moment = recorded_at or record.time_of(aws.now())
        segment = chain.after(head, events, recorded_at=moment)
        self.overlay(segment.index, segment.encode())
        after = Head(index=segment.index, digest=chain.digest(segment.encode()))
        if expected:
            self.index(segment.index)
        if moved:
            self.head(after.index, after.digest)
        return after

    # The index

    def index(self, number):
        """Let the index know a segment as it is now."""
        data = self.read(number)
        self.put({"pk": tables.ledger_segment(number, chain.digest(data))})
        for line, event in enumerate(chain.decode(data).events, start=2):
            place = {"segment": number, "line": line, "content": chain.content(event)}
            self.put({"pk": tables.ledger_event(event["id"]), **place})

    def reindex(self):
        """Make the index anew, as of a ledger that was always so."""
        self.clear()
        for number in range(1, LAST + 1):
            self.index(number)
        self.head(LAST, chain.digest(self.read(LAST)))

    def head(self, index: Any, digest: Any):
        self.put({"pk": tables.LEDGER_HEAD, "index": index, "digest": digest})

    def put(self, item):
        aws.table_put(TABLE, item)

    def remove(self, *keys):
        for key in keys:
            boto3.client("dynamodb").delete_item(TableName=TABLE, Key={"pk": {"S": key}})

    def clear(self, prefix=""):
        """Remove the items whose keys begin with *prefix*."""
        keys = [i["pk"]["S"] for i in boto3.client("dynamodb").scan(TableName=TABLE)["Items"]]
        self.remove(*(key for key in keys if key.startswith(prefix)))


def named(event, **changes):
    """Return *event* with *changes*, under an id of its own."""
    event = {**event, **changes}
    parts = [event[name] for name in ("source", "type", "subject", "key")]
    return {**event, "id": identity(*parts)}


def event(number, **changes):
    """Return what the ledger would keep of an event, changed."""
    told = envelope(number)
    kept = {name: told["detail"][name] for name in ("subject", "actor", "reason", "key", "detail")}
    whole = {**kept, "type": told["detail-type"], "source": told["source"], "time": told["time"]}
    return named(whole, **changes)


def spaced(line):
    """Write the same JSON in another way."""
    return json.dumps(json.loads(line)).encode() + b"\n"
