"""What stands in a page? Its headings, links, code blocks and sentences."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
MARK = re.compile(r"<!--\s*(?P<word>[a-z ]+?)(?::\s*(?P<rest>.*?))?\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of code, and the mark in the comment right before it."""

    page: str
    line: int
    language: str
    text: str
    mark: str
    """`not run`, `file`, `edit`, `laptop`, or nothing."""
    rest: str
    """What the mark says after its colon."""

    def __str__(self):
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Page:
    path: Path

    def __str__(self):
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self):
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tokens(self):
        return MarkdownIt("commonmark").enable("table").parse(self.text)

    @cached_property
    def headings(self):
        """The texts of the headings, as a reader sees them."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        return [_seen(inline) for opening, inline in pairs if opening.type == "heading_open"]

    @cached_property
    def anchors(self):
        """The names under which headings can be linked to, made as GitHub makes them."""
        found = []
        for heading in self.headings:
            kept = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            again = sum(kept == re.sub(r"-\d+$", "", name) for name in found)
            found.append(f"{kept}-{again}" if kept in found else kept)
        return found

    @cached_property
    def links(self):
        """The targets of all links."""
        inner = [part for token in self.tokens for part in token.children or ()]
        return [part.attrs["href"] for part in inner if part.type == "link_open"]

    @cached_property
    def blocks(self):
        """The fenced blocks, in order."""
        found, mark = [], ("", "")
        for token in self.tokens:
            if token.type == "html_block":
                match = MARK.fullmatch(token.content.strip())
                mark = (match["word"], match["rest"] or "") if match else ("", "")
            elif token.type == "fence":
                place = (str(self), token.map[0] + 1, token.info.strip())
                found.append(Block(*place, token.content, *mark))
                mark = ("", "")
            elif token.type in {"heading_open", "paragraph_open"}:
                mark = ("", "")
        return found

    @cached_property
    def sentences(self):
        """The sentences of the prose: paragraphs and items of lists, without code and tables."""
        prose, inside = [], 0
        for token in self.tokens:
            inside += (token.type == "table_open") - (token.type == "table_close")
            if token.type == "inline" and not inside:
                prose.append(_seen(token))
        return [s for text in prose for s in re.split(r"(?<=[.!?:;])\s+", text) if s]


def _seen(inline):
    """Return the text of a token as it is shown; a piece of code is one word."""
    parts = {"softbreak": " ", "hardbreak": " "}
    return "".join(parts.get(c.type, c.content) for c in inline.children or ())


def pages():
    """Return the pages of the repository that people read, but not those of the local cloud."""
    top = [ROOT / name for name in TOP]
    return [Page(path) for path in (*top, *sorted((ROOT / "docs").rglob("*.md")))]


def guides():
    """Return the pages that people wrote; the reference is generated."""
    return [page for page in pages() if "reference" not in page.path.parts]
