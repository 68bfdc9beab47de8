"""Do groups of items get the attention that their relevance earns?

Attention falls with the rank as ``1 / log2(1 + rank)``. A group's share of it over the group's
share of relevance is 1 where merit alone decides (Singh and Joachims 2018, KDD).
"""

from __future__ import annotations

import numpy as np

from pipelines.measure.ndcg import checked, discount, ranked

Array = np.ndarray


def beyond(relevance: Array, score: Array, query: Array, at: int | None = None) -> Array:
    """Return each row's share of its query's attention less its share of the relevance.

    It is 0 in queries without a relevant item, whose order says nothing.
    """
    found, relevance = ranked(query, score), relevance.astype(float)
    seen, earned = found.over_ties(discount(found.place, at)), checked(relevance)[found.row]
    shown, merit = (found.by_query(each)[found.query] for each in (seen, earned))
    there = merit > 0
    excess = seen / shown - np.where(there, earned / np.where(there, merit, 1), 0)
    result = np.zeros(len(relevance))
    result[found.row] = np.where(there, excess, 0)
    return result
