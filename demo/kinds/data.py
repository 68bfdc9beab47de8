"""Does every kind's file become a snapshot, and which of its rows do clients ask about?"""

from __future__ import annotations

import csv
import gzip

from demo.data import land
from demo.kinds.models import OUTPUT, SERVED, model
from demo.kinds_data import landing_files
from demo.runner import Step
from demo.session import Session
from factory.events.data import DataProductPublished

Row = dict[str, str]


def rows(session: Session, name: str) -> list[Row]:
    """Return the rows of the model called *name* as they were landed, each value as text."""
    spec = model(name)
    with gzip.open(session.notes["files"][spec.test], "rt", encoding="utf-8", newline="") as file:
        found = csv.DictReader(file)
        return [r for r in found if all(r[c] == v for c, v in spec.where.items())]


def _ingest(session: Session) -> str:
    products = sorted({model(name).test for name in SERVED})
    files = session.notes["files"] = landing_files(OUTPUT / "landing", products)
    for product, path in files.items():
        land(session, product, path.name, path.read_bytes())
    published = session.wait_for(
        "the snapshots",
        lambda: len(found := session.events(DataProductPublished)) == len(files) and found,
    )
    counts = {e["detail"]["product"]: e["detail"]["rows"] for e in published}
    return ", ".join(f"{product}: {counts[product]} rows" for product in products)


INGEST = Step(
    title="Ingest data",
    expected="the file of every kind keeps its contract and becomes a data product's snapshot",
    act=_ingest,
)
