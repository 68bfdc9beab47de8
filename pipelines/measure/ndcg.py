"""Do the items that matter come first? Measures of a ranking, one number for each query.

Queries without a relevant item have no best order, and no number.

Items of equal score have no order: each measure is its mean over all orders of them (McSherry and
Najork 2008, ECIR), so that a constant score earns what a random order earns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from factory.errors import Refused

Array = np.ndarray


@dataclass(frozen=True)
class Ranked:
    """The rows of queries, best score first, and who shares a place with whom.

    Its arrays have one entry for each row, in the order of the ranking, query after query.
    """

    row: Array
    """Which row of the request or test each entry was."""
    query: Array
    """The number of its query, from 0 in the order of `queries`."""
    queries: Array
    """The queries themselves, sorted."""
    place: Array
    """How many entries of its query come before it."""
    tie: Array
    """The number of the group of equal scores that it is in."""
    begin: Array
    """For each tie: how many entries of its query come before it."""
    size: Array
    """For each tie: how many entries share it."""

    def over_ties(self, weight: Array) -> Array:
        """Return the mean over all orders of a *weight* that each place of a query has."""
        return np.asarray((np.bincount(self.tie, weight) / self.size)[self.tie])

    def by_query(self, value: Array) -> Array:
        """Return the sum of a value that each entry has, for each query."""
        return np.bincount(self.query, value, minlength=len(self.queries))


def ranked(query: Array, score: Array) -> Ranked:
    """Rank the rows of each *query* by *score*; refused where a score is not finite."""
    if wrong := int((~np.isfinite(score)).sum()):
        raise Refused(
            f"{wrong} of {len(score)} scores are not finite numbers; let the recipe's estimator "
            "answer every row"
        )
    queries, number = np.unique(query, return_inverse=True)
    row = np.lexsort((-score, number))
    number, score = number[row], score[row]
    place = np.arange(len(row)) - np.searchsorted(number, number)
    first = np.r_[True, (np.diff(number) != 0) | (np.diff(score) != 0)]
    tie = np.cumsum(first) - 1
    return Ranked(row, number, queries, place, tie, place[first], np.bincount(tie))


def ranks(query: Array, score: Array) -> Array:
    """Return the rank of each row within its query, 1 for the best; equal scores in row order."""
    found = ranked(query, score)
    rank = np.empty(len(score), dtype=np.int64)
    rank[found.row] = found.place + 1
    return rank


def ndcg(relevance: Array, score: Array, query: Array, at: int | None = None) -> Array:
    """Return the normalised discounted cumulative gain of the first *at* items, 0 to 1.

    The gain is ``2**relevance - 1`` and the discount ``1 / log2(1 + rank)`` (Burges et al. 2005).
    """
    gain = np.exp2(checked(relevance)) - 1
    found, best = ranked(query, score), ranked(query, gain)
    reached = found.by_query(found.over_ties(discount(found.place, at)) * gain[found.row])
    ideal = best.by_query(discount(best.place, at) * gain[best.row])
    return _relevant(found, relevance, reached / np.where(ideal > 0, ideal, 1))


def mrr(relevance: Array, score: Array, query: Array, at: int | None = None) -> Array:
    """Return one over the rank of the first relevant item, 0 where it is not among *at*.

    Relevant is what has a relevance above 0.
    """
    found = ranked(query, score)
    good = np.bincount(found.tie, checked(relevance)[found.row] > 0)
    number = np.zeros(len(found.size), dtype=np.int64)
    number[found.tie] = found.query
    hit = np.flatnonzero(good > 0)
    _, first = np.unique(number[hit], return_index=True)  # the first tie with a relevant item
    tie = hit[first]
    value = np.zeros(len(found.queries))
    value[number[tie]] = _first_of(found.size[tie], good[tie], found.begin[tie], at)
    return _relevant(found, relevance, value)


def recall_at(relevance: Array, score: Array, query: Array, at: int) -> Array:
    """Return which share of a query's relevant items is among its first *at*."""
    found = ranked(query, score)
    relevant = checked(relevance)[found.row] > 0
    shown = found.over_ties((found.place < at).astype(float))
    there = found.by_query(relevant.astype(float))
    return _relevant(found, relevance, found.by_query(shown * relevant) / np.maximum(there, 1))


def checked(relevance: Array) -> Array:
    """Return *relevance*; refused where it is not a number from 0."""
    if wrong := int((~(np.isfinite(relevance) & (relevance >= 0))).sum()):
        raise Refused(
            f"{wrong} of {len(relevance)} relevances are missing or negative; let 0 say that an "
            "item is not relevant"
        )
    return relevance


def discount(place: Array, at: int | None) -> Array:
    """Return how much attention the items at these places, from 0, get; none after *at*."""
    seen = np.ones(len(place), dtype=bool) if at is None else place < at
    return seen / np.log2(place + 2.0)


def _first_of(size: Array, good: Array, begin: Array, at: int | None) -> Array:
    """Return the mean of one over the first good rank, over all orders of each tie.

    Of *size* items *good* are; the chance that none of the first j is falls by a factor for each.
    """
    found, none_yet = np.zeros(len(size)), np.ones(len(size))
    for j in range(int(size.max(initial=0))):
        left = np.maximum(size - j, 1)
        hit = np.where(j < size, np.minimum(good / left, 1), 0)
        seen = True if at is None else begin + j < at
        found += none_yet * hit * seen / (begin + j + 1)
        none_yet *= 1 - hit
    return found


def _relevant(found: Ranked, relevance: Array, value: Array) -> Array:
    return np.asarray(value[found.by_query((relevance[found.row] > 0).astype(float)) > 0])
