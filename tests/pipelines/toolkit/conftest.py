"""A whole run in the image, whose artifact the tests of AWS's toolkit serve."""

import pytest

from tests.pipelines.cases import CHURN, customers
from tests.pipelines.toolkit.jobs import Jobs


@pytest.fixture(scope="session")
def whole(recipe):
    """Every job of the pipeline, run in the image; the exam with the toolkit's `serve`."""
    run = recipe(CHURN, customers(3000, 1), customers(2000, 2))
    jobs = Jobs(run)
    jobs.processing("Prepare", code="code", spec="spec", train="train", test="test")
    jobs.training(code="code", spec="spec", train="prepare/train")
    jobs.processing("Champion", code="code", champion="nobody", features="prepare/features")
    jobs.processing("Evaluate", code="code", model="artifact", features="prepare/features")
    jobs.processing(
        "Gates", code="code", training_code="code", spec="spec", artifact="artifact",
        **{name: f"prepare/{name}" for name in ("train", "features", "labels", "lineage")},
        predictions="evaluate/predictions", champion="champion/predictions",
    )  # fmt: skip
    return run


@pytest.fixture(scope="session")
def artifact(whole):
    return whole.home / "artifact" / "model.tar.gz"
