"""Is one file all that another recipe takes? Random forests, added to a copy of the repository."""

import dataclasses
import hashlib
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

FOREST = '''"""How is a yes-or-no question about the rows of a table learned? By trees that vote."""

from sklearn.ensemble import RandomForestClassifier

ALGORITHM = "Random forest"
TASKS = ("binary",)
TAKES = ()
HYPERPARAMETERS = {"trees": 100, "least_rows": 5}


def estimator(task, parameters):
    """Return the untrained estimator; the factory encodes levels, and fills what is missing."""
    return RandomForestClassifier(
        n_estimators=parameters["trees"],
        min_samples_leaf=parameters["least_rows"],
        random_state=parameters["seed"],
    )
'''
MODEL = dataclasses.replace(
    CHURN,
    recipe="forest",
    task=dataclasses.replace(CHURN.task, thresholds="single"),
    hyperparameters={"trees": 50},
    gates=dataclasses.replace(CHURN.gates, floor=Floor(at_least=0.7)),
)


def digests(tree):
    found = sorted(p for p in tree.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {
        p.relative_to(tree).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found
    }


@pytest.fixture(scope="module")
def compiled(sdk):
    """Compile every recipe of a tree."""

    def compile_(tree):
        done = sdk("-m", "pipelines.compile", tree=tree)
        assert done.returncode == 0, done.stderr

    return compile_


@pytest.fixture(scope="module")
def tree(tmp_path_factory, compiled):
    """Copy the repository's recipes and domain, and add one file."""
    tree = tmp_path_factory.mktemp("tree")
    for name in ("factory", "pipelines"):
        shutil.copytree(ROOT / name, tree / name)
    before = digests(tree)
    (tree / "pipelines" / "forest").mkdir()
    (tree / "pipelines" / "forest" / "recipe.py").write_text(FOREST)
    compiled(tree)
    after = digests(tree)
    added = {"pipelines/forest/recipe.py", "pipelines/forest/pipeline.json"}
    assert {name for name in after if after[name] != before.get(name)} == added
    return tree


@pytest.fixture(scope="module")
def run(tree, tmp_path_factory):
    """Run all its steps on a few hundred rows, from its own code alone."""
    home = tmp_path_factory.mktemp("forest")
    staged = stage("forest", home / "staged", tree)
    code = Path(shutil.make_archive(str(home / "code"), "zip", staged))
    publish(home / "run" / "train", MODEL.train, customers(800, 1))
    publish(home / "run" / "test", MODEL.test, customers(1800, 2))
    return Run(code, home / "run", MODEL).run()


def test_the_recipe_has_less_than_twenty_lines():
    assert len(FOREST.splitlines()) < 20


def test_it_compiles_to_the_one_shape_of_all_recipes(tree):
    ours, other = (
        json.loads((tree / "pipelines" / name / "pipeline.json").read_text())
        for name in ("boosting", "forest")
    )
    assert other == ours  # what differs is the code, whose address CloudFormation fills in


def test_a_recipe_may_name_the_image_that_its_jobs_and_its_model_run_in(tree, compiled, tmp_path):
    other = shutil.copytree(tree, tmp_path / "tree")
    recipe = other / "pipelines" / "forest" / "recipe.py"
    recipe.write_text(FOREST + '\nIMAGE = "Xgboost"\n')
    compiled(other)
    text = (other / "pipelines" / "forest" / "pipeline.json").read_text()
    assert text.count("${XgboostImage}") == 7  # five jobs, the evidence, and the container
    assert "${ScikitLearnImage}" not in text


def test_its_jobs_receive_its_own_code_and_not_the_other_recipes(tree, tmp_path):
    staged = stage("forest", tmp_path / "code", tree)
    assert (staged / "pipelines" / "forest" / "recipe.py").read_text() == FOREST
    for other in ("boosting", "linear"):
        assert not (staged / "pipelines" / other).exists()


def test_its_model_is_trained_scored_judged_and_passes(run):
    assert run.result["reason"] == "every gate passed"
    assert run.evidence["quality"]["metrics"]["auc"]["value"] > 0.75
    assert run.evidence["quality"]["rows"] == 1800
    card = run.json("gates/evidence/card.json")
    assert card["model_overview"]["algorithm_type"] == "Random forest"
    settings = {p["name"]: p["value"] for p in card["training_details"]["training_job_details"][
        "hyper_parameters"
    ]}  # fmt: skip
    assert settings == {"folds": "2", "least_rows": "5", "seed": "7", "trees": "50"}


def test_a_worse_model_of_it_is_refused(run, tmp_path):
    home = shutil.copytree(run.home, tmp_path / "run", ignore=shutil.ignore_patterns("spec"))
    strict = dataclasses.replace(MODEL.gates, floor=Floor(at_least=0.99))
    other = Run(run.code, home, dataclasses.replace(MODEL, gates=strict))
    other.gates()
    assert {g for g, v in other.verdicts.items() if v != "PASS"} == {"floor"}


def test_a_model_of_another_recipe_is_refused_by_its_code(run, tmp_path):
    home = shutil.copytree(run.home, tmp_path / "run", ignore=shutil.ignore_patterns("spec"))
    other = Run(run.code, home, dataclasses.replace(MODEL, recipe="boosting", hyperparameters={}))
    with pytest.raises(
        RuntimeError, match=r"recipe 'boosting': pipelines/boosting/recipe\.py is not"
    ):
        other.train()


def test_the_served_artifact_needs_neither_the_recipe_nor_the_repository(run, tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1] + '/code'); import inference as i\n"
        "m = i.model_fn(sys.argv[1]); rows = i.input_fn(b'40.5,3,pro,n,true', 'text/csv')\n"
        "print(i.output_fn(i.predict_fn(rows, m), 'text/csv').get_data(as_text=True))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", script, run.home / "model"],
        env={"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "1"},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    score, selected, label = done.stdout.strip().split(",")
    assert 0 < float(score) < 1
    assert (selected, label) in {("0", "false"), ("1", "true")}
