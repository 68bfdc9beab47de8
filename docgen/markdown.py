"""How is a value written in Markdown?"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 120
"""The characters of a line of prose; a row of a table cannot be broken."""


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a cell may hold Markdown, and its line breaks become spaces."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def prose(text: str) -> str:
    """Return the paragraphs of a docstring, wrapped; lists stay as they are."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(p if _is_list(p) else wrapped(p) for p in paragraphs) + "\n"


def wrapped(text: str) -> str:
    """Return *text* in lines that can be scanned."""
    return textwrap.fill(
        " ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False
    )


def codes(names: Iterable[str]) -> str:
    """Return names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.replace("\\|", "|").replace("|", "\\|").split())


def _is_list(paragraph: str) -> bool:
    return paragraph.lstrip().startswith(("- ", "* ", "| "))
