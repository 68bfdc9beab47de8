"""Does git know the builders of a model, and does the check say so if it does not?"""

import os
import subprocess

import pytest

from cli import authors
from cli.authors import Author, Part

ADA = ("Ada Lovelace", "ada@corp.com")
MODEL = {"churn": Part("churn", "boosting", ("ada",))}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Give a function that commits files as somebody, in a repository of its own."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def commit(author, *files):
        for file in files:
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{path.read_text() if path.exists() else ''}#\n")
        who = ("-c", f"user.name={author[0]}", "-c", f"user.email={author[1]}")
        for words in (("add", "."), (*who, "commit", "-qm", "any")):
            subprocess.run(["git", *words], cwd=tmp_path, check=True)
        return tmp_path

    return commit


def told(root, parts=MODEL):
    found = authors.history(root)
    assert not isinstance(found, str), found
    return list(authors.notes(parts, found))


def test_who_wrote_a_model_and_builds_it_needs_no_note(repository):
    assert told(repository(ADA, "models/churn.py")) == []


def test_who_wrote_a_model_or_its_recipe_and_is_no_builder_is_named(repository):
    repository(ADA, "models/churn.py")
    (words,) = told(repository(("Eve", "eve@corp.com"), "pipelines/boosting/recipe.py"))
    assert words.startswith("churn: written by Eve <eve@corp.com>, not among the builders")


def test_what_others_wrote_of_other_models_is_no_matter(repository):
    repository(ADA, "models/churn.py")
    others = ("models/other.py", "pipelines/linear/recipe.py", "pipelines/steps/x.py", "README.md")
    assert told(repository(("Eve", "eve@corp.com"), *others)) == []


def test_a_builder_who_has_committed_nothing_is_named(repository):
    root = repository(ADA, "models/churn.py")
    (words,) = told(root, {"churn": Part("churn", "boosting", ("ada", "bob"))})
    assert words == "churn: no commit to its file or recipe is by bob, who should build it"


def test_a_model_that_is_not_committed_has_no_authors_yet(repository):
    assert told(repository(ADA, "models/other.py")) == []


def test_models_of_which_the_same_is_true_share_a_note(repository):
    files = [f"models/m{number}.py" for number in range(9)]
    root = repository(("Eve", "eve@corp.com"), *files)
    parts = {f"m{number}": Part(f"m{number}", "boosting", ("eve", "ada")) for number in range(9)}
    (words,) = told(root, parts)
    assert words.startswith("m0, m1, m2, m3, m4 and 4 more: no commit to its file or recipe is by")


def test_a_mailmap_says_whose_address_it_is(repository, tmp_path):
    repository(("al", "private@home.example"), "models/churn.py")
    (tmp_path / ".mailmap").write_text("Ada <ada@corp.com> <private@home.example>\n")
    assert told(tmp_path) == []


def test_a_part_of_a_history_does_not_say_who_never_committed():
    text = "\x1eAda\x1fada@corp.com\n\nmodels/churn.py\n"
    parts = {"churn": Part("churn", "boosting", ("ada", "bob"))}
    assert list(authors.notes(parts, authors.parsed(text, whole=False))) == []
    assert len(list(authors.notes(parts, authors.parsed(text, whole=True)))) == 1


def test_where_there_is_no_repository_or_no_git_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "not a git repository" in authors.history(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert authors.history(tmp_path) == "git is not installed"


@pytest.mark.parametrize(
    "author",
    [
        Author("Ada", "x@corp.com"),
        Author("any", "ada@corp.com"),
        Author("any", "ADA@home.example"),
        Author("any", "1234+ada@users.noreply.github.com"),
    ],
)
def test_an_author_is_known_by_name_or_address(author):
    assert author.builds("ada")
    assert not author.builds("bob")


def test_an_author_is_known_by_a_full_name():
    assert Author("Ada Lovelace", "x@corp.com").builds("ada.lovelace@corp.com")


def test_what_a_commit_says_of_its_author_drives_no_terminal():
    assert "\x1b" not in str(Author("\x1b[2J", "\x1b]0;x"))
