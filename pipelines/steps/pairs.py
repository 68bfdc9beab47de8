"""Which two columns know more of the label together than alone? Each cut into a few cells."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.steps import canonical, cells, tables
from pipelines.steps.cells import COARSE, Labels

MOST = 2000  # pairs of columns; beyond, as many random ones
ROWS = 20_000  # that teach, and that judge


def measure(
    columns: Mapping[str, pa.Array], alone: Mapping[str, float], views: Mapping[str, Labels]
) -> dict[str, Any]:
    """Return the two columns that together know most beyond the better of them alone."""
    every = list(itertools.combinations(columns, 2))
    chosen = every
    if len(every) > MOST:
        picked = np.random.default_rng(0).choice(len(every), MOST, replace=False)
        chosen = [every[i] for i in sorted(picked)]
    found = {"checked": len(chosen), "of": len(every)}
    ranked = [
        (auc - max(alone[one], alone[other]), auc, one, other, how)
        for how, auc, one, other in _aucs(columns, chosen, list(views.values()))
    ]
    if not ranked:
        return found
    gain, auc, one, other, how = max(ranked)
    return found | {"columns": [one, other], "auc": auc, "gain": gain, "how": how}


def _aucs(
    columns: Mapping[str, pa.Array],
    pairs: Sequence[tuple[str, str]],
    views: Sequence[Labels],
) -> Iterator[tuple[str, float, str, str]]:
    split, size = views[0].split, (COARSE + 2) ** 2
    teach, judge = slice(0, min(split, ROWS)), slice(split, split + ROWS)
    for how, coarse in (("by their size", _size), ("by their ends", _end)):
        codes = {name: coarse(column, split) for name, column in columns.items()}
        for one, other in pairs:
            both = codes[one] * (COARSE + 2) + codes[other]
            for labels in views:
                taught = cells.counts(both[teach], labels.train[teach], size)
                judged = cells.counts(both[judge], labels.test[:ROWS], size)
                yield how, cells.cell_auc(taught, judged), one, other


def _size(column: pa.Array, split: int) -> np.ndarray:
    if tables.is_number(column.type):
        return cells.quantiles(cells.numbers(column), COARSE, split)
    return cells.levels(canonical.texts(column), COARSE, split)


def _end(column: pa.Array, split: int) -> np.ndarray:
    if not tables.is_number(column.type):
        return cells.levels(pc.utf8_slice_codeunits(canonical.texts(column), -1), COARSE, split)
    known = np.nan_to_num(cells.numbers(column), posinf=0, neginf=0)
    return np.asarray(np.mod(known, COARSE), np.int64)
