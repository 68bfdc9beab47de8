"""Which files would a provider of the census data upload to the landing bucket?"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

from demo import landing_file

DATA = Path(__file__).parent.parent / "data" / "adult"
SPLITS = {"census_train": "train", "census_test": "test"}
"""The data products and the published split that each holds."""


def landing_files(folder: Path) -> dict[str, Path]:
    """Write `<product>.csv.gz` for both splits into *folder*; the same bytes every time.

    Every published row is kept, including duplicates; each gets a `row_id`, since the
    published file has no key. `?` becomes an empty field: a missing value.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return {product: _landing_file(product, folder) for product in SPLITS}


def _landing_file(product: str, folder: Path) -> Path:
    return landing_file.write(folder / f"{product}.csv.gz", _rows(SPLITS[product]))


def _rows(split: str) -> Iterator[list[str]]:
    with gzip.open(DATA / f"adult-{split}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        yield ["row_id", *next(rows)]
        for number, row in enumerate(rows, start=1):
            stripped = (field.strip() for field in row)
            yield [f"{split}-{number:05d}", *("" if f == "?" else f for f in stripped)]
