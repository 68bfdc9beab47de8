"""Is a cached assembly always what synth would write now? Mostly tested on a small repository."""

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
def repository(tmp_path, monkeypatch):
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
    monkeypatch.setattr(synth_cache, "CACHE", tmp_path / "build" / "assembly")
    return tmp_path


def runs(repository):
    return len((repository / "build" / "runs").read_text())


def test_an_unchanged_repository_is_not_synthesized_again(repository):
    assert synth_cache.cached_assembly() == synth_cache.cached_assembly()
    assert runs(repository) == 1
    assert (synth_cache.cached_assembly() / "a.py").read_text() == "a = 1"


@pytest.mark.parametrize(
    "change",
    [
        lambda repository: (repository / "lambdas/a.py").write_text("a = 2"),
        lambda repository: (repository / "lambdas/b.py").write_text(""),
        lambda repository: (repository / "lambdas/a.py").rename(repository / "lambdas/b.py"),
        lambda repository: (repository / "lambdas/a.py").chmod(0o755),
        lambda repository: (repository / "cdk.context.json").write_text("{}"),
        lambda repository: (
            (repository / "never_seen_before").mkdir()
            or (repository / "never_seen_before/x").touch()
        ),
        lambda repository: (repository / "build/layers/layer.zip").write_text("other"),
    ],
    ids=["byte", "new", "renamed", "mode", "root", "folder", "layer"],
)
def test_a_change_of_anything_that_synth_can_read_gives_another_assembly(repository, change):
    before = synth_cache.cached_assembly()
    change(repository)
    assert synth_cache.cached_assembly() != before
    assert runs(repository) == 2


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
def test_what_synth_does_not_read_does_not_count(repository, name):
    before = synth_cache.cached_assembly()
    (repository / name).write_text("changed")
    assert synth_cache.cached_assembly() == before
    assert runs(repository) == 1


def test_each_stage_has_an_assembly_of_its_own(repository):
    assert "prod" in (synth_cache.cached_assembly("prod") / "context.json").read_text()
    assert "dev" in (synth_cache.cached_assembly() / "context.json").read_text()


def test_a_cdk_setting_counts(repository, monkeypatch):
    before = synth_cache.digest("dev")
    monkeypatch.setenv("CDK_DEFAULT_REGION", "eu-central-1")
    assert synth_cache.digest("dev") != before


def test_another_version_of_an_installed_package_counts(repository, monkeypatch, tmp_path_factory):
    before = synth_cache.digest("dev")
    folder = tmp_path_factory.mktemp("site")
    (folder / "aws_cdk_lib-9.9.9.dist-info").mkdir()
    monkeypatch.syspath_prepend(folder)
    assert synth_cache.digest("dev") != before


def test_a_reverted_change_finds_the_earlier_assembly(repository):
    before = synth_cache.cached_assembly()
    (repository / "lambdas/a.py").write_text("a = 2")
    synth_cache.cached_assembly()
    (repository / "lambdas/a.py").write_text("a = 1")
    assert synth_cache.cached_assembly() == before
    assert runs(repository) == 2


def test_a_failed_synth_leaves_nothing_that_is_reused(repository):
    (repository / "app.py").write_text(f"{APP}\nraise SystemExit('half done')\n")
    for _ in range(2):
        with pytest.raises(Refused, match="half done"):
            synth_cache.cached_assembly()
    assert runs(repository) == 2


def test_an_unfinished_entry_is_not_reused(repository):
    synth_cache.cached_assembly()
    (synth_cache.CACHE / synth_cache.digest("dev") / synth_cache.CHECKSUM).unlink()
    (synth_cache.cached_assembly() / "a.py").read_text()
    assert runs(repository) == 2


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
def test_a_changed_entry_is_synthesized_again(repository, damage):
    damage(synth_cache.cached_assembly())
    assembly = synth_cache.cached_assembly()
    assert sorted(p.name for p in assembly.iterdir()) == ["a.py", "context.json"]
    assert (assembly / "a.py").read_text() == "a = 1"
    assert runs(repository) == 2


def test_a_repository_that_changes_during_synth_is_not_cached(repository):
    edit = "pathlib.Path('lambdas/a.py').write_text('a = 2')"
    (repository / "app.py").write_text(f"{APP}\n{edit}\n")
    first = synth_cache.digest("dev")
    assert (synth_cache.cached_assembly() / "a.py").read_text() == "a = 1"
    assert not (synth_cache.CACHE / first).exists()
    assert (synth_cache.cached_assembly() / "a.py").read_text() == "a = 2"


def test_the_most_recently_used_entries_stay(repository, monkeypatch):
    monkeypatch.setattr(synth_cache, "MAX_ENTRIES", 3)
    assemblies = []
    for number in (0, 1, 2, 0, 3):
        (repository / "lambdas/a.py").write_text(f"a = {number}")
        assemblies.append(synth_cache.cached_assembly())
    assert [path.exists() for path in assemblies] == [True, False, True, True, True]
    assert len(list(synth_cache.CACHE.iterdir())) == 3


def files(folder):
    found = (p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).digest() for p in found}


def test_the_cached_assembly_of_this_repository_is_that_of_a_fresh_synth(request):
    fresh, cached = files(request.getfixturevalue("assembly")), files(synth_cache.cached_assembly())
    traces = {
        name for name in fresh if name.endswith(".metadata.json")
    }  # they contain jsii's temporary paths
    assert set(cached) == set(fresh)
    assert {name for name in fresh if cached[name] != fresh[name]} <= traces


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
    """Return the file that was opened; for compiled code, its source."""
    compiled = opened.endswith(".pyc")
    return Path(importlib.util.source_from_cache(opened) if compiled else opened)


def test_every_file_that_synth_opens_is_in_the_digest(tmp_path):
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
    assert {"app.py", "models/income.py", "pipelines/boosting/pipeline.json"} <= read
    assert read <= {name for name, _ in synth_cache.inputs(ROOT)}


def test_every_file_in_a_function_asset_is_in_the_digest(request):
    folder = request.getfixturevalue("assembly")
    counted = {hashlib.sha256(path.read_bytes()).digest() for _, path in synth_cache.inputs(ROOT)}
    shipped = {name: sha for name, sha in files(folder).items() if "/" in name}
    assert any(name.endswith("handler.py") for name in shipped)
    assert [name for name, sha in shipped.items() if sha not in counted] == []
