"""Does every link lead somewhere, and does one lead to every page?"""

import re
from pathlib import Path

import pytest

from tests.docs.reading import ROOT, Page, pages

OUTSIDE = re.compile(r"https?://|mailto:")


def target(page, link):
    """Return the file that *link* on *page* points to, and the anchor in it."""
    path, _, anchor = link.partition("#")
    return (page.path.parent / path).resolve() if path else page.path, anchor


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_link_leads_to_a_file_of_the_repository_and_to_a_heading_in_it(page):
    dead = []
    for link in page.links:
        if OUTSIDE.match(link):
            continue
        path, anchor = target(page, link)
        there = path.exists() and path.is_relative_to(ROOT)
        if not there or (anchor and anchor not in Page(path).anchors):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_heading_of_a_page_has_an_anchor_of_its_own(page):
    assert len(set(page.anchors)) == len(page.anchors)


def test_a_reader_of_the_readme_can_come_to_every_page():
    known, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = Page(waiting.pop())
        known.add(page.path)
        inside = [target(page, link)[0] for link in page.links if not OUTSIDE.match(link)]
        waiting += [p for p in inside if p.suffix == ".md" and p.exists() and p not in known]
    assert {str(page) for page in pages() if page.path not in known} == set()


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("[x](b.md) and [y](#z)\n\n# Z\n")
    assert Page(page).links == ["b.md", "#z"]
    assert Page(page).anchors == ["z"]
    assert not target(Page(page), "b.md")[0].exists()


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("# `gates.floor.at_least`", "gatesfloorat_least"), ("# Who may do what?", "who-may-do-what")],
)
def test_an_anchor_is_what_github_makes_of_a_heading(tmp_path, heading, anchor):
    page = Path(tmp_path, "a.md")
    page.write_text(f"{heading}\n\n{heading}\n")
    assert Page(page).anchors == [anchor, f"{anchor}-1"]
