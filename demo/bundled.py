"""Which small real tables does scikit-learn bring along? Wine, digits and diabetes, as landed.

Each row gets a key in a shuffled order: wine is published in the order of its label and digits in
that of their writers, and a key must not know the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from sklearn import datasets

SEED = 20261129
DIABETES = (
    *("age", "sex", "bmi", "blood_pressure", "cholesterol", "ldl", "hdl"),
    *("cholesterol_ratio", "log_triglycerides", "glucose"),
)
"""The columns that scikit-learn calls age, sex, bmi, bp and s1 to s6."""
Row = tuple[object, ...]


def wine() -> Iterator[Row]:
    """Yield the header and 178 wines: 13 chemical measures, and which of three cultivars."""
    table = datasets.load_wine()
    names = (name.replace("/", "_") for name in table.feature_names)
    labels = [str(table.target_names[target]) for target in table.target]
    return _numbered("wine", (*names, "cultivar"), table.data, labels, float)


def digits() -> Iterator[Row]:
    """Yield the header and 1,797 handwritten digits: 64 pixels of 0 to 16, and which digit."""
    table = datasets.load_digits()
    labels = [str(target) for target in table.target]
    return _numbered("digits", (*table.feature_names, "digit"), table.data, labels, int)


def diabetes() -> Iterator[Row]:
    """Yield the header and 442 patients: ten measures, and the disease's progression in a year.

    The data say of the sexes 1 and 2, and not which is which.
    """
    table = datasets.load_diabetes(scaled=False)
    labels = [int(target) for target in table.target]
    rows = _numbered("diabetes", (*DIABETES, "progression"), table.data, labels, float)
    yield next(rows)
    for key, age, sex, *rest in rows:
        yield (key, int(float(str(age))), int(float(str(sex))), *rest)


def _numbered(
    name: str,
    columns: Sequence[str],
    data: Any,
    labels: Sequence[object],
    number: Callable[[Any], object],
) -> Iterator[Row]:
    """Yield the header and the rows, numbered in a shuffled order."""
    yield ("row_id", *columns)
    shuffled = np.random.default_rng(SEED).permutation(len(labels))
    for count, row in enumerate(shuffled, start=1):
        yield (f"{name}-{count:04d}", *map(number, data[row]), labels[row])
