"""Baselines as training writes them, and windows drawn from them."""

import json
import random
from bisect import bisect_right

import pytest

from factory import drift


def number(edges, counts, nulls=0):
    return {"kind": "number", "edges": edges, "counts": counts, "nulls": nulls}


def category(levels, nulls=0):
    return {"kind": "category", "levels": levels, "nulls": nulls}


def baseline(**columns):
    document = {
        "model": "income",
        "version": 1,
        "config": "mw-dev-income-v1-00000000",
        "secret": "a secret",
        "features": list(columns),
        "baseline": {"version": 1, "columns": columns},
    }
    return drift.parse(json.dumps(document).encode())


def counted(bins, values):
    """Count *values* into a list, as a window keeps them."""
    found = [0] * len(bins.learned)
    for value in values:
        found[bins.bin(value)] += 1
    return found


def learned(values, parts=32):
    """Return a number's baseline with quantile bins, by the rule of training's."""
    ordered = sorted(values)
    edges = sorted({ordered[min(i * len(ordered) // parts, len(ordered) - 1)] for i in range(parts)}
                   | {ordered[-1]})  # fmt: skip
    counts = [0] * (len(edges) - 1)
    for value in ordered:
        counts[min(bisect_right(edges, value), len(edges) - 1) - 1] += 1
    return number(edges, counts)


@pytest.fixture(scope="session")
def ages():
    """20,000 values of training."""
    dice = random.Random(1)
    return [dice.gauss(40, 12) for _ in range(20_000)]
