"""Would the step Prepare take these rows? Asked of files before they land, with its own words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from factory.catalogue.judged import Judged
from factory.errors import Refused
from pipelines.steps import prepare


def refusals(model: Judged, train: Path, test: Path) -> Iterator[str]:
    """Yield why *model* can neither be learned nor judged from two files of rows; they may be one.

    They hold what ingest would publish, and all columns that the spec names.
    """
    taught = pq.read_table(train, memory_map=True)
    judging = taught if test == train else pq.read_table(test, memory_map=True)
    try:
        prepare.parted(model, taught, judging)
    except Refused as refused:
        yield str(refused)
