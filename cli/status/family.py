"""How far are the members of a family? A summary, and the members beneath it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import aws
from aws import registry
from aws.outputs import STAGE
from cli.status.records import Records
from factory.errors import NotFound
from factory.gates import PASS
from factory.layout import names, tables
from factory.layout.objects import Run
from factory.promotion.cohort import PENDING

SHOWN = 10  # names on a line


def read(records: Records, name: str) -> dict[str, Any]:
    """Return how far a member is, as plain JSON."""
    resource = names.resource(records.places[STAGE], name)
    listed = registry.newest(resource)
    history = aws.table_get(records.places["RunsTable"], tables.history(name)) or {"runs": []}
    return {
        "name": name,
        "serves": bool(aws.endpoint_described(resource)),
        "waits": listed[0].version if listed and listed[0].status == PENDING else None,
        "begun": len(history["runs"]),
        "refused": _refused(records.places, name, history["runs"]),
    }


def lines(family: str, members: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how many members are how far, and which; the gates that refused, most often first."""
    yield f"family {family}: {len(members):,} members"
    waiting = [each["name"] for each in members if each["waits"]]
    refused = [each["name"] for each in members if each["refused"]]
    gates = Counter(gate for each in members for gate in each["refused"])
    by = ", ".join(f"{gate} {count}" for gate, count in gates.most_common())
    yield _line("serve", [each["name"] for each in members if each["serves"]])
    yield _line("wait", waiting)
    yield _line("refused", refused) + (f"; by {by}" if by else "")
    yield _line("no data", [each["name"] for each in members if not each["begun"]])
    if waiting:
        yield f'  next: factory approve {family} --cohort --reason "..."'


def _line(title: str, found: Sequence[str]) -> str:
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    shown = f" ({', '.join(found[:SHOWN])}{more})" if found else ""
    return f"  {title + ':':10} {len(found):,}{shown}"


def _refused(places: Mapping[str, str], name: str, runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the gates that the newest run did not pass; none while it has no verdicts."""
    if not runs or not runs[-1]["execution"]:
        return []
    try:
        found = aws.s3_get(Run(places["EvidenceBucket"], name, runs[-1]["execution"]).verdicts)
    except NotFound:
        return []
    return [each["gate"] for each in json.loads(found)["verdicts"] if each["verdict"] != PASS]
