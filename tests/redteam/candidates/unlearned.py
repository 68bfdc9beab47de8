"""A candidate that is no better than knowing nothing, and looks right in all else."""

import dataclasses

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Calibration, Fairness, Floor, Stability
from tests.pipelines.steps.packages import NOISE, PLAN_SHARES, PLANS, shared
from tests.redteam.candidates import queries
from tests.redteam.candidates.weaker import HELD, decided, wide

NOBODY = Fairness(exempt="these are things, and no people are among them")
"""So little differs between the answers that no group could be answered worse."""
KEPT = 0.75  # of the smaller share, which the larger one of the other two classes is given


def unlearned(candidate):
    """Know nothing of a row, under a floor that needs no skill."""
    kind = candidate.model.task.KIND
    if kind == "binary":
        return _binary(candidate)
    found = candidate.alone(LIKE[kind](candidate)).gated(floor=LAX[kind], fairness=NOBODY)
    return found.gated(stability=Stability()) if kind == "forecast" else found


def _binary(candidate):
    """Let it tell two kinds of rows apart, and put each kind in the opposite order.

    By its threshold it decides more often rightly than not, and its order says nothing.
    """
    dice = np.random.default_rng(5)
    train, _ = _sided(dice, candidate.train)
    test, size = _sided(dice, candidate.test)
    score = np.where(size > 0, 0.57, 0.43) - 0.002 * size
    floor = Floor(metric="log_loss", at_most=0.7)
    found = candidate.but(
        train=train, test=test, products={"train": (train, train), "test": (test, test)}
    )
    return found.alone(decided(score)).gated(
        floor=floor,
        fairness=NOBODY,
        calibration=Calibration(max_gap=0.25),
        stability=Stability(min_rows=5001),
        decisions=dataclasses.replace(candidate.model.gates.decisions, at_least=0.52),
    )


def _sided(dice, table):
    """Return rows that are yes by which side of 0 they are on, and by their size within it."""
    size = dice.uniform(-1, 1, table.num_rows)
    within = np.where(size > 0, size - 0.5, size + 0.5)
    chance = np.where(size > 0, 0.57, 0.43) + 0.4 * within
    label = np.where(dice.random(len(size)) < chance, "yes", "no")
    plan = np.array(PLANS)[dice.choice(3, len(size), p=PLAN_SHARES)]
    for name, values in {"size": size, "plan": plan, "label": label}.items():
        place = table.column_names.index(name)
        table = table.set_column(place, name, pa.array(values))
    return table, size


def _multiclass(candidate):
    """Let it be right about the most probable class, and exchange the shares of the others."""
    shares = candidate.answers["probabilities"].copy()
    rows, top = np.arange(len(shares)), shares.argmax(axis=1)
    one, other = (top + 1) % 3, (top + 2) % 3
    a, b = shares[rows, one], shares[rows, other]
    few = np.maximum(np.minimum(a, b) * KEPT, a + b - 0.999 * shares[rows, top])
    first = np.where(a > b, few, a + b - few)
    shares[rows, one], shares[rows, other] = first, a + b - first
    return shared(shares)


def _regression(candidate):
    dice = np.random.default_rng(5)
    middle = np.median(candidate.train.column("label").to_numpy())
    value = middle + 0.01 * dice.normal(size=candidate.test.num_rows)
    reach = HELD * np.sqrt(NOISE**2 + 1.5**2 + 0.25**2)
    return {"value": value, "low": value - reach, "high": value + reach}


def _count(candidate):
    dice = np.random.default_rng(5)
    label, years = (candidate.train.column(n).to_numpy() for n in ("label", "years"))
    rate = label.sum() / years.sum() * (1 + 0.01 * dice.normal(size=candidate.test.num_rows))
    return {"expected": rate * candidate.test.column("years").to_numpy(), "rate": rate}


def _forecast(candidate):
    """Let it know most series, and be so wrong about the others that the whole is no better."""
    simple, best = _simple(candidate), candidate.answers["value"]
    return wide(candidate, np.where(_some(candidate, 5), best, 2 * simple - best))


def members_unlearned(candidate):
    """Know two series of eight, and nothing of the others."""
    noise = 0.1 * np.random.default_rng(5).normal(size=candidate.test.num_rows)
    simple, best = _simple(candidate), candidate.answers["value"]
    answers = wide(candidate, np.where(_some(candidate, 2), best, simple + noise))
    return candidate.alone(answers).gated(floor=LAX["forecast"], fairness=NOBODY)


def _simple(candidate):
    return candidate.split.measure.naive(candidate.split.truth)["value"]


def _some(candidate, stores):
    """Return which rows are of the first stores."""
    return np.isin(candidate.test.column("store"), [f"store {n}" for n in range(stores)])


def _ranking(candidate):
    dice = np.random.default_rng(5)
    simple = candidate.split.measure.naive(candidate.split.truth)["score"]
    return queries.ranked(candidate.test, simple + 1e-4 * dice.normal(size=len(simple)))


LIKE = {
    "multiclass": _multiclass,
    "regression": _regression,
    "count": _count,
    "forecast": _forecast,
    "ranking": _ranking,
}
LAX = {
    "multiclass": Floor(at_most=1.3),
    "regression": Floor(at_most=3.0),
    "count": Floor(at_most=2.0),
    "forecast": Floor(at_most=2.0),
    "ranking": Floor(at_least=0.5),
}
