"""Candidates that are right in what is looked at first, and wrong in something beside it."""

import numpy as np

from tests.redteam.candidates.refusals import of


def ranked_backwards(candidate):
    """Score the items rightly, and say the opposite places."""
    rank = candidate.answers["rank"]
    return candidate.but(answers={**candidate.answers, "rank": rank.max() + 1 - rank})


def priced_at_will(candidate):
    """Expect the right count, and say another rate than it has."""
    rate = np.full_like(candidate.answers["rate"], 0.1)
    return candidate.but(answers={**candidate.answers, "rate": rate})


def look_alike(candidate):
    """Say a few rows of one class by a word that only looks like it."""
    label = candidate.answers["label"].copy()
    label[np.flatnonzero(label == "high")[:50]] = "h\u0456gh"
    return candidate.but(answers={**candidate.answers, "label": label})


def refused_and_told_yes(candidate):
    """Select nobody else, and say in words that all are."""
    label = np.where(candidate.answers["selected"], "yes", "Yes").astype(object)
    return candidate.but(answers={**candidate.answers, "label": label})


SUBTLE = [
    *of(
        "answers",
        ranking=ranked_backwards,
        count=priced_at_will,
        multiclass=look_alike,
        binary=refused_and_told_yes,
    ),
]
