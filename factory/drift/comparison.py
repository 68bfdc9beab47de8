"""Which columns of a window have drifted, by how much, in which way?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from factory.drift.baseline import Baseline
from factory.drift.bin_counts import BinCounts
from factory.drift.bins import Bins
from factory.drift.finding import ColumnFinding
from factory.drift.index import Index, compare
from factory.drift.words import describe

MALFORMED = "(malformed)"
"""Under which a finding tells of traffic that is not of the features; no column is called so."""
NOTHING = Index(0.0, 0.0, ())
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


def judge_form(counts: BinCounts, max_malformed: float) -> ColumnFinding:
    """Say whether too much of a window's traffic holds something else than the features.

    The index compares with training, of which every row was what it had to be.
    """
    whole = counts.rows + counts.unusable
    share = counts.unusable / whole if whole else 0.0
    index = compare([max(1, whole), 0], [counts.rows, counts.unusable]) if whole else NOTHING
    words = (
        f"{counts.malformed} rows hold something else than the features, and {counts.refused} "
        f"requests were refused: {share:.1%} of the traffic, {max_malformed:.1%} may be"
    )
    drifted = share > max_malformed
    return ColumnFinding(
        psi=round(index.psi, 4),
        lower_bound=round(index.lower_bound, 4),
        drifted=drifted,
        words=words if drifted else "",
    )


def _judged(bins: Bins, now: Sequence[int], max_psi: float) -> ColumnFinding:
    if not sum(now):
        return ColumnFinding(psi=0.0, lower_bound=0.0, drifted=False)
    groups = _groups(bins, min(sum(now), sum(bins.learned)))
    index = compare(_counted(bins.expected, groups), _counted(now, groups))
    drifted = index.lower_bound > max_psi
    psi, bound = round(index.psi, 4), round(index.lower_bound, 4)
    measured = f"PSI {psi:.2f}, {bound:.2f} at the least"
    words = f"{describe(bins, now, groups)} ({measured})" if drifted else ""
    return ColumnFinding(psi=psi, lower_bound=bound, drifted=drifted, words=words)


def _groups(bins: Bins, rows: int) -> list[tuple[int, ...]]:
    """Return the bins that are compared: the fewer the rows, the coarser.

    What training did not choose (empty, unseen, rare, out of range) is compared by itself.
    """
    return bins.special + bins.groups(max(FEWEST_BINS, rows // ROWS_PER_BIN))


def _counted(counts: Sequence[int], groups: Sequence[tuple[int, ...]]) -> list[int]:
    return [sum(counts[i] for i in group) for group in groups]
