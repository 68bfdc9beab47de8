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


def promising_nothing(candidate):
    """Promise intervals in which any value lies, and for the share left over empty ones."""
    value = candidate.answers["value"]
    few = np.random.default_rng(4).random(len(value)) < 0.07
    reach = np.where(few, 0.0, 1e6)
    ends = {"low": value - reach, "high": value + reach}
    return candidate.but(answers={**candidate.answers, **ends})


SUBTLE = [
    *of(
        "answers",
        ranking=ranked_backwards,
        count=priced_at_will,
        multiclass=look_alike,
        binary=refused_and_told_yes,
    ),
    *of("calibration", regression=promising_nothing, forecast=promising_nothing),
]
