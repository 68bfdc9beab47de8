"""What does the page of imports say? It is written from the table that a test enforces."""

from __future__ import annotations

from docgen import markdown
from docgen.import_rules import ALLOWED, Rule

INTRODUCTION = """\
# Who may import whom

Besides the standard library and its own folder, a file may import what its row allows, and nothing
else. The narrowest row counts. `tests/test_architecture.py` enforces it for every file, and finds
an allowance that nobody uses.

This page is generated from `docgen/import_rules.py`.
"""


def page() -> str:
    """Return the page as Markdown: a row per folder."""
    rows = [(f"`{place}`", _allowed(rule), rule.note) for place, rule in ALLOWED.items()]
    return "\n".join([INTRODUCTION, markdown.table(("Folder", "May import", "Because"), rows)])


def _allowed(rule: Rule) -> str:
    if "*" in rule.allowed:
        return "anything installed, and no folder of the factory"
    return markdown.codes(sorted(rule.allowed)) or "nothing"
