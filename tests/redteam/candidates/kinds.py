"""An honest candidate of each kind: it knows what can be known, and passes every gate."""

import functools

import numpy as np

from factory.catalogue.judged import Floor, Stability
from tests.pipelines.steps import packages
from tests.redteam.candidates import queries, series
from tests.redteam.candidates.candidate import Candidate

FLOORS = {
    "binary": Floor(at_least=0.7),
    "multiclass": Floor(at_most=0.92),
    "regression": Floor(at_most=1.88),
    "count": Floor(at_most=1.2),
}
KINDS = (*FLOORS, "forecast", "ranking")


@functools.cache
def honest(kind):
    """Return the candidate, whose champion answers like it."""
    if kind in FLOORS:
        return tabular(kind)
    return (series if kind == "forecast" else queries).honest()


def tabular(kind, apart=0.0):
    """Return a candidate of one of the four kinds that are asked row by row."""
    dice = np.random.default_rng([7, packages.KINDS.index(kind)])
    train, _ = packages.rows(kind, dice, "t", packages.TRAIN, apart)
    test, answers = packages.rows(kind, dice, "j", packages.TEST, apart)
    model = packages.model(kind, floor=FLOORS[kind], stability=Stability(min_rows=400))
    return Candidate(
        model=model,
        prepared=model,
        train=train,
        test=test,
        answers=answers,
        champion=answers,
        products={"train": (train, train), "test": (test, test)},
        landed={"train": "train", "test": "test"},
        wanted=model.inputs,
    )
