"""How wrong is each group answered, and to which side?"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.steps import groups
from pipelines.steps.columns import MOST_LEVELS
from pipelines.steps.evidence import ScoredSplit

MOMENTS = ("mean", "mean_error", "size", "size_error", "spread")


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return for each level of each attribute what its errors are, and those of all other rows.

    Empty where the task has no errors to speak of.
    """
    found = split.measure.errors(split.truth, split.answers)
    if found is None:
        return {}
    judged = np.isfinite(found)
    table, found = split.truth.table.filter(pa.array(judged)), found[judged]
    came = split.answers[split.model.task.POINT][judged] - found
    levels = {a: groups.joint(table, [a]) for a in split.model.gates.fairness.attributes}
    many = {a: len(names) for a, (names, _) in levels.items() if len(names) > MOST_LEVELS}
    if many:
        return {"too_many": many}
    return {
        a: {name[0]: _group(found, came, codes == place) for place, name in enumerate(names)}
        for a, (names, codes) in levels.items()
    }


def _group(errors: np.ndarray, came: np.ndarray, own: np.ndarray) -> dict[str, Any]:
    """Return what the errors of a group are, and those of the rest, by what *came* about."""
    return {"own": _moments(errors[own], came[own]), "rest": _moments(errors[~own], came[~own])}


def _moments(errors: np.ndarray, came: np.ndarray) -> dict[str, Any]:
    """Return rows, the mean of signed errors and of their sizes, and how far numbers spread.

    The spread is the mean distance from the median: what knowing only the group is wrong by.
    """
    if not len(errors):
        return {"rows": 0, **dict.fromkeys(MOMENTS, 0.0)}
    return {
        "rows": len(errors),
        "mean": float(errors.mean()),
        "mean_error": _standard_error(errors),
        "size": float(np.abs(errors).mean()),
        "size_error": _standard_error(np.abs(errors)),
        "spread": float(np.abs(came - np.median(came)).mean()),
    }


def _standard_error(found: np.ndarray) -> float:
    return float(found.std(ddof=1)) / math.sqrt(len(found)) if len(found) > 1 else 0.0
