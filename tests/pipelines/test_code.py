import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from factory.errors import InvalidRecipe
from pipelines.code import ROOT, closure, stage

OURS = ("factory", "pipelines", "aws")


def files(folder):
    """Return every file below *folder* with its bytes."""
    found = {p.relative_to(folder): p for p in folder.rglob("*") if "__pycache__" not in p.parts}
    return {path.as_posix(): p.read_bytes() for path, p in found.items() if p.is_file()}


@pytest.fixture
def tree(tmp_path):
    """Copy what is ours, to change one thing in the copy."""
    for name in OURS:
        shutil.copytree(ROOT / name, tmp_path / "tree" / name)
    return tmp_path / "tree"


@pytest.fixture
def staged(tree, tmp_path):
    """Stage the copy as it is now, each time anew, and return what the jobs would receive."""
    numbers = iter(range(9))
    return lambda: files(stage("boosting", tmp_path / f"staged{next(numbers)}", tree))


def append(path, text):
    path.write_text(path.read_text() + text)


def test_jobs_receive_what_the_steps_import_and_nothing_else(tmp_path):
    found = set(files(stage("boosting", tmp_path / "code")))
    assert {"__main__.py", "pipelines/contract.py", "pipelines/boosting/recipe.py"} <= found
    steps = {p.name for p in (ROOT / "pipelines" / "steps").glob("*.py")} - {"__main__.py"}
    assert {f"pipelines/steps/{name}" for name in steps} <= found
    outside = {f for f in found if f.startswith("pipelines/")} - {
        *(f"pipelines/steps/{name}" for name in steps),
        *("pipelines/__init__.py", "pipelines/contract.py", "pipelines/serving_files.py"),
        *("pipelines/boosting/__init__.py", "pipelines/boosting/recipe.py"),
    }
    assert {name.rpartition("/")[0] for name in outside} == {"pipelines/measure"}


@pytest.mark.parametrize("kind", ["binary", "regression"])
def test_the_tasks_that_a_recipe_names_ship_with_it_and_no_others(tree, staged, kind):
    path = tree / "pipelines" / "boosting" / "recipe.py"
    text = re.sub(r"TASKS = .*", f'TASKS = ("{kind}",)', path.read_text())
    path.write_text(text)
    names = set(staged())
    for one in ("binary", "regression", "count"):
        files_of = {f"factory/tasks/{one}.py", f"pipelines/measure/{one}.py"}
        assert files_of & names == (files_of if one == kind else set())


@pytest.mark.parametrize(
    "room", ["drift", "events", "ledger", "products", "promotion", "serving", "settings.py"]
)
def test_what_no_step_imports_of_the_domain_does_not_ship(room, tmp_path):
    found = files(stage("boosting", tmp_path / "code"))
    assert (ROOT / "factory" / room).exists()
    assert not [name for name in found if name.startswith(f"factory/{room}")]


def test_staging_twice_gives_the_same_files(tmp_path):
    assert files(stage("boosting", tmp_path / "one")) == files(stage("boosting", tmp_path / "two"))


@pytest.mark.parametrize(
    "name",
    [
        *(f"factory/catalogue/{name}.py" for name in ("spec", "rules", "document", "change")),
        *("factory/gates/card.py", "factory/settings.py", "pipelines/sdk.py"),
    ],
)
def test_an_edit_that_no_step_imports_changes_no_byte(tree, staged, name):
    before = staged()
    append(tree / name, "\nEDITED = True\n")
    assert staged() == before


@pytest.mark.parametrize(
    "name",
    [
        *("factory/catalogue/judged.py", "factory/catalogue/judged_rules.py"),
        *("factory/gates/quality.py", "factory/errors.py", "pipelines/measure/delong.py"),
    ],
)
def test_an_edit_that_a_step_imports_changes_that_file_alone(tree, staged, name):
    before = staged()
    append(tree / name, "\nEDITED = True\n")
    after = staged()
    assert {n for n in after if after[n] != before[n]} == {name}


def test_another_rule_about_serving_or_watching_ships_with_no_step(tree, staged):
    before = staged()
    rules = tree / "factory" / "catalogue" / "rules.py"
    for old, new in (("<= 60:", "<= 90:"), ("< watch.max_psi < 10", "< watch.max_psi < 9")):
        assert old in rules.read_text()
        rules.write_text(rules.read_text().replace(old, new))
    assert staged() == before


