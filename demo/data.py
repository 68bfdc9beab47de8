"""Does good data become a snapshot, and is bad data refused with a reason?"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import aws
from demo.adult_data import landing_files
from demo.runner import Step, Unexpected
from demo.session import OUTPUT, Session
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.event import Event
from factory.events.incident import IncidentOpened
from factory.layout import objects
from factory.layout.products import landed

TRAIN, TEST = "census_train", "census_test"
Rows = list[list[str]]


def land(session: Session, product: str, name: str, body: bytes) -> None:
    """Upload a file as a data provider does."""
    location = aws.place(landed(session.output("LandingBucket"), product, name))
    session.aws("s3").put_object(**location, Body=body)


def _ingest(session: Session) -> str:
    files = landing_files(OUTPUT / "landing")
    session.notes["files"] = files
    for product in (TEST, TRAIN):
        land(session, product, files[product].name, files[product].read_bytes())
    published = session.wait_for(
        "two snapshots",
        lambda: len(found := session.events(DataProductPublished)) == len(files) and found,
    )
    tables = session.aws("glue").get_tables(DatabaseName=session.output("Database"))["TableList"]
    if {t["Name"] for t in tables} != {TRAIN, TEST}:
        raise Unexpected(f"the Glue catalogue has {[t['Name'] for t in tables]}")
    rows = {e["detail"]["product"]: e["detail"]["rows"] for e in published}
    return ", ".join(f"{product}: snapshot 1 with {rows[product]} rows" for product in sorted(rows))


def _bad_files(path: Path) -> dict[str, bytes]:
    """Return five files that each break the contract in one way."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    age = rows[0].index("age")
    return {
        "missing-column.csv.gz": _gzipped([r[:age] + r[age + 1 :] for r in rows]),
        "out-of-range.csv.gz": _gzipped(_with_wrong_ages(rows, age)),
        "duplicate-keys.csv.gz": _gzipped([*rows, rows[1]]),
        "truncated.csv.gz": path.read_bytes()[:100_000],
        "empty.csv.gz": b"",
    }


def _with_wrong_ages(rows: Rows, age: int) -> Rows:
    """Return *rows* with three people who are 200 years old."""
    return [
        [*r[:age], "200", *r[age + 1 :]] if 1 <= number <= 3 else r  # noqa: PLR2004 - three
        for number, r in enumerate(rows)
    ]


def _gzipped(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=1, mtime=0)


def _bad_data(session: Session) -> str:
    files = _bad_files(session.notes["files"][TEST])
    for name, body in files.items():
        land(session, TEST, name, body)
    refused = session.wait_for("five refusals", _at_least(session, DataProductRefused, len(files)))
    session.wait_for("five incidents", _at_least(session, IncidentOpened, len(files)))
    quarantine = session.aws("s3").list_objects_v2(Bucket=session.output("QuarantineBucket"))
    kept = {objects.uri(quarantine["Name"], "*", o["Key"]) for o in quarantine["Contents"]}
    if missing := {str(e["detail"]["quarantined"]) for e in refused} - kept:
        raise Unexpected(f"the quarantine bucket lacks {sorted(missing)}")
    if len(session.events(DataProductPublished)) != len(session.notes["files"]):
        raise Unexpected("a bad file was published")
    return "\n".join(f"{e['subject']}: {e['reason']}" for e in refused)


def _at_least(
    session: Session, event: type[Event], number: int
) -> Callable[[], list[dict[str, object]]]:
    def enough() -> list[dict[str, object]]:
        found = session.events(event)
        return found if len(found) >= number else []

    return enough


INGEST = Step(
    title="Ingest data",
    expected="both census splits pass their contracts; each becomes snapshot 1 of a data product",
    act=_ingest,
)
BAD_DATA = Step(
    title="Refuse bad data",
    expected="five broken files: each is quarantined and opens an incident; none is published",
    act=_bad_data,
)
