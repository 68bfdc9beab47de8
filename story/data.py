"""Does good data become a snapshot, and bad data nothing but a reason?"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import aws
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.event import Event
from factory.events.incident import IncidentOpened
from factory.layout.products import landed
from story.adult_data import landing_files
from story.runner import Chapter, Unexpected
from story.session import FOLDER, Life

TRAIN, TEST = "census_train", "census_test"
Rows = list[list[str]]


def land(life: Life, product: str, name: str, body: bytes) -> None:
    """Put a file where providers put theirs."""
    where = aws.place(landed(life.output("LandingBucket"), product, name))
    life.aws("s3").put_object(**where, Body=body)


def _data_in(life: Life) -> str:
    files = landing_files(FOLDER / "landing")
    life.notes["files"] = files
    for product in (TEST, TRAIN):
        land(life, product, files[product].name, files[product].read_bytes())
    published = life.wait(
        "two snapshots",
        lambda: len(found := life.events(DataProductPublished)) == len(files) and found,
    )
    tables = life.aws("glue").get_tables(DatabaseName=life.output("Database"))["TableList"]
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
        "missing-column.csv.gz": _written([r[:age] + r[age + 1 :] for r in rows]),
        "out-of-range.csv.gz": _written(_aged(rows, age)),
        "duplicate-keys.csv.gz": _written([*rows, rows[1]]),
        "truncated.csv.gz": path.read_bytes()[:100_000],
        "empty.csv.gz": b"",
    }


def _aged(rows: Rows, age: int) -> Rows:
    """Return *rows* with three people of 200 years."""
    return [
        [*r[:age], "200", *r[age + 1 :]] if 1 <= number <= 3 else r  # noqa: PLR2004 - three
        for number, r in enumerate(rows)
    ]


def _written(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=1, mtime=0)


def _bad_data(life: Life) -> str:
    files = _bad_files(life.notes["files"][TEST])
    for name, body in files.items():
        land(life, TEST, name, body)
    refused = life.wait("five refusals", _enough(life, DataProductRefused, len(files)))
    life.wait("five incidents", _enough(life, IncidentOpened, len(files)))
    quarantine = life.aws("s3").list_objects_v2(Bucket=life.output("QuarantineBucket"))
    kept = {o["Key"].rsplit("/", 1)[-1] for o in quarantine["Contents"]}
    if not kept >= set(files):
        raise Unexpected(f"the quarantine holds {sorted(kept)}")
    if len(life.events(DataProductPublished)) != len(life.notes["files"]):
        raise Unexpected("a bad file was published")
    return "\n".join(f"{e['subject']}: {e['reason']}" for e in refused)


def _enough(life: Life, kind: type[Event], number: int) -> Callable[[], list[dict[str, object]]]:
    def seen() -> list[dict[str, object]]:
        found = life.events(kind)
        return found if len(found) >= number else []

    return seen


DATA_IN = Chapter(
    title="Data in",
    expected="both census splits pass their contracts and become snapshot 1 of a data product",
    act=_data_in,
)
BAD_DATA = Chapter(
    title="Bad data is refused",
    expected="five broken files: five quarantined with the reasons, five incidents, none published",
    act=_bad_data,
)
