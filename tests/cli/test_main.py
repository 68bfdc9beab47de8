"""Does the command answer in words and in JSON, with exit codes that mean something?"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main, parser

ROOT = Path(__file__).parent.parent.parent


def factory(*words, cwd=ROOT, **environment):
    """Run the command in a process of its own, without any AWS setting of this one."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        cwd=cwd,
        env={**clean, **environment, "PYTHONPATH": str(cwd)},
        capture_output=True,
        text=True,
        check=False,
    )


def edited(checkout, path, before, after):
    file = checkout / path
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


HELP = """
import sys
before = set(sys.modules)
from cli.main import main
try:
    main(["--help"])
finally:
    print(*sorted(set(sys.modules) - before))
"""
SLOW = {"asyncio", "ctypes", "http", "multiprocessing", "socket", "sqlite3", "ssl", "unittest"}
"""Of Python's own library: each takes as long to import as the whole help may."""


def test_help_names_every_verb_and_imports_next_to_nothing():
    words = [sys.executable, "-c", HELP]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    *told, modules = done.stdout.splitlines()
    imported = {module.split(".")[0] for module in modules.split()}
    verbs = {line.split()[0] for line in told if line.startswith("    ") and line[4] != " "}
    assert verbs >= {"up", "demo", "new", "check", "status", "approve", "rollback", "audit"}
    assert imported - sys.stdlib_module_names == {"cli", "factory"}
    assert not imported & SLOW


@pytest.mark.parametrize(
    "words", [["approve", "income"], ["fly"], ["new", "stack", "x"], ["up", "--port", "70000"], []]
)
def test_a_call_that_makes_no_sense_is_refused_with_code_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: factory" in capsys.readouterr().err


def test_every_verb_takes_json():
    for words in (["check"], ["status"], ["audit", "verify"], ["up"], ["demo"], ["teardown"]):
        assert parser().parse_args([*words, "--json"]).json is True


def test_the_repository_passes_its_own_check():
    done = factory("check", "--json")
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])


def test_a_new_model_passes_the_check_and_is_not_overwritten(checkout):
    made = factory("new", "model", "churn-risk", cwd=checkout, USER="ada")
    assert made.returncode == 0, made.stderr
    assert "wrote models/churn_risk.py" in made.stdout
    checked = factory("check", "--json", cwd=checkout)
    assert json.loads(checked.stdout)["problems"] == []
    assert "churn-risk" in json.loads(checked.stdout)["models"]
    again = factory("new", "model", "churn-risk", cwd=checkout)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_new_model_judges_the_groups_that_the_contract_calls_protected(checkout):
    factory("new", "model", "churn", cwd=checkout)
    assert "attributes=('race', 'sex')" in (checkout / "models/churn.py").read_text()


