"""What was the air of Beijing like, hour by hour? The data products that a provider makes of it.

The whole product serves forecasts, which live with gaps. A regression cannot learn from a row that
has no label, so that a second product holds the measured hours alone.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "beijing" / "beijing-pm25.csv.gz"
STATION = "us-embassy"
"""The one series of the product; more stations would be more series."""
HEADER = (
    *("row_id", "station", "at", "pm25", "dew_point", "temperature", "pressure"),
    *("wind_direction", "wind_speed", "snow_hours", "rain_hours"),
)
WEATHER = ("DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir")
"""The published columns behind the last seven of the header."""
Row = tuple[object, ...]


def hours() -> Iterator[Row]:
    """Yield the header and all 43,824 hours in order of time; a missing `pm25` is None."""
    yield HEADER
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        yield from map(_hour, csv.DictReader(file))


def measured_hours() -> Iterator[Row]:
    """Yield the header and the 41,757 hours whose `pm25` is known."""
    label = HEADER.index("pm25")
    return (row for row in hours() if row[label] is not None)


def _hour(published: dict[str, str]) -> Row:
    year, *parts = (int(published[name]) for name in ("year", "month", "day", "hour"))
    hour = "{}-{:02d}-{:02d}T{:02d}".format(year, *parts)
    pm25 = None if published["pm2.5"] == "NA" else published["pm2.5"]
    return (hour, STATION, f"{hour}:00:00", pm25, *(published[name] for name in WEATHER))
