"""Do the data products of the kinds hold what was published, and in no order that tells?"""

from __future__ import annotations

import csv
import gzip

import numpy as np
import pytest
from sklearn import datasets

from demo import air, bundled, visits
from demo.kinds_data import PRODUCTS, landing_files


def table(rows):
    header, *body = rows
    return [dict(zip(header, row, strict=True)) for row in body]


def published(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_files_are_landed_every_time(tmp_path):
    small = [p for p in PRODUCTS if not p.startswith("beijing")]
    once, again = (landing_files(tmp_path / name, small) for name in "ab")
    assert {p: f.read_bytes() for p, f in once.items()} == {
        p: f.read_bytes() for p, f in again.items()
    }


def test_every_hour_is_there_once_and_missing_dust_stays_missing():
    hours, source = table(air.hours()), published(air.DATA)
    assert len({hour["at"] for hour in hours}) == len(hours) == len(source) == 43_824
    assert [hour["pm25"] or "NA" for hour in hours] == [row["pm2.5"] for row in source]
    last = {name: hours[-1][name] for name in ("row_id", "at", "pm25", "wind_direction")}
    assert last == {
        "row_id": "2014-12-31T23",
        "at": "2014-12-31T23:00:00",
        "pm25": "12",
        "wind_direction": "NW",
    }


def test_the_measured_hours_are_those_with_dust():
    every = [hour for hour in table(air.hours()) if hour["pm25"] is not None]
    assert table(air.measured_hours()) == every
    assert len(every) == 41_757


def test_no_visit_and_no_year_of_a_person_is_lost():
    people, source = table(visits.people()), published(visits.DATA)
    assert len({person["person"] for person in people}) == len(people) == 5_912
    for total, part in (("visits", "mdvis"), ("admissions", "totadm")):
        assert sum(p[total] for p in people) == sum(int(row[part]) for row in source)
    insured = sum(float(row["time"]) for row in source)
    assert sum(p["years"] for p in people) == pytest.approx(insured, abs=0.5)


def test_what_is_known_of_a_person_is_known_before_the_visits():
    people, source = {p["person"]: p for p in table(visits.people())}, published(visits.DATA)
    first = {}
    for row in source:
        first.setdefault(row["zper"], row)
    for person, row in first.items():
        assert people[person]["age"] == row["xage"]
        assert people[person]["family_size"] == row["num"]
    assert {p["race"] for p in people.values()} == {"black", "other", None}


@pytest.mark.parametrize(
    ("rows", "source", "label"),
    [
        (bundled.wine, datasets.load_wine(), "cultivar"),
        (bundled.digits, datasets.load_digits(), "digit"),
        (bundled.diabetes, datasets.load_diabetes(scaled=False), "progression"),
    ],
    ids=["wine", "digits", "diabetes"],
)
def test_a_bundled_table_is_whole_with_its_label_in_no_order(rows, source, label):
    found = table(rows())
    names = [name for name in found[0] if name not in {"row_id", label}]
    numbers = np.array([[float(row[name]) for name in names] for row in found])
    names_of = dict(enumerate(getattr(source, "target_names", [])))
    labels = [str(names_of.get(target, int(target))) for target in source.target]
    wanted = sorted((*map(float, row), y) for row, y in zip(source.data, labels, strict=True))
    there = [str(row[label]) for row in found]
    assert sorted((*map(float, row), y) for row, y in zip(numbers, there, strict=True)) == wanted
    codes = np.unique(there, return_inverse=True)[1]
    assert abs(np.corrcoef(np.arange(len(codes)), codes)[0, 1]) < 0.15
