import subprocess
import sys
import zipfile

import pytest

from pipelines.code import ROOT, stage


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.py")}


def test_jobs_receive_the_steps_the_domain_and_a_main_and_nothing_else(tmp_path):
    staged = stage("tabular", tmp_path / "code")
    assert {p.name for p in staged.iterdir()} == {"__main__.py", "steps", "factory"}
    assert {p.suffix for p in staged.rglob("*") if p.is_file()} == {".py"}
    steps = ROOT / "pipelines" / "tabular" / "steps"
    assert files(staged / "steps") == files(steps)
    assert files(staged / "factory") == files(ROOT / "factory")


def test_staging_twice_gives_the_same_files(tmp_path):
    assert files(stage("tabular", tmp_path / "one")) == files(stage("tabular", tmp_path / "two"))


def test_a_folder_with_files_is_not_staged_into(tmp_path):
    (tmp_path / "old.py").touch()
    with pytest.raises(FileExistsError, match="is not empty"):
        stage("tabular", tmp_path)


def test_an_unknown_recipe_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="recipe 'tabula'"):
        stage("tabula", tmp_path / "code")


def test_the_definition_time_code_does_not_travel(code):
    names = zipfile.ZipFile(code).namelist()
    assert not [n for n in names if "pipeline" in n or "sdk" in n]


def test_an_unknown_step_is_refused_with_the_known_ones(code):
    done = subprocess.run(
        [sys.executable, code, "tarin"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "step 'tarin' is unknown; say one of prepare, train, evaluate" in done.stderr


def test_a_failing_step_leaves_its_reason_where_sagemaker_looks(code, tmp_path):
    (tmp_path / "catalogue").mkdir()
    arguments = ["prepare", "--model", "x", "--train-uri", "a", "--test-uri", "b"]
    arguments += ["--train", "t", "--test", "t", "--out", "o"]
    done = subprocess.run(
        [sys.executable, code, *arguments, "--catalogue", tmp_path / "catalogue"],
        env={"SM_OUTPUT_FAILURE": str(tmp_path / "failure")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (tmp_path / "failure").read_text().startswith("NotFound: ")
    assert "exactly one file is expected" in (tmp_path / "failure").read_text()
