"""What is one thing in a template that this cloud does not have?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Problem:
    """Something that is refused: where it stands, what it is and what to do about it."""

    logical_id: str
    """Empty for what belongs to the template as a whole."""
    what: str
    remedy: str
    kind: str = ""

    @property
    def thing(self) -> str:
        """Return what it is and of what kind of thing."""
        return f"{self.what} of {self.kind}" if self.kind else self.what

    def __str__(self) -> str:
        """Return the words that a refused call has."""
        named = [*filter(None, (self.kind, self.logical_id))]
        return f"{self.what} of {' '.join(named)}" if named else self.what


def literals(value: Any) -> Iterator[str]:
    """Yield the text of a property, or its texts under Fn::If; nothing for other functions."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and list(value) == ["Fn::If"]:
        for branch in value["Fn::If"][1:]:
            yield from literals(branch)


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the structure that a property is, or those of its list, through Fn::If."""
    if isinstance(value, list):
        for item in value:
            yield from parts(item)
    elif isinstance(value, dict) and list(value) == ["Fn::If"]:
        for branch in value["Fn::If"][1:]:
            yield from parts(branch)
    elif isinstance(value, dict):
        yield value
