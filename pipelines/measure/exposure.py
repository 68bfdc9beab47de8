"""Do groups of items get the attention that their relevance earns?

Attention falls with the rank as ``1 / log2(1 + rank)``. A group's share of it over the group's
share of relevance is 1 where merit alone decides (Singh and Joachims 2018, KDD).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.measure.ndcg import checked, discount, ranked

Array = np.ndarray


@dataclass(frozen=True)
class Exposure:
    """Shares of each query with a relevant item, by group of items."""

    groups: list[str]
    shown: Array
    """By query and group: the share of the query's attention."""
    earned: Array
    """By query and group: the share of the query's relevance."""
    excluded: int
    """How many queries have no relevant item."""

    def ratio(self, group: str) -> float:
        """Return attention over relevance of *group*, over all queries; NaN where it earns none."""
        place = self.groups.index(group)
        shown, earned = self.shown[:, place].sum(), self.earned[:, place].sum()
        return float(shown / earned) if earned > 0 else float("nan")

    def excess(self, group: str) -> Array:
        """Return the share of attention minus that of relevance of *group*, for each query."""
        place = self.groups.index(group)
        return np.asarray(self.shown[:, place] - self.earned[:, place])


def exposure(
    relevance: Array, score: Array, query: Array, group: Array, at: int | None = None
) -> Exposure:
    """Return what each *group* of items gets of the first *at* places, and what it earns."""
    found = ranked(query, score)
    names, number = np.unique(group.astype(str), return_inverse=True)
    cell = found.query * len(names) + number[found.row]
    shape = (len(found.queries), len(names))
    shown = _sums(cell, found.over_ties(discount(found.place, at)), shape)
    earned = _sums(cell, checked(relevance)[found.row], shape)
    there = earned.sum(axis=1) > 0
    return Exposure(
        groups=names.tolist(),
        shown=_shares(shown[there]),
        earned=_shares(earned[there]),
        excluded=int((~there).sum()),
    )


def beyond(relevance: Array, score: Array, query: Array, at: int | None = None) -> Array:
    """Return each row's share of its query's attention less its share of the relevance.

    It is 0 in queries without a relevant item, whose order says nothing.
    """
    found = ranked(query, score)
    seen, earned = found.over_ties(discount(found.place, at)), relevance[found.row].astype(float)
    shown, merit = (found.by_query(each)[found.query] for each in (seen, earned))
    there = merit > 0
    excess = seen / shown - np.where(there, earned / np.where(there, merit, 1), 0)
    result = np.zeros(len(relevance))
    result[found.row] = np.where(there, excess, 0)
    return result


def _sums(cell: Array, value: Array, shape: tuple[int, int]) -> Array:
    return np.bincount(cell, value, minlength=shape[0] * shape[1]).reshape(shape)


def _shares(found: Array) -> Array:
    return np.asarray(found / found.sum(axis=1, keepdims=True))
