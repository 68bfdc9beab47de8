"""Candidates that answer wrongly in a way of their own, or decide, or answer some worse."""

import dataclasses
import functools

import numpy as np

from tests.pipelines.steps import wrong_answers
from tests.pipelines.steps.packages import fitting
from tests.redteam.candidates import queries, series
from tests.redteam.candidates.kinds import tabular
from tests.redteam.candidates.weaker import weaker, wide


def altered(change):
    """Return what lets the answers be changed as *change* says."""

    @functools.wraps(change)
    def candidate(found):
        own = {name: values.copy() for name, values in found.answers.items()}
        return found.alone(change(own, found.test))

    return candidate


bolder, scrambled, tied = map(
    altered, (wrong_answers.bolder, wrong_answers.scrambled, wrong_answers.tied)
)


def scrambled_plan(candidate):
    """Give the rows of the smallest plan each other's scores, in the opposite order."""
    score = candidate.answers["score"].copy()
    rows = np.flatnonzero(np.array(candidate.test.column("plan").to_pylist()) == "c")
    order = rows[np.argsort(score[rows])]
    score[order] = score[order[::-1]]
    return candidate.alone(queries.ranked(candidate.test, score))


def everybody(candidate):
    """Select nearly all, whatever their score."""
    selected = candidate.answers["score"] >= 0.03
    label = np.where(selected, "yes", "no").astype(object)
    return candidate.but(answers={**candidate.answers, "selected": selected, "label": label})


def undecided(candidate):
    """Know less, where the spec demands more right decisions than that allows."""
    rule = dataclasses.replace(candidate.model.gates.decisions, at_least=0.67)
    return weaker(0.9, first=True)(candidate.gated(decisions=rule))


def narrow(candidate):
    """Promise intervals that are much narrower than what is missed."""
    value, high = candidate.answers["value"], candidate.answers["high"]
    return candidate.but(answers=series.interval(candidate.test, value, 0.7 * (high - value)))


def far(candidate):
    """Answer one row by a number that is far from all that training knows."""
    answers = {name: found.copy() for name, found in candidate.answers.items()}
    row = np.flatnonzero(np.isfinite(answers[candidate.model.task.POINT]))[0]
    known = candidate.split.measure.known(candidate.split.measure.taught)
    for found in answers.values():
        found[row] = 2.1 * known.max() - 1.1 * known.min()
    return candidate.alone(fitting(answers, candidate.test))


def blurred_stores(candidate):
    """Forecast two stores of eight, one of each region, as badly as if there were no week."""
    dice = np.random.default_rng(9)
    store = np.array(candidate.test.column("store").to_pylist())
    rows = np.isin(store, ["store 4", "store 5"])
    noise = np.where(rows, 9 * dice.normal(size=len(store)), 0)
    return candidate.alone(wide(candidate, candidate.answers["value"] + noise))


def apart(by):
    """Return what lets one region differ by so much."""

    def candidate(found):
        """Answer as is right for groups that differ in truth."""
        return tabular(found.model.task.KIND, by)

    return candidate


def leaning_counts(candidate):
    """Expect too many of one region, and too few of the other."""
    by = np.where(_south(candidate), 1.25, 0.75)
    return candidate.alone({name: found * by for name, found in candidate.answers.items()})


def leaning_forecasts(candidate):
    """Forecast too much for the stores of one region, and too little for the others."""
    by = np.where(_south(candidate), 1.5, -1.5)
    return candidate.alone(wide(candidate, candidate.answers["value"] + by))


def put_down(candidate):
    """Rank the things of one region lower than they are wanted."""
    score = candidate.answers["score"] - 0.8 * _south(candidate)
    return candidate.alone(queries.ranked(candidate.test, score))


def blurred_south(candidate):
    """Know nothing of one region."""
    return weaker(50.0, "s", first=True)(candidate)


def _south(candidate):
    return np.array(candidate.test.column("region").to_pylist()) == "s"
