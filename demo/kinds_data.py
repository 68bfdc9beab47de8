"""Which files would providers upload so that models of every kind can learn?

`python -m demo.kinds_data FOLDER` writes them. Each is a whole data product, which a spec splits.

| data product | what is asked of it |
|---|---|
| beijing_air | Forecast: the next hours of `pm25` |
| beijing_air_measured | Regression: the `pm25` of an hour from its weather |
| diabetes | Regression: a disease's `progression` |
| wine, digits | Multiclass: the `cultivar`, the `digit` |
| doctor_visits | Count: `visits`, or the rarer `admissions`, in `years` |
| recommendations | Ranking: the `item`s of a `query`, by `relevance` |
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from demo import air, bundled, landing_file, recommendations, visits

PRODUCTS: Mapping[str, Callable[[], Iterable[tuple[object, ...]]]] = {
    "beijing_air": air.hours,
    "beijing_air_measured": air.measured_hours,
    "diabetes": bundled.diabetes,
    "digits": bundled.digits,
    "doctor_visits": visits.people,
    "recommendations": recommendations.rows,
    "wine": bundled.wine,
}
"""The header and the rows of each data product."""


def landing_files(folder: Path, products: Iterable[str] = PRODUCTS) -> dict[str, Path]:
    """Write `<product>.csv.gz` for each of *products* into *folder*; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        product: landing_file.write(folder / f"{product}.csv.gz", PRODUCTS[product]())
        for product in products
    }


if __name__ == "__main__":
    print(*landing_files(Path(sys.argv[1])).values(), sep="\n")
