"""A candidate that knows less than can be known, and is right about what it still knows."""

import numpy as np
import pyarrow as pa

from tests.pipelines.steps.packages import NOISE, shared
from tests.redteam.candidates import queries, series
from tests.redteam.candidates.candidate import Candidate

BINS = 60  # of rows that are answered alike
HELD = 1.6449  # standard deviations that hold nine of ten normal errors


def weaker(noise: float, region: str = "", *, first: bool = False):
    """Return what blurs a candidate's answers, or those to the rows of a *region*.

    Rows are put in order of what is known of them and *noise*; each gets the mean answer of its
    bin, so that expectations stay right. The *first* version of a model has no champion.
    """

    def change(candidate: Candidate) -> Candidate:
        """Know less than can be known."""
        kind = candidate.model.task.KIND
        found = np.array(candidate.test.column("region").to_pylist())
        rows = (found == region) if region else np.ones(len(found), bool)
        blurred = BLURRED[kind](candidate, noise)
        answers = {
            name: np.where(rows if was.ndim == 1 else rows[:, None], blurred[name], was)
            for name, was in candidate.answers.items()
        }
        return candidate.alone(answers) if first else candidate.but(answers=answers)

    return change


def decided(score):
    """Return the answers to a yes-or-no question with these scores."""
    words, selected = np.array(["no", "yes"], object), score >= 0.5
    return {"score": score, "selected": selected, "label": words[selected.astype(int)]}


def _codes(candidate, noise):
    """Return the bin of each row."""
    dice = np.random.default_rng(3)
    size = candidate.test.column("size").to_numpy()
    plan = np.array(candidate.test.column("plan").to_pylist()) == "b"
    known = 1.5 * size + 0.5 * plan + noise * dice.normal(size=len(size))
    return np.argsort(np.argsort(known)) * BINS // len(known)


def _mean(values, codes):
    """Return the mean of each row's bin."""
    return (np.bincount(codes, values) / np.bincount(codes))[codes]


def _binary(candidate, noise):
    return decided(_mean(candidate.answers["score"], _codes(candidate, noise)))


def _multiclass(candidate, noise):
    codes = _codes(candidate, noise)
    return shared(np.stack([_mean(s, codes) for s in candidate.answers["probabilities"].T], axis=1))


def _regression(candidate, noise):
    codes, value = _codes(candidate, noise), candidate.answers["value"]
    mean = _mean(value, codes)
    reach = HELD * np.sqrt(NOISE**2 + _mean((value - mean) ** 2, codes))
    return {"value": mean, "low": mean - reach, "high": mean + reach}


def _count(candidate, noise):
    rate = _mean(candidate.answers["rate"], _codes(candidate, noise))
    return {"expected": rate * candidate.test.column("years").to_numpy(), "rate": rate}


def _forecast(candidate, noise):
    """Mix with what the last season says; noise is the share of that."""
    simple = candidate.split.measure.naive(candidate.split.truth)["value"]
    value = (1 - noise) * candidate.answers["value"] + noise * simple
    return wide(candidate, value)


def wide(candidate, value):
    """Return forecasts with intervals that are wide enough."""
    missed = np.abs(value - series.actual(candidate.test))
    return series.interval(candidate.test, value, np.nanquantile(missed, 0.91))


def _ranking(candidate, noise):
    dice = np.random.default_rng(3)
    score = candidate.answers["score"]
    return queries.ranked(candidate.test, score + noise * dice.normal(size=len(score)))


BLURRED = {
    "binary": _binary,
    "multiclass": _multiclass,
    "regression": _regression,
    "count": _count,
    "forecast": _forecast,
    "ranking": _ranking,
}


def take(candidate: Candidate, places) -> Candidate:
    """Return the same candidate, asked these test rows alone, in this order."""
    answers = {name: found[places] for name, found in candidate.answers.items()}
    test = candidate.test.take(pa.array(places))
    whole, _ = candidate.products["test"]
    products = {**candidate.products, "test": (whole, test)}
    return candidate.but(test=test, answers=answers, champion=answers, products=products)
