"""Two models of the seventh kind, and the table of one of them."""

import numpy as np
import pyarrow as pa

from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published
from tests.pipelines.cases import CARD
from tests.pipelines.seventh_kind.task import Anomaly

AMOUNTS = tuple(f"amount_{place}" for place in range(6))
PAYMENTS = Model(
    name="odd-payments",
    purpose="Which payments should somebody look into?",
    owner="tests",
    builders=("ben",),
    recipe="isolation",
    split=Published(train="payments_past", test="payments_now"),
    key="payment",
    task=Anomaly(label="found", positive="fraud", budget=0.1),
    features=(*AMOUNTS, "branch"),
    gates=Gates(floor=Floor(at_least=0.4), fairness=Fairness(attributes=("branch",))),
    card=CARD,
)
CENSUS = Model(
    name="odd-answers",
    purpose="Which answers to the census should somebody look into?",
    owner="tests",
    builders=("ben",),
    tier=3,
    recipe="isolation",
    split=Published(train="census_train", test="census_test"),
    task=Anomaly(label="income", positive=">50K", budget=0.05),
    features=("education_num", "capital_gain", "capital_loss", "hours_per_week"),
    gates=Gates(
        floor=Floor(at_least=0.4),
        fairness=Fairness(exempt="An alarm only asks somebody to look at a record once more."),
    ),
    card=Card(
        intended_use="An experiment; no decision rests on it.",
        limitations="Not examined beyond the gates.",
        ethics="Not examined beyond the fairness gate.",
    ),
)


def payments(rows, seed):
    """Make a table in which one row of twelve is far off in two of its amounts."""
    random = np.random.default_rng(seed)
    amounts = random.normal(size=(rows, len(AMOUNTS)))
    odd = np.flatnonzero(random.random(rows) < 1 / 12)
    for _ in range(2):
        side = random.choice([-4.0, 4.0], len(odd))
        amounts[odd, random.integers(0, len(AMOUNTS), len(odd))] += side
    found = np.full(rows, "nothing", object)
    found[odd] = "fraud"
    return pa.table(
        {
            "payment": pa.array(np.arange(rows) + seed * 100_000),
            **{name: amounts[:, place] for place, name in enumerate(AMOUNTS)},
            "branch": random.choice(["north", "south"], rows),
            "found": pa.array(found, pa.string()),
        }
    )
