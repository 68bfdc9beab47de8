"""Ten rows and a small model, for the pure halves of the steps."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from factory.catalogue.spec import Fairness, Floor, Gates
from pipelines.steps.evidence import ScoredSplit
from tests.pipelines.cases import CHURN

TEN = {
    "customer": [f"c{n}" for n in range(10)],
    "spend": [1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0],
    "plan": ["a", "a", "a", "b", "b", "b", "b", None, "c", "c"],
    "region": ["n", "s"] * 5,
    "left": ["no", "no", "yes", "no", "no", "yes", "no", "yes", "yes", "yes"],
}


@pytest.fixture
def ten():
    return pa.table(TEN)


@pytest.fixture
def model():
    return dataclasses.replace(
        CHURN,
        label=dataclasses.replace(CHURN.label, positive="yes"),
        features=("spend", "plan", "region"),
        gates=Gates(
            floor=Floor(at_least=0.6, min_rows=2),
            fairness=Fairness(attributes=("region",), min_rows=3),
        ),
    )


@pytest.fixture
def split(ten, model):
    label = np.array([v == "yes" for v in TEN["left"]]).astype(np.int8)
    score = np.array([0.1, 0.2, 0.6, 0.3, 0.1, 0.4, 0.7, 0.8, 0.9, 0.5])
    return ScoredSplit(
        model=model,
        features=ten.select(["customer", *model.features]),
        label=label,
        score=score,
        selected=score >= 0.5,
        champion=None,
    )
