"""How often did insured people see a doctor? Counts with the years over which they were counted.

Participants of the RAND experiment stayed one to five years, and some left within one, so that a
count means nothing without its exposure. What is known of a person is taken from the first year.
"""

from __future__ import annotations

import csv
import gzip
import itertools
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "randhie" / "randhie.csv.gz"
RACES, SEXES, FLAGS = (
    {"1": "black", "0": "other"},
    {"1": "female", "0": "male"},
    {"1": "true", "0": "false"},
)
"""The published codes; a share between them was estimated and counts as unknown."""
HEALTH = {"hlthg": "good", "hlthf": "fair", "hlthp": "poor"}
COPIED = {
    "person": "zper",
    "site": "site",
    "coinsurance": "coins",
    "age": "xage",
    "income": "income",
    "education_years": "educdec",
    "family_size": "num",
    "mental_health": "mhi",
    "chronic_diseases": "disea",
    "physical_limitation": "physlm",
    "health_index": "ghindx",
}
"""The columns that stand as published, and what they are called there."""
DERIVED = ("deductible", "examined", "race", "sex", "health", "years", "visits", "admissions")
Row = tuple[object, ...]


def people() -> Iterator[Row]:
    """Yield the header and one row for each of 5,912 people."""
    yield (*COPIED, *DERIVED)
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as file:
        for _, years in itertools.groupby(csv.DictReader(file), key=itemgetter("zper")):
            yield _person(list(years))


def _person(years: list[dict[str, str]]) -> Row:
    first = years[0]
    return (
        *(first[published] for published in COPIED.values()),
        FLAGS[first["idp"]],
        FLAGS[first["tookphys"]],
        RACES.get(first["black"]),
        SEXES[first["female"]],
        next((word for name, word in HEALTH.items() if first[name] == "1"), "excellent"),
        round(sum(float(year["time"]) for year in years), 4),
        sum(int(year["mdvis"]) for year in years),
        sum(int(year["totadm"]) for year in years),
    )
