"""Does a recipe that `factory new recipe` writes learn as it is written?"""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from factory.catalogue.spec import Floor
from pipelines.code import ROOT, stage
from tests.pipelines.cases import CHURN, customers
from tests.pipelines.runner import Run, publish

FOLDERS = ("cli", "data_products", "engines", "factory", "models", "pipelines")
MODEL = dataclasses.replace(
    CHURN,
    recipe="thicket",
    task=dataclasses.replace(CHURN.task, thresholds="single"),
    hyperparameters={},
    gates=dataclasses.replace(CHURN.gates, floor=Floor(at_least=0.6)),
)
LEARN = """
import numpy as np, pandas as pd
from factory.tasks.task import Task
from pipelines import contract
recipe = contract.load("thicket")
random = np.random.default_rng(1)
frame = pd.DataFrame(random.normal(size=(60, 3)), columns=list("abc"))
settings = {**contract.FRAME, **recipe.HYPERPARAMETERS}
for kind in recipe.TASKS:
    made = contract.fresh(recipe, Task.named(kind), settings)
    made.fit(frame, random.integers(0, 3, 60))
    print(kind, np.isfinite(made.predict(frame)).all())
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the sources with a new recipe."""
    tree = tmp_path_factory.mktemp("tree")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = python(tree, "-m", "cli", "new", "recipe", "thicket")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wrote pipelines/thicket/recipe.py\n")
    assert "make pipelines" in done.stdout
    return tree


def python(tree, *words):
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=tree, env=env, capture_output=True, text=True, check=False)


def test_it_compiles_to_the_one_shape_of_all_recipes(checkout, sdk):
    done = sdk("-m", "pipelines.compile", tree=checkout)
    assert done.returncode == 0, done.stderr
    ours, other = (
        json.loads((checkout / "pipelines" / name / "pipeline.json").read_text())
        for name in ("boosting", "thicket")
    )
    assert other == ours


def test_it_learns_every_kind_of_question_that_there_is(checkout):
    done = python(checkout, "-c", LEARN)
    assert done.returncode == 0, done.stderr
    kinds = [
        p.stem for p in sorted((ROOT / "factory/tasks").glob("*.py")) if "\nTASK" in p.read_text()
    ]
    assert done.stdout.splitlines() == [f"{kind} True" for kind in kinds]


def test_it_trains_from_its_staged_code_and_passes_the_gates(checkout, tmp_path):
    staged = stage("thicket", tmp_path / "staged", checkout)
    code = Path(shutil.make_archive(str(tmp_path / "code"), "zip", staged))
    publish(tmp_path / "run" / "train", MODEL.train, customers(1500, 1))
    publish(tmp_path / "run" / "test", MODEL.test, customers(1500, 2))
    run = Run(code, tmp_path / "run", MODEL).run()
    assert run.result["reason"] == "every gate passed"


def test_it_is_written_as_the_house_writes(checkout):
    shutil.copy(ROOT / "pyproject.toml", checkout)
    ruff = Path(sys.executable).parent / "ruff"
    for words in (["check"], ["format", "--check"]):
        command = [ruff, *words, "--no-cache", "pipelines/thicket"]
        done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("thicket", "pipelines/thicket is there already"),
        ("steps", "pipelines/steps is there already"),
        ("code", "pipelines/code is there already"),
        ("a_b", "for example 'forest'"),
        ("../evil", "for example 'forest'"),
        ("Forest", "for example 'forest'"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(checkout, name, words):
    done = python(checkout, "-m", "cli", "new", "recipe", name)
    assert done.returncode == 1
    assert words in done.stderr
