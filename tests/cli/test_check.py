"""Does `factory check` answer in words, whatever is wrong, and before anything lands?"""

import gzip
import json

import pytest

from demo import kinds_data
from demo.adult_data import landing_files
from tests.cli.test_main import edited, factory

INCOME, TRAIN = "models/income.py", "data_products/census_train/contract.odcs.yaml"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return landing_files(tmp_path_factory.mktemp("landing"))


def test_files_that_may_land_pass(files):
    given = [word for p, path in files.items() for word in ("--data", f"{p}={path}")]
    done = factory("check", *given)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith(": 0 problems\n")


def test_a_file_is_checked_by_its_contract_and_for_the_models(files, tmp_path):
    lines = gzip.decompress(files["census_test"].read_bytes()).decode().splitlines()
    one_class = [line for line in lines if not line.endswith(">50K")]
    few, broken = tmp_path / "few.csv.gz", tmp_path / "broken.csv.gz"
    few.write_bytes(gzip.compress("\n".join(one_class).encode()))
    broken.write_bytes(b"no gzip")
    done = factory("check", "--data", f"census_test={broken}", "--data", f"census_train={broken}")
    assert done.returncode == 1
    assert (
        "census_test: file: expected a gzip of CSV text in UTF-8; found bytes that" in done.stdout
    )
    done = factory("check", "--data", f"census_test={few}", "--json")
    found = json.loads(done.stdout)["problems"]
    assert done.returncode == 1
    assert any("census_test: rowCount" in p for p in found) or any(
        "income: task.positive: no row of census_test has '>50K'" in p for p in found
    )


def test_a_series_with_a_gap_is_told_before_it_lands(tmp_path):
    path = kinds_data.landing_files(tmp_path, ["beijing_air"])["beijing_air"]
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    path.write_bytes(gzip.compress("\n".join(lines[:9000] + lines[9001:]).encode()))
    done = factory("check", "--data", f"beijing_air={path}")
    assert done.returncode == 1
    assert "air-day: series station 'us-embassy': at 2011-01-11T" in done.stdout
    assert "is not one hour later; send one row for each hour" in done.stdout


@pytest.mark.parametrize("given", ["none", "census_test=", "census_test=/\x1b[31m", "x=y", "="])
def test_what_is_no_file_of_a_product_is_told(given):
    done = factory("check", "--data", given)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        (INCOME, 'positive=">50K"', 'positive=">50k"', "task.positive: '>50k' is not a value"),
        (INCOME, '"census_test"', '"census_train"', "test: 'census_train' is also what it"),
        (INCOME, '"fnlwgt",', '"row_id",', "features: 'row_id' is also key"),
        (
            INCOME,
            "features=(",
            'weight="fnl", features=(',
            "weight: census_train has no column f",
        ),
        (
            INCOME,
            "features=(",
            'hyperparameters={"leaves": 1}, features=(',
            "'max_leaf_nodes' param",
        ),
        (INCOME, 'label="income"', 'label="incomes"', "task.label: census_train has no column inc"),
        (INCOME, "at_least=0.915", 'at_least=0.9, metric="f1"', "gates.floor.metric: 'f1' is unk"),
        (TRAIN, "classification: protected", "classification: pii", "'age' is personal data by"),
        (INCOME, '"ada", "alan"', '"ada", "\\x1b[2Jalan"', "'\\x1b[2Jalan' has what nobody sees"),
    ],
)
def test_what_contract_and_spec_tell_of_each_other_is_told(checkout, path, before, after, words):
    edited(checkout, path, before, after)
    done = factory("check", cwd=checkout)
    assert done.returncode == 1
    assert words in done.stdout
    assert done.stderr == ""


def test_a_recipe_that_does_not_learn_what_is_asked_is_told(checkout):
    edited(checkout, "pipelines/boosting/recipe.py", '"binary", ', "")
    done = factory("check", cwd=checkout)
    assert done.returncode == 1
    assert "recipe: boosting learns multiclass, " in done.stdout
    assert "and the task is binary; name a recipe that learns it" in done.stdout


BROKEN = (
    "import sys; sys.exit(7)",
    "raise SystemExit",
    "1 / 0",
    "MODEL = 1",
    "FAMILY = ()",
    "MODEL = FAMILY = 3",
    "def x(",
    "from nowhere import x",
    "def f(): f()\nf()",
    "\0",
    "class E(Exception):\n    def __str__(self): raise E\nraise E",
    "raise Exception('\\x1b[31m' * 10**6)",
)


@pytest.mark.parametrize("source", BROKEN)
def test_whatever_a_file_of_a_model_does_is_told_in_words(checkout, source):
    (checkout / "models/broken.py").write_text(source)
    done = factory("check", cwd=checkout)
    assert done.returncode == 1
    assert done.stdout.startswith("models/broken.py: ")
    assert "Traceback" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    assert len(done.stdout) < 5000
