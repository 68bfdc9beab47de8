"""Has the fleet of recommenders a signal for each member, and none where it says so?"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from demo import recommendations


@pytest.fixture(scope="module")
def rows():
    header, *body = recommendations.rows()
    return [dict(zip(header, row, strict=True)) for row in body]


def test_there_are_fifty_members_with_queries_of_twelve_candidates(rows):
    queries = defaultdict(list)
    for row in rows:
        queries[row["drug"], row["country"], row["query"]].append(row)
    members = defaultdict(int)
    for drug, country, _ in queries:
        members[drug, country] += 1
    assert len(members) == 50
    assert min(members.values()) >= 60
    assert {len(candidates) for candidates in queries.values()} == {12}
    assert all(len({row["item"] for row in q}) == 12 for q in queries.values())
    assert len({row["row_id"] for row in rows}) == len(rows)


def test_a_query_has_one_physician_and_an_item_one_topic(rows):
    for name, columns in {
        "query": ("specialty", "answered_channel", "patients", "at"),
        "item": ("topic", "channel", "minutes", "drug", "country"),
    }.items():
        facts = {(row[name], *(row[c] for c in columns)) for row in rows}
        assert len(facts) == len({row[name] for row in rows})


def test_every_grade_is_given_and_most_contents_are_not_received(rows):
    grades = np.bincount([row["relevance"] for row in rows]) / len(rows)
    assert len(grades) == 4
    assert grades[0] > grades[1] > grades[2] > grades[3] > 0.02


def gain(rows):
    """Return how much more a content is received by the channel that was answered last."""
    same = [row["relevance"] for row in rows if row["channel"] == row["answered_channel"]]
    other = [row["relevance"] for row in rows if row["channel"] != row["answered_channel"]]
    error = np.sqrt(np.var(same) / len(same) + np.var(other) / len(other))
    return (np.mean(same) - np.mean(other)) / error


def test_the_answered_channel_tells_in_every_drug_but_the_last(rows):
    gains = {d: gain([r for r in rows if r["drug"] == d]) for d in recommendations.DRUGS}
    assert abs(gains.pop("jardelin")) < 3
    assert min(gains.values()) > 8
