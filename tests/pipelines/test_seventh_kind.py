"""Are two files all that another kind of question takes? Anomalies, added to a copy of the tree."""

import dataclasses
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import app
from factory.catalogue import document
from factory.catalogue.rules import checked
from factory.catalogue.spec import Floor
from pipelines.code import ROOT, stage
from tests.pipelines.runner import Run, publish
from tests.pipelines.seventh_kind.cases import CENSUS, PAYMENTS, payments

HERE = Path(__file__).parent / "seventh_kind"
KIND = {
    "factory/tasks/anomaly.py": HERE / "task.py",
    "pipelines/measure/anomaly.py": HERE / "measure.py",
}
RECIPE = {"pipelines/isolation/recipe.py": HERE / "recipe.py"}
FOLDERS = ("cli", "data_products", "engines", "factory", "models", "pipelines")
READ = """
import sys
from factory.catalogue import document
model = document.parse_spec(sys.stdin.read())
print(type(model.task).__name__, model.task.budget)
print(document.spec_text(model))
"""
SPEC = """
import sys
from factory.catalogue import document
MODEL = document.parse_spec({text!r})
"""


def digests(tree):
    found = sorted(p for p in tree.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {
        p.relative_to(tree).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in found
    }


def add(tree, files):
    for name, source in files.items():
        (tree / name).parent.mkdir(exist_ok=True)
        shutil.copy(source, tree / name)


def shipped(tree, into, recipes):
    """Return the digest of each recipe's code, as a deployment computes it."""
    return {name: app._digest(stage(name, into / name, tree)) for name in recipes}


@pytest.fixture(scope="module")
def tree(tmp_path_factory, sdk):
    """Copy the sources, and add the kind and a recipe that learns it."""
    tree = tmp_path_factory.mktemp("tree")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = digests(tree)
    add(tree, KIND | RECIPE)
    done = sdk("-m", "pipelines.compile", tree=tree)
    assert done.returncode == 0, done.stderr
    after = digests(tree)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {*KIND, *RECIPE, "pipelines/isolation/pipeline.json"}
    return tree


@pytest.fixture(scope="module")
def within(tree):
    """Run Python among the sources of the tree alone."""

    def run(*words, text=None):
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree)}
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=tree, env=env, input=text, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def run(tree, tmp_path_factory):
    """Run all its steps on some thousand rows, from its own code alone."""
    home = tmp_path_factory.mktemp("anomaly")
    code = Path(
        shutil.make_archive(str(home / "code"), "zip", stage("isolation", home / "c", tree))
    )
    publish(home / "run" / "train", PAYMENTS.train, payments(3000, 1))
    publish(home / "run" / "test", PAYMENTS.test, payments(6000, 2))
    return Run(code, home / "run", PAYMENTS).run()


@pytest.fixture
def fork(run, tmp_path):
    """Copy the finished run, to change one thing in the copy."""
    home = shutil.copytree(run.home, tmp_path / "fork", ignore=shutil.ignore_patterns("spec"))
    return lambda model=PAYMENTS: Run(run.code, home, model)


def refused_by(run):
    return {gate for gate, verdict in run.verdicts.items() if verdict != "PASS"}


def test_a_kind_is_two_files_of_150_lines_together():
    lines = sum(len(path.read_text().splitlines()) for path in KIND.values())
    assert (len(KIND), lines <= 150) == (2, True)


def test_a_spec_of_the_kind_is_read_as_it_was_written(within):
    text = document.spec_text(checked(PAYMENTS))
    done = within("-c", READ, text=text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Anomaly 0.1", text]


def test_where_the_kind_is_not_its_spec_is_refused_by_name():
    with pytest.raises(Exception, match="'anomaly' is no kind of Task that this factory has"):
        document.parse_spec(document.spec_text(PAYMENTS))


def test_a_model_of_the_kind_passes_the_check_and_a_wrong_one_does_not(tree, within):
    wrong = dataclasses.replace(CENSUS.task, budget=0.7)
    for model, expected in (
        (CENSUS, []),
        (dataclasses.replace(CENSUS, task=wrong), ["task.budget: 0.7"]),
        (dataclasses.replace(CENSUS, recipe="linear"), ["learns binary"]),
    ):
        text = SPEC.format(text=document.spec_text(model))
        (tree / "models" / "odd_answers.py").write_text(text)
        done = within("-m", "cli", "check", "--json")
        (tree / "models" / "odd_answers.py").unlink()
        problems = json.loads(done.stdout)["problems"]
        assert len(problems) == len(expected), problems
        assert all(word in str(problems) for word in expected)


def test_only_the_recipe_that_names_the_kind_ships_it(tree, tmp_path):
    ours = sorted(path.parent.name for path in (ROOT / "pipelines").glob("*/pipeline.json"))
    before, after = (shipped(t, tmp_path / n, ours) for n, t in (("a", ROOT), ("b", tree)))
    assert before == after
    assert set(KIND) <= digests(stage("isolation", tmp_path / "isolation", tree)).keys()


def test_a_recipe_changes_with_the_kinds_that_it_names(tree, tmp_path):
    other = shutil.copytree(tree, tmp_path / "tree")
    recipe = other / "pipelines" / "boosting" / "recipe.py"
    recipe.write_text(
        recipe.read_text().replace('TASKS = ("binary"', 'TASKS = ("anomaly", "binary"')
    )
    ours = ("boosting", "linear")
    one, two = (shipped(t, tmp_path / n, ours) for n, t in (("a", tree), ("b", other)))
    assert {name for name in ours if one[name] != two[name]} == {"boosting"}


def test_its_pipeline_has_the_one_shape_of_all_recipes(tree):
    ours, other = (
        json.loads((tree / "pipelines" / name / "pipeline.json").read_text())
        for name in ("boosting", "isolation")
    )
    assert other == ours


def test_an_honest_candidate_passes_every_gate(run):
    assert run.result["reason"] == "every gate passed"
    quality = run.evidence["quality"]["metrics"]["precision"]
    assert 0.5 < quality["value"] < 0.8
    assert run.evidence["naive"]["naive"] == pytest.approx(1 / 12, abs=0.01)
    assert run.evidence["fairness"]["rates"]["alarm"]["attributes"]["branch"].keys() == {
        "north",
        "south",
    }


def test_its_controls_are_refused(run):
    controls = run.evidence["controls"]
    tried = {name for name, found in controls.items() if found["verdict"] != "not applicable"}
    assert {"inverted", "ignorant", "by lot", "label", "shifted group", "constant"} <= tried
    assert not [name for name in tried if controls[name]["verdict"] == "PASS"]


def test_alarms_for_nobody_are_refused(fork):
    silent = fork()
    path = silent.home / "model" / "metadata.json"
    metadata = json.loads(path.read_text())
    metadata["settings"]["thresholds"]["groups"][0]["threshold"] = 1e9
    path.write_text(json.dumps(metadata))
    silent.pack(), silent.evaluate(), silent.gates()
    assert {"decisions"} <= refused_by(silent)


def test_a_floor_that_is_not_reached_refuses(fork):
    gates = dataclasses.replace(PAYMENTS.gates, floor=Floor(at_least=0.95))
    strict = fork(dataclasses.replace(PAYMENTS, gates=gates))
    strict.gates()
    assert refused_by(strict) == {"floor"}


def test_more_budget_than_half_of_all_rows_is_no_alarm():
    task = dataclasses.replace(PAYMENTS.task, budget=0.7)
    with pytest.raises(Exception, match=r"task\.budget: 0\.7 is not in \(0, 0\.5\]"):
        checked(dataclasses.replace(PAYMENTS, task=task))
