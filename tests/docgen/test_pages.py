"""Are the pages of the reference what the code says, and does a test see when they are not?"""

import subprocess
import sys

import pytest

from docgen import pages
from docgen.assembly import Assembly


@pytest.fixture(scope="module")
def built(assembly):
    return Assembly(assembly)


@pytest.mark.parametrize("name", pages.PAGES)
def test_the_page_is_current(built, name):
    found = pages.path_of(name).read_text(encoding="utf-8")
    assert found == pages.text(name, built), "run `make docs`"


def test_there_is_no_page_that_nothing_writes():
    there = {path.stem for path in pages.FOLDER.glob("*.md")} - {"index"}
    assert there == set(pages.PAGES)


def test_a_page_that_somebody_edited_is_named_and_written_anew(built, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "FOLDER", tmp_path)
    assert pages.write(built) == list(pages.PAGES)
    assert pages.stale(built) == []
    page = pages.path_of("gates")
    page.write_text(page.read_text().replace("## floor", "## flor"))
    assert pages.stale(built) == ["gates"]
    assert pages.write(built) == ["gates"]
    assert "## floor" in page.read_text()


def test_the_command_says_that_all_is_current(assembly):
    done = subprocess.run(
        [sys.executable, "-m", "docgen", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_an_option_that_is_unknown_is_refused():
    words = [sys.executable, "-m", "docgen", "--fast"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 2