@pytest.mark.parametrize(
    "words",
    [
        "from factory.drift import bins",
        "from factory.drift.bins import *",
        "import factory.drift.bins",
        "def late():\n    from factory.drift import bins",
        "if False:\n    import factory.drift.bins as other",
        "from ...factory.drift import bins",
    ],
)
def test_an_import_is_followed_wherever_it_is_and_however_it_is_written(tree, words):
    assert "factory.drift.bins" not in closure("boosting", tree)
    append(tree / "pipelines" / "measure" / "delong.py", f"\n{words}\n")
    assert {"factory.drift", "factory.drift.bins"} <= closure("boosting", tree)


def test_a_value_of_a_module_is_not_taken_for_a_module(tree):
    append(tree / "pipelines" / "measure" / "delong.py", "\nfrom factory.drift.index import psi\n")
    new = closure("boosting", tree) - closure("boosting")
    assert {"factory.drift", "factory.drift.index"} <= new
    assert "factory.drift.index.psi" not in new


@pytest.mark.parametrize(
    ("place", "words", "named"),
    [
        ("pipelines/measure/delong.py", "import aws", r"pipelines\.measure\.delong imports aws,"),
        ("pipelines/measure/delong.py", "from pipelines import sdk", r"imports pipelines\.sdk,"),
        ("factory/gates/quality.py", "from aws import calls", r"factory\.gates\.quality imports"),
        (
            "pipelines/boosting/recipe.py",
            "from pipelines.other import recipe",
            r"pipelines\.other",
        ),
    ],
)
def test_anything_else_of_ours_is_refused_by_name(tree, place, words, named):
    (tree / "pipelines" / "other").mkdir()
    (tree / "pipelines" / "other" / "recipe.py").touch()
    append(tree / place, f"\n{words}\n")
    with pytest.raises(InvalidRecipe, match=rf"recipe 'boosting': .*{named}.* does not ship"):
        closure("boosting", tree)


def test_a_recipe_may_bring_modules_of_its_own(tree, tmp_path):
    (tree / "pipelines" / "boosting" / "trees.py").write_text("DEPTH = 3\n")
    append(
        tree / "pipelines" / "boosting" / "recipe.py", "\nfrom pipelines.boosting import trees\n"
    )
    assert "pipelines/boosting/trees.py" in files(stage("boosting", tmp_path / "code", tree))


def test_a_folder_with_files_is_not_staged_into(tmp_path):
    (tmp_path / "old.py").touch()
    with pytest.raises(FileExistsError, match="is not empty"):
        stage("boosting", tmp_path)


def test_an_unknown_recipe_is_named(tmp_path):
    with pytest.raises(InvalidRecipe, match=r"'tabula': pipelines/tabula/recipe.py is not there"):
        stage("tabula", tmp_path / "code")


def test_the_code_needs_nothing_that_is_not_in_the_zip(code):
    """Without the repository on the path, every module of it can be imported from the zip."""
    names = [
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in zipfile.ZipFile(code).namelist()
        if name.endswith(".py") and name != "__main__.py"
    ]
    script = f"import sys; sys.path.insert(0, {str(code)!r})\n" + "\n".join(
        f"import {name}" for name in names
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(names) > 20


def test_an_unknown_step_is_refused_with_the_known_ones(code):
    done = subprocess.run(
        [sys.executable, code, "tarin"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "step 'tarin' is unknown; say one of prepare, train, evaluate" in done.stderr


def test_a_failing_step_leaves_its_reason_where_sagemaker_looks(code, tmp_path):
    (tmp_path / "spec").mkdir()
    arguments = ["prepare", "--model", "x", "--train-uri", "a", "--test-uri", "b"]
    arguments += ["--train", "t", "--test", "t", "--out", "o"]
    done = subprocess.run(
        [sys.executable, code, *arguments, "--spec", tmp_path / "spec"],
        env={"SM_OUTPUT_FAILURE": str(tmp_path / "failure")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (tmp_path / "failure").read_text().startswith("NotFound: ")
    assert "exactly one is expected" in (tmp_path / "failure").read_text()
    assert (tmp_path / "message").read_text() == (tmp_path / "failure").read_text()
