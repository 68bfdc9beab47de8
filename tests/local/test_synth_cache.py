"""Is a kept assembly always what synth would make now? Nearly all on a repository of one app."""

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from factory.errors import Refused
from local import synth, synth_cache

APP = """
import os, pathlib
out = pathlib.Path(os.environ["CDK_OUTDIR"])
out.mkdir(parents=True)
for source in sorted(pathlib.Path("lambdas").rglob("*.py")):
    (out / source.name).write_text(source.read_text())
(out / "context.json").write_text(os.environ["CDK_CONTEXT_JSON"])
with pathlib.Path("build", "runs").open("a") as runs:
    runs.write("x")
"""
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A repository whose app.py writes its functions to the assembly."""
    for name, text in {
        "app.py": APP,
        "lambdas/a.py": "a = 1",
        "lambdas/__pycache__/a.pyc": "",
        "tests/test_a.py": "",
        "docs/a.md": "",
        "localcloud/src/localcloud/a.py": "",
        "build/layers/layer.zip": "layer",
        "build/catalogue.json": "",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(synth, "ROOT", tmp_path)
    monkeypatch.setattr(synth_cache, "HOME", tmp_path / "build" / "assembly")
    return tmp_path


def runs(home):
    return len((home / "build" / "runs").read_text())


def test_nothing_is_synthesized_again_while_nothing_has_changed(home):
    assert synth_cache.kept() == synth_cache.kept()
    assert runs(home) == 1
    assert (synth_cache.kept() / "a.py").read_text() == "a = 1"


@pytest.mark.parametrize(
    "change",
    [
        lambda home: (home / "lambdas/a.py").write_text("a = 2"),
        lambda home: (home / "lambdas/b.py").write_text(""),
        lambda home: (home / "lambdas/a.py").rename(home / "lambdas/b.py"),
        lambda home: (home / "lambdas/a.py").chmod(0o755),
        lambda home: (home / "cdk.context.json").write_text("{}"),
        lambda home: (home / "never_seen_before").mkdir() or (home / "never_seen_before/x").touch(),
        lambda home: (home / "build/layers/layer.zip").write_text("other"),
    ],
    ids=["byte", "new", "renamed", "mode", "root", "folder", "layer"],
)
def test_a_change_of_anything_that_synth_can_read_makes_another_assembly(home, change):
    before = synth_cache.kept()
    change(home)
    assert synth_cache.kept() != before
    assert runs(home) == 2


@pytest.mark.parametrize(
    "name",
    [
        "tests/test_a.py",
        "docs/a.md",
        "localcloud/src/localcloud/a.py",
        "lambdas/__pycache__/a.pyc",
        "build/catalogue.json",
    ],
)
def test_what_synth_does_not_read_does_not_count(home, name):
    before = synth_cache.kept()
    (home / name).write_text("changed")
    assert synth_cache.kept() == before
    assert runs(home) == 1


def test_each_stage_has_an_assembly_of_its_own(home):
    assert "prod" in (synth_cache.kept("prod") / "context.json").read_text()
    assert "dev" in (synth_cache.kept() / "context.json").read_text()


def test_a_setting_of_the_cdk_counts(home, monkeypatch):
    before = synth_cache.digest("dev")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-central-1")
    assert synth_cache.digest("dev") != before


def test_another_version_of_anything_installed_counts(home, monkeypatch, tmp_path_factory):
    before = synth_cache.digest("dev")
    place = tmp_path_factory.mktemp("site")
    (place / "aws_cdk_lib-9.9.9.dist-info").mkdir()
    monkeypatch.syspath_prepend(place)
    assert synth_cache.digest("dev") != before


def test_a_change_that_is_taken_back_finds_the_assembly_of_before(home):
    before = synth_cache.kept()
    (home / "lambdas/a.py").write_text("a = 2")
    synth_cache.kept()
    (home / "lambdas/a.py").write_text("a = 1")
    assert synth_cache.kept() == before
    assert runs(home) == 2


def test_a_synth_that_breaks_off_leaves_nothing_that_is_taken(home):
    (home / "app.py").write_text(f"{APP}\nraise SystemExit('half done')\n")
    for _ in range(2):
        with pytest.raises(Refused, match="half done"):
            synth_cache.kept()
    assert runs(home) == 2


def test_a_folder_that_was_never_finished_is_not_taken(home):
    synth_cache.kept()
    (synth_cache.HOME / synth_cache.digest("dev") / "seal").unlink()
    (synth_cache.kept() / "a.py").read_text()
    assert runs(home) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "a.py").write_text("a = 3"),
        lambda folder: (folder / "a.py").unlink(),
        lambda folder: (folder / "evil.py").touch(),
        shutil.rmtree,
    ],
    ids=["byte", "removed", "added", "gone"],
)
def test_an_assembly_that_was_changed_is_made_again(home, damage):
    damage(synth_cache.kept())
    made = synth_cache.kept()
    assert sorted(p.name for p in made.iterdir()) == ["a.py", "context.json"]
    assert (made / "a.py").read_text() == "a = 1"
    assert runs(home) == 2


def test_what_changes_while_it_is_synthesized_is_used_once_and_not_kept(home):
    edit = "pathlib.Path('lambdas/a.py').write_text('a = 2')"
    (home / "app.py").write_text(f"{APP}\n{edit}\n")
    first = synth_cache.digest("dev")
    assert (synth_cache.kept() / "a.py").read_text() == "a = 1"
    assert not (synth_cache.HOME / first).exists()
    assert (synth_cache.kept() / "a.py").read_text() == "a = 2"


def test_the_three_that_were_used_last_are_kept(home):
    made = []
    for number in (0, 1, 2, 0, 3):
        (home / "lambdas/a.py").write_text(f"a = {number}")
        made.append(synth_cache.kept())
    assert [path.exists() for path in made] == [True, False, True, True, True]
    assert len(list(synth_cache.HOME.iterdir())) == 3


def files(folder):
    found = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).digest() for p in found}


def test_what_is_kept_of_this_repository_is_what_a_fresh_synth_makes(request):
    fresh, found = files(request.getfixturevalue("assembly")), files(synth_cache.kept())
    traces = {name for name in fresh if name.endswith(".metadata.json")}  # name jsii's scratch
    assert set(found) == set(fresh)
    assert {name for name in fresh if found[name] != fresh[name]} <= traces


WATCHED = """
import sys
opened = set()
sys.addaudithook(lambda event, args: event == "open" and opened.add(str(args[0])))
import pathlib
import app, models
app.build(models.catalogue(), outdir=pathlib.Path(sys.argv[1]))
print("\\n".join(opened))
"""


def source(opened):
    """Return the file that was opened; for compiled code, the one that it was compiled from."""
    compiled = opened.endswith(".pyc")
    return Path(importlib.util.source_from_cache(opened) if compiled else opened)


def test_every_file_of_this_repository_that_synth_opens_is_counted(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    outside = ("build/code", "build/catalogue-", "build/contracts-", "build/tmp", ".venv")
    opened = {
        str(path.relative_to(ROOT))
        for path in map(source, done.stdout.splitlines())
        if path.is_relative_to(ROOT) and "__pycache__" not in path.parts
    }
    read = {name for name in opened if not name.startswith(outside) and (ROOT / name).is_file()}
    assert {"app.py", "models/income.py", "pipelines/tabular/pipeline.json"} <= read
    assert read <= {name for name, _ in synth_cache.inputs(ROOT)}


def test_every_file_in_a_functions_asset_comes_from_a_file_that_is_counted(request):
    folder = request.getfixturevalue("assembly")
    counted = {hashlib.sha256(path.read_bytes()).digest() for _, path in synth_cache.inputs(ROOT)}
    shipped = {name: sha for name, sha in files(folder).items() if "/" in name}
    assert any(name.endswith("handler.py") for name in shipped)
    assert [name for name, sha in shipped.items() if sha not in counted] == []
