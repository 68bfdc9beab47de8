"""Candidates that are right in what is looked at first, and wrong in something beside it."""

import dataclasses

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Floor
from pipelines.steps import splitting
from tests.pipelines.steps.packages import shared
from tests.redteam.candidates import otherwise
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


def known_too_well(candidate):
    """Know each number but for a trifle, under a floor of another metric than the usual one."""
    label = candidate.test.column("label").to_numpy()
    value = label + 1e-3 * np.random.default_rng(4).normal(size=len(label))
    ends = {"value": value, "low": value - 1.65e-3, "high": value + 1.65e-3}
    return candidate.alone(ends).gated(floor=Floor(metric="mse", at_most=5.0))


def coded(candidate):
    """Scramble one plan, where plans are coded in numbers."""
    found = otherwise.scrambled(candidate)
    tables = {"train": found.train, "test": found.test}
    for role, table in tables.items():
        codes = pa.array(["abc".index(plan) for plan in table.column("plan").to_pylist()])
        place = table.column_names.index("plan")
        tables[role] = table.set_column(place, "plan", codes)
    products = {role: (table, table) for role, table in tables.items()}
    return found.but(products=products, **tables)


def blind_to_one(candidate):
    """Think one class as probable whoever is asked about, and tell the others apart."""
    shares = candidate.answers["probabilities"].copy()
    rest = shares[:, :2] / shares[:, :2].sum(axis=1, keepdims=True)
    mean = shares[:, 2].mean()
    return candidate.alone(shared(np.column_stack([rest * (1 - mean), np.full(len(rest), mean)])))


def counted_afterwards(candidate):
    """Have an exposure that was written when the count was known."""
    tables = {"train": candidate.train, "test": candidate.test}
    for role, table in tables.items():
        label = table.column("label").to_numpy()
        exposed = label + np.random.default_rng(6).uniform(0.1, 0.9, len(label))
        place = table.column_names.index("years")
        tables[role] = table.set_column(place, "years", pa.array(exposed))
    exposed = tables["test"].column("years").to_numpy()
    rate = candidate.answers["expected"] / exposed
    found = candidate.alone({"expected": candidate.answers["expected"], "rate": rate})
    return found.but(products={role: (table, table) for role, table in tables.items()}, **tables)


def planned_afterwards(shift):
    """Return what lets a forecast know a plan that was written when the values were known."""

    def change(candidate):
        """Have a column that is known in advance, and was written afterwards."""
        product, _ = candidate.products["test"]
        sales = product.column("sales").to_numpy()
        noise = 0.3 * np.random.default_rng(5).normal(size=len(sales))
        product = product.append_column("planned", pa.array(np.roll(sales, shift) + noise))
        known = (*candidate.model.task.known, "planned")
        task = dataclasses.replace(candidate.model.task, known=known)
        model = dataclasses.replace(candidate.model, task=task, features=known)
        found = splitting.halves(model, product, product, product)
        return candidate.but(
            model=model,
            prepared=model,
            wanted=model.inputs,
            train=found.train,
            test=found.asked,
            products={"train": (product, found.train), "test": (product, found.test)},
        )

    return change


SUBTLE = [
    *of(
        "answers",
        ranking=ranked_backwards,
        count=priced_at_will,
        multiclass=look_alike,
        binary=refused_and_told_yes,
    ),
    *of("floor", regression=known_too_well),
    *of("decisions", multiclass=blind_to_one),
    *of("stability", regression=coded, multiclass=coded),
    *of("leakage", count=counted_afterwards),
    *of("leakage", forecast=planned_afterwards(0)),
    *of("leakage", forecast=planned_afterwards(2)),
    *of("calibration", regression=promising_nothing, forecast=promising_nothing),
]
