"""Is the code of a function the code that was deployed? A template says only where it came from.

What a function had when it was first seen with that place is remembered. A check follows every
deployment within a minute or two, so that nobody else's code is seen first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import aws
from factory.layout.tables import PK
from factory.stack_drift.check import Reading
from factory.stack_drift.deployed import Resource

SHA = "CodeSha256"
Read = Mapping[str, tuple[Resource, Reading]]


def expected(read: Read, table: str) -> Read:
    """Return what was *read*, and demand of each function the code that is remembered in *table*.

    Code that was deployed since from another place is remembered in its stead.
    """
    there = {thing: r for thing, r in read.items() if r[0].code and _sha(r[1]) and r[0].settled}
    known = aws.table_get_many(table, list(there))
    found = dict(read)
    for thing, (resource, reading) in there.items():
        item = known.get(thing)
        if item is None or item["code"] != resource.code:
            item = {PK: thing, "code": resource.code, "sha256": _sha(reading)}
            aws.table_put(table, item)
        properties = {**resource.properties, SHA: item["sha256"]}
        found[thing] = replace(resource, properties=properties), reading
    return found


def _sha(reading: Reading) -> str:
    return str((reading.properties or {}).get(SHA, ""))
