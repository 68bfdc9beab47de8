"""Ten rows and a small model, for the pure halves of the steps."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from factory.catalogue.spec import Fairness, Floor, Gates
from tests.pipelines.cases import CHURN
from tests.pipelines.steps import splits


@pytest.fixture
def ten():
    return pa.table(splits.TEN)


@pytest.fixture
def model():
    return dataclasses.replace(
        CHURN,
        task=dataclasses.replace(CHURN.task, positive="yes"),
        features=("spend", "plan", "region"),
        gates=Gates(
            floor=Floor(at_least=0.6),
            fairness=Fairness(attributes=("region",), min_rows=3),
        ),
    )


@pytest.fixture
def train(ten):
    """Ten other customers with the same labels."""
    keys = pa.array([f"p{n}" for n in range(10)])
    return ten.set_column(0, "customer", keys).set_column(1, "spend", pa.array(np.arange(10) + 0.5))


@pytest.fixture
def split(ten, model, train):
    score = np.array([0.1, 0.2, 0.6, 0.3, 0.1, 0.4, 0.7, 0.8, 0.9, 0.5])
    return splits.scored(model, train, ten, score, score >= 0.5)
