"""Which columns of a window have drifted, by how much, in which way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory.drift.baseline import Baseline
from factory.drift.bins import Bins
from factory.drift.finding import ColumnFinding
from factory.drift.index import compare
from factory.drift.words import describe

FEWEST_BINS = 8
ROWS_PER_BIN = 30  # with fewer, chance alone empties bins


def judge(
    baseline: Baseline, counts: Mapping[str, Sequence[int]], max_psi: float
) -> dict[str, ColumnFinding]:
    """Compare every column of a window with its *baseline*.

    A column has drifted when its index exceeds *max_psi* even at its lower bound: the effect is
    large, and the evidence for it is too.
    """
    return {name: _judged(bins, counts[name], max_psi) for name, bins in baseline.columns.items()}


def _judged(bins: Bins, now: Sequence[int], max_psi: float) -> ColumnFinding:
    groups = _groups(bins, min(sum(now), sum(bins.learned)))
    index = compare(_counted(bins.learned, groups), _counted(now, groups))
    drifted = index.lower_bound > max_psi
    psi, bound = round(index.psi, 4), round(index.lower_bound, 4)
    measured = f"PSI {psi:.2f}, {bound:.2f} at the least"
    words = f"{describe(bins, now, groups)} ({measured})" if drifted else ""
    return ColumnFinding(psi=psi, lower_bound=bound, drifted=drifted, words=words)


def _groups(bins: Bins, rows: int) -> list[tuple[int, ...]]:
    """Return the bins that are compared: the fewer the rows, the coarser.

    A bin that training did not choose (empty, unseen, out of range) is compared by itself.
    """
    special = [(i,) for i in range(len(bins.learned)) if i not in bins.inner]
    return special + bins.groups(max(FEWEST_BINS, rows // ROWS_PER_BIN))


def _counted(counts: Sequence[int], groups: Sequence[tuple[int, ...]]) -> list[int]:
    return [sum(counts[i] for i in group) for group in groups]
