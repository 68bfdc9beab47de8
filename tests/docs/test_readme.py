"""Does the README say what the code does, in a form that a newcomer can scan?"""

import re

import pytest

from demo import STEPS
from tests.docs.reading import ROOT, Page, pages

README = Page(ROOT / "README.md")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
MOST = 120
"""Lines of the README."""
ELSEWHERE = ("build/", "code/", "model/", "seg/")
"""Beginnings of paths that a command makes, of subjects of events, and of keys in S3."""


def test_the_readme_is_short():
    assert len(README.text.splitlines()) <= MOST


def test_the_readme_keeps_its_order():
    assert README.headings == [
        "Modelworks",
        "Two commands",
        "Add a model",
        "Read on",
        "What is not proven",
    ]


def test_the_two_commands_come_first_and_exist():
    typed = [line for b in README.blocks if b.language == "console" for line in b.text.splitlines()]
    assert typed[:2] == ["$ make demo", "$ make test"]


def test_the_last_line_of_the_demo_is_the_one_that_is_promised():
    assert f"`demo: {len(STEPS)} steps passed, 0 failed`" in README.text


def test_the_readme_leads_to_every_kind_of_reader():
    links = set(README.links)
    wanted = ("index", "guides/add-a-model", "guides/deploy-one-account", "operate/index")
    assert {f"docs/{page}.md" for page in (*wanted, "audit/index", "not-proven")} <= links


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_make_target_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    named = re.findall(r"`make ([a-z-]+)", page.text)
    named += re.findall(r"^\$ make ([a-z -]+)$", page.text, re.MULTILINE)
    assert {target for words in named for target in words.split()} <= targets


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_path_that_a_page_names_exists(page):
    paths = re.findall(r"`((?:[a-z_]+/)+[a-z_0-9.]*)`", page.text)
    missing = [p for p in paths if not p.startswith(ELSEWHERE) and not (ROOT / p).exists()]
    assert missing == []
