"""Which columns do answers depend on? What it costs to shuffle one, in rows that taught nothing.

Permutation importance (Breiman 2001, section 10), of an estimator that has not learned from the
rows. Columns that tell the same share what they are worth: shuffled alone, neither costs much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pipelines.measure.measure import Measure, Taught

ROWS = 2000
MOST = 100
"""Columns; of more of them nothing is said."""
DIGITS = 4  # after the point, of a share


def measure(
    estimator: Any, held: Taught, kind: Measure, features: Sequence[str], seed: int
) -> dict[str, float]:
    """Return by column by what share it raises the mean loss of *held* rows to shuffle it.

    Encoded columns are shuffled together with those of their feature. Empty where there are too
    many, or where nothing is lost.
    """
    dice = np.random.default_rng(seed)
    some = held.take(np.sort(dice.permutation(len(held.target))[:ROWS]))
    columns = _of_features(some.frame.columns, features)
    cost = _mean(kind, estimator, some, some.frame)
    if len(columns) > MOST or cost <= 0:
        return {}
    found = {}
    for name, own in columns.items():
        frame, order = some.frame.copy(), dice.permutation(len(some.target))
        for column in own:
            frame[column] = some.frame[column].take(order).set_axis(frame.index)
        found[name] = round(_mean(kind, estimator, some, frame) / cost - 1, DIGITS)
    return found


def _mean(kind: Measure, estimator: Any, held: Taught, frame: Any) -> float:
    found = kind.lost(estimator, held._replace(frame=frame))
    weight = held.weight if held.weight is not None and held.weight.any() else None
    return float(np.average(found, weights=weight))


def _of_features(columns: Sequence[str], features: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the columns of a frame by the feature that each is made of, or by its own name."""
    found: dict[str, list[str]] = {}
    for column in columns:
        owners = [f for f in features if column == f or _made_of(column, f)]
        found.setdefault(max(owners, key=len, default=column), []).append(column)
    return found


def _made_of(column: str, feature: str) -> bool:
    """Say whether `pipelines.measure.features` calls a column so that is made of the *feature*."""
    return column.startswith((f"{feature}=", f"{feature}.", f"{feature} is missing"))
