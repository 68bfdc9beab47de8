"""Which levels of which columns have rows enough to be judged by themselves, and how good are they?

Only levels of many rows are here, so that each may be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.gates.groups import FEW
from factory.gates.spelling import MISSING
from factory.tasks.task import AUC
from pipelines.measure.measure import Answers, Rows
from pipelines.steps import groups
from pipelines.steps.evidence import ScoredSplit

CODES = 30  # different whole numbers of a column, beyond which they are no codes
MOST = 200  # slices that are measured, the largest first


@dataclass(frozen=True)
class Slice:
    """The rows of a level."""

    column: str
    level: str
    places: np.ndarray


@dataclass(frozen=True)
class Part:
    """Some rows of others."""

    whole: Rows
    places: np.ndarray

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.places)

    def numbers(self, column: str) -> np.ndarray:
        """Return the numbers of *column*."""
        return np.asarray(self.whole.numbers(column)[self.places])

    def texts(self, column: str) -> np.ndarray:
        """Return the texts of *column*."""
        return np.asarray(self.whole.texts(column)[self.places])

    def values(self, column: str) -> np.ndarray:
        """Return the values of *column*."""
        return np.asarray(self.whole.values(column)[self.places])


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return the section of the evidence; slices that cannot be measured are counted."""
    found = slices(split)
    each = [section for one in found[:MOST] if (section := judged(split, one))]
    return {
        "metric": next(iter(split.model.task.METRICS)),
        "of": len(found),
        "unmeasured": len(found) - len(each),
        "slices": each,
    }


def slices(split: ScoredSplit) -> list[Slice]:
    """Return the levels that have rows enough, the largest first."""
    model = split.model
    least = max(model.gates.stability.min_rows, FEW)
    table = split.truth.table
    names = dict.fromkeys((*model.inputs, *model.gates.fairness.attributes))
    kept = [name for name in names if _has_levels(table.column(name))]
    kept += [name for name in model.gates.fairness.attributes if name not in kept]
    judged = np.flatnonzero(split.measure.judged(split.truth))
    rows = Part(split.truth, judged)
    found = [one for name in kept for one in _of(rows, name, least)]
    return sorted(found, key=lambda one: (-len(one.places), one.column, one.level))


def judged(split: ScoredSplit, one: Slice) -> dict[str, Any] | None:
    """Return what is measured of a slice, beside simple answers; None when it has no class.

    An AUC is compared with a number, and needs no simple answers.
    """
    part, (name, metric) = (
        Part(split.truth, one.places),
        next(iter(split.model.task.METRICS.items())),
    )
    if not split.measure.measurable(part):
        return None
    own, others = (_some(answers, one.places) for answers in (split.answers, split.simple))
    found: dict[str, Any] = {
        "column": one.column,
        "level": one.level,
        "rows": len(one.places),
        "value": split.measure.estimate(name, part, own),
    }
    if metric.interval != AUC:
        found["gain"] = split.measure.difference(name, part, own, others)
    return found


def _some(answers: Answers, places: np.ndarray) -> Mapping[str, np.ndarray]:
    return {name: found[places] for name, found in answers.items()}


def _has_levels(column: pa.ChunkedArray) -> bool:
    """Say whether a column is a category: whole numbers of few values are codes of one."""
    kind = column.type
    if pa.types.is_integer(kind):
        return bool(pc.count_distinct(column).as_py() <= CODES)
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_boolean(kind)
    )


def _of(rows: Part, name: str, least: int) -> Iterator[Slice]:
    encoded = pa.array(rows.texts(name), pa.string()).dictionary_encode()
    levels, codes = encoded.dictionary.to_pylist(), np.asarray(encoded.indices)
    for code in np.flatnonzero(np.bincount(codes, minlength=len(levels)) >= least):
        level = groups.short(levels[code]) if levels[code] else MISSING
        yield Slice(name, level, rows.places[codes == code])