@pytest.mark.parametrize("name", ["Churn", "1st", "a", "a_b", "x" * 60, "../evil"])
def test_a_name_that_aws_would_refuse_is_refused_first(checkout, name):
    done = factory("new", "model", name, cwd=checkout)
    assert done.returncode == 1
    assert "for example 'churn'" in done.stderr


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        (
            "models/income.py",
            "at_least=0.915",
            "at_least=9",
            "models/income.py: gates.floor.at_least: 9 is not in [0.5, 1)",
        ),
        (
            "models/income.py",
            "at_least=0.915",
            "at_least=0.915, confidence=0.5001",
            "models/income.py: gates.floor.confidence: 0.5001 is below 0.9, the least in tier 2",
        ),
        (
            "models/income.py",
            'attributes=("sex", "race")',
            'exempt="Nobody is protected here, because the data are of the year 1994."',
            "census_test calls age, race, sex protected; in tier 2 list them",
        ),
        (
            "models/income.py",
            'attributes=("sex", "race")',
            'attributes=("sex", "workclass")',
            "gates.fairness.attributes: census_test calls race protected and it is a feature; add",
        ),
        (
            "models/income.py",
            '"hours_per_week",',
            '"hours",',
            "models/income.py: features: census_train has no column hours; it has age,",
        ),
        (
            "models/income.py",
            'train="census_train"',
            'train="census"',
            "models/income.py: train: 'census' is not a data product; there are beijing_air",
        ),
        (
            "models/income.py",
            'recipe="boosting"',
            'recipe="tree"',
            "recipe: there is no pipelines/tree/pipeline.json; 'boosting' is one",
        ),
        (
            "models/income.py",
            "    gates=Gates(",
            '    hyperparameters={"iteration": 90},\n    gates=Gates(',
            "hyperparameters.iteration: 90 is unknown to the recipe; it knows seed, folds",
        ),
        (
            "models/income.py",
            "    gates=Gates(",
            '    hyperparameters={"leaves": "many"},\n    gates=Gates(',
            "models/income.py: hyperparameters.leaves: 'many' is not a whole number; the default",
        ),
        (
            "models/income_plain.py",
            'positive=">50K")',
            'positive=">50K", thresholds="fair")',
            "models/income_plain.py: task.thresholds: 'fair' is unknown; say single or per-group",
        ),
        (
            "models/income.py",
            '    owner="census-analytics",\n',
            "",
            "models/income.py: TypeError: ",
        ),
        (
            "models/income_plain.py",
            "MODEL = ",
            "model = ",
            "models/income_plain.py: declares nothing; set either MODEL to a Model(...)",
        ),
        (
            "models/income_by_education.py",
            '"Bachelors"]',
            '"Bachelor"]',
            "models/income_by_education.py: family 'income-by-education': overrides income-by-",
        ),
        (
            "models/income_by_education.py",
            'education=["HS-grad", "Some-college"',
            'education=["HS-grad", "Any-college"',
            "any-college: where: census_train allows no education 'Any-college'; it allows 10th,",
        ),
        (
            "models/income_by_education.py",
            "at_least=0.87",
            "at_least=0.4",
            "income-by-education-hs-grad: gates.floor.at_least: 0.4 is not in [0.5, 1)",
        ),
        (
            "models/income_plain.py",
            'name="income-plain"',
            'name="income"',
            "models/income_plain.py: name: 'income' is declared twice; rename one",
        ),
        (
            "data_products/census_train/contract.odcs.yaml",
            "maximum: 90",
            "maximum: old",
            "contract.odcs.yaml: line 39: schema[0].properties[1](age).logicalTypeOptions",
        ),
    ],
)
def test_the_check_names_file_field_and_what_would_be_right(checkout, path, before, after, words):
    edited(checkout, path, before, after)
    done = factory("check", cwd=checkout)
    assert done.returncode == 1
    assert words in done.stdout


def test_a_strict_check_demands_that_git_knows_the_builders(checkout):
    told = factory("check", cwd=checkout)
    assert told.returncode == 0
    assert "note: the builders were not compared with the authors of commits" in told.stdout
    strict = factory("check", "--strict", cwd=checkout)
    assert strict.returncode == 1
    assert "authors: the builders were not compared" in strict.stdout


def test_a_recipe_that_cannot_be_asked_for_its_hyperparameters_is_a_problem(checkout):
    gates = "    gates=Gates("
    edited(checkout, "models/income.py", gates, '    hyperparameters={"leaves": 3},\n' + gates)
    edited(checkout, "pipelines/boosting/recipe.py", "from sklearn.", "from not_here.")
    done = factory("check", cwd=checkout)
    assert done.returncode == 1
    assert "hyperparameters: pipelines/boosting/recipe.py cannot be asked: No mod" in done.stdout


def test_without_a_cloud_the_error_says_how_to_start_one():
    done = factory(
        "status",
        AWS_ENDPOINT_URL="http://localhost:9",
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",
        AWS_DEFAULT_REGION="us-east-1",
        AWS_MAX_ATTEMPTS="1",
    )
    assert done.returncode == 3
    assert "`factory up` starts one and prints them" in done.stderr


def test_a_decision_without_a_reason_is_refused_before_any_call():
    done = factory("approve", "income", "--reason", " ", "--json")
    assert done.returncode == 1
    assert "give it in words, with --reason" in json.loads(done.stdout)["error"]


def test_a_port_that_is_taken_is_said_at_once():
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        done = factory("up", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 3
    assert "is in use by another program" in done.stderr
