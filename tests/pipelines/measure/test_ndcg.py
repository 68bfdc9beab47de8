"""Are a ranking's measures those of the definition, over all orders of what is tied?"""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from factory.errors import Refused
from pipelines.measure import ndcg, popularity
from pipelines.measure.exposure import beyond

CUTS = st.sampled_from([None, 1, 2, 3, 5])


def dice(seed, queries=8, most=6, scores=4):
    """Return relevance, score and query of small queries in mixed order, with many ties."""
    random = np.random.default_rng(seed)
    query = np.repeat(np.arange(queries), random.integers(1, most + 1, queries))
    random.shuffle(query)
    relevance = random.choice([0, 0, 0, 1, 2, 3], len(query)).astype(float)
    return relevance, random.integers(0, scores, len(query)) / 7, query


def over_orders(relevance, score, measure):
    """Return the mean of *measure* over all orders of one query that its scores allow."""
    orders = [
        measure([relevance[row] for row in order])
        for order in permutations(range(len(score)))
        if all(score[a] >= score[b] for a, b in pairwise(order))
    ]
    return np.mean(orders)


def dcg(ordered, at):
    return sum((2**rel - 1) / np.log2(place + 2) for place, rel in enumerate(ordered[:at]))


def reciprocal(ordered, at):
    hits = [1 / place for place, rel in enumerate(ordered[:at], 1) if rel > 0]
    return hits[0] if hits else 0


def recall(ordered, at):
    return sum(rel > 0 for rel in ordered[:at]) / sum(rel > 0 for rel in ordered)


def by_hand(relevance, score, query, measure):
    """Return the measure of each query with a relevant item, over all its orders."""
    found = {}
    for each in np.unique(query):
        own = relevance[query == each]
        if own.any():
            found[each] = over_orders(own, score[query == each], measure)
    return found


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 9999), at=CUTS)
def test_ndcg_is_the_mean_over_all_orders_of_ties(seed, at):
    relevance, score, query = dice(seed)
    found = ndcg.ndcg(relevance, score, query, at)
    expected = by_hand(
        relevance, score, query, lambda o: dcg(o, at) / dcg(sorted(o, reverse=True), at)
    )
    assert found == pytest.approx(list(expected.values()))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 9999), at=CUTS)
def test_the_reciprocal_rank_is_the_mean_over_all_orders_of_ties(seed, at):
    relevance, score, query = dice(seed)
    expected = by_hand(relevance, score, query, lambda o: reciprocal(o, at))
    found = ndcg.mrr(relevance, score, query, at)
    assert found == pytest.approx(list(expected.values()))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 9999), at=st.integers(1, 7))
def test_recall_is_the_mean_over_all_orders_of_ties(seed, at):
    relevance, score, query = dice(seed)
    expected = by_hand(relevance, score, query, lambda o: recall(o, at))
    found = ndcg.recall_at(relevance, score, query, at)
    assert found == pytest.approx(list(expected.values()))


@pytest.mark.parametrize("at", [None, 1, 5, 40])
@pytest.mark.parametrize("scores", [5, 10**9], ids=["ties", "no ties"])
def test_ndcg_is_scikit_learns(at, scores):
    random = np.random.default_rng(6)
    relevance = random.integers(0, 4, (50, 20)).astype(float)
    score = random.integers(0, scores, relevance.shape).astype(float)
    query = np.repeat(np.arange(50), 20)
    found = ndcg.ndcg(relevance.ravel(), score.ravel(), query, at)
    assert found.mean() == pytest.approx(ndcg_score(2**relevance - 1, score, k=at))


def test_a_constant_score_earns_what_a_random_order_earns():
    random = np.random.default_rng(8)
    relevance, query = random.integers(0, 4, 2000).astype(float), np.repeat(np.arange(100), 20)
    tied = ndcg.ndcg(relevance, np.ones(2000), query, 5).mean()
    diced = [ndcg.ndcg(relevance, random.random(2000), query, 5).mean() for _ in range(99)]
    assert tied == pytest.approx(np.mean(diced), abs=0.01)


@pytest.mark.parametrize("measure", [ndcg.ndcg, ndcg.mrr, ndcg.recall_at])
def test_a_query_without_a_relevant_item_has_no_number(measure):
    relevance, query = np.array([1.0, 0, 0, 0, 2, 0]), np.array(["b", "b", "a", "a", "c", "c"])
    found = measure(relevance, np.array([2.0, 1, 1, 0, 1, 2]), query, 1)
    assert found.tolist() == [1, 0]


def test_ranks_begin_at_one_in_each_query():
    query = np.array(["x", "y", "x", "y", "x"])
    assert ndcg.ranks(query, np.array([0.1, 5, 0.3, 9, 0.3])).tolist() == [3, 2, 1, 1, 2]


def test_a_score_that_is_no_number_is_refused():
    with pytest.raises(Refused, match="1 of 3 scores are not finite numbers; let the recipe's"):
        ndcg.ranks(np.zeros(3), np.array([1, np.nan, 2]))


def exposed(relevance, score, query, at):
    return beyond(relevance, score, query, at)


@pytest.mark.parametrize("wrong", [np.nan, -1, np.inf])
@pytest.mark.parametrize("measure", [ndcg.ndcg, ndcg.mrr, ndcg.recall_at, exposed])
def test_a_relevance_that_says_nothing_is_refused(measure, wrong):
    with pytest.raises(Refused, match="1 of 3 relevances are missing or negative; let 0 say that"):
        measure(np.array([1.0, wrong, 0]), np.arange(3.0), np.zeros(3), 2)


def test_popularity_is_the_mean_relevance_of_training_and_the_prior_of_the_unseen():
    found = popularity.popularity(np.array(["a", "b", "a", "c"]), np.array([3.0, 0, 1, 2]))
    assert found.score(["a", "b", "c", "new"]).tolist() == [2, 0, 2, 1.5]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 9999), at=CUTS)
def test_a_row_has_its_share_of_attention_over_all_orders_less_that_of_relevance(seed, at):
    relevance, score, query = dice(seed, queries=5, most=5)
    found = beyond(relevance, score, query, at)
    for each in np.unique(query):
        own = np.flatnonzero(query == each)
        shown = np.array([_attention(own, score, row, at) for row in own])
        merit = relevance[own].sum()
        expected = shown / shown.sum() - relevance[own] / merit if merit else np.zeros(len(own))
        assert found[own] == pytest.approx(expected)


def _attention(rows, score, row, at):
    """Return the mean attention to a *row* over all orders of ties."""
    return over_orders(
        list(zip(rows, strict=True)),
        score[rows],
        lambda o: sum(1 / np.log2(place + 2) for place, (r,) in enumerate(o[:at]) if r == row),
    )


def test_items_that_are_ranked_last_in_spite_of_their_relevance_are_seen():
    query, relevance = np.repeat(np.arange(200), 10), np.ones(2000)
    new = np.tile([True] * 5 + [False] * 5, 200)
    blind = beyond(relevance, np.zeros(2000), query)
    unfair = beyond(relevance, (~new).astype(float), query)
    assert blind == pytest.approx(np.zeros(2000))
    assert (unfair[new].reshape(200, 5).sum(axis=1) < -0.1).all()
