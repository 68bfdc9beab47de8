"""The recipe's code as a zip, and finished runs of two models."""

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.code import ROOT, stage
from tests.pipelines import apart, native
from tests.pipelines.cases import CHURN, INCOME, adult, customers
from tests.pipelines.runner import Run, publish

SDK = ROOT / ".venv-sdk" / "bin" / "python"


@pytest.fixture(scope="session")
def sdk():
    """Run Python where the SageMaker SDK is, with no credentials and nothing of this shell."""
    if not SDK.exists():
        pytest.fail(f"{SDK} is missing: `make .venv-sdk/ready` builds it")

    def run(*arguments, text=None, tree=ROOT):
        env = {"HOME": "/nonexistent", "PYTHONHASHSEED": "7", "PYTHONPATH": str(tree)}
        env |= {"PYTHONDONTWRITEBYTECODE": "1"}
        command = [SDK, *arguments]
        return subprocess.run(
            command, cwd="/", env=env, input=text, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def code(tmp_path_factory):
    folder = tmp_path_factory.mktemp("code")
    staged = stage("boosting", folder / "staged")
    return Path(shutil.make_archive(str(folder / "code"), "zip", staged))


@pytest.fixture(scope="session")
def recipe(code, tmp_path_factory):
    """Make the runner of *model* on two tables; nothing has run yet."""

    def make(model, train, test):
        home = tmp_path_factory.mktemp(model.name)
        for product, folder, table in ((model.train, "train", train), (model.test, "test", test)):
            if table is not None:
                publish(home / folder, product, table)
        return Run(code, home, model)

    return make


@pytest.fixture(scope="session")
def per_group(recipe):
    """The whole recipe on Adult, with the thresholds of the catalogue's model."""
    return recipe(INCOME, adult("train"), adult("test")).run()


@pytest.fixture(scope="session")
def single(recipe, per_group):
    """One threshold for everybody, fewer trees, and the model above as its champion."""
    task = dataclasses.replace(INCOME.task, thresholds="single")
    model = dataclasses.replace(INCOME, task=task, hyperparameters={"iterations": 50})
    run = recipe(model, None, None)
    shutil.copytree(per_group.home / "prepare", run.home / "prepare")
    run.train()
    run.evaluate(champion=per_group.home / "artifact")
    run.gates(champion_digest=per_group.result["artifact"])
    return run


@pytest.fixture(scope="session")
def churn(recipe):
    """The whole recipe on a stranger's table."""
    return recipe(CHURN, customers(3000, 1), customers(2000, 2)).run()


@pytest.fixture(scope="session")
def boosted(tmp_path_factory):
    """The whole run of a recipe with a native wheel: no network, and no OpenMP of the system's."""
    home = tmp_path_factory.mktemp("boosted")
    code = native.zipped(home)
    publish(home / "run" / "train", native.MODEL.train, customers(3000, 1))
    publish(home / "run" / "test", native.MODEL.test, customers(2000, 2))
    return Run(code, home / "run", native.MODEL, within=(sys.executable, apart.__file__)).run()


@pytest.fixture
def fork(tmp_path):
    """Copy a finished run, to change one thing in the copy."""

    def copy(run):
        home = shutil.copytree(run.home, tmp_path / "fork")
        return dataclasses.replace(run, home=home)

    return copy
