"""What does a deploy have to send? What differs from the last one that was sent completely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from factory.catalogue import document
from factory.errors import InvalidSpec


class Line(NamedTuple):
    """Where one spec stands in the file of all, and what it is."""

    start: int
    """In bytes, from the beginning of the file."""
    end: int
    """The byte after the last, without the end of the line."""
    digest: str


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One deploy of the catalogue, as it is written down before anything is sent."""

    sequence: int
    request: str
    """CloudFormation's id of the request; the same request is the same deploy."""
    specs: str
    """The URI of the file of all specs."""
    deployer: str
    """Who claims to have deployed it; empty when nobody does."""
    lines: Mapping[str, Line]
    """By the name of the model."""
    group_policy: str = ""
    """Whom each model's group lets in of other accounts: JSON, see `sharing`."""

    def text(self) -> str:
        """Return the deploy as it is stored."""
        return document.canonical(
            {
                "sequence": self.sequence,
                "request": self.request,
                "specs": self.specs,
                "deployer": self.deployer,
                "lines": {name: list(line) for name, line in self.lines.items()},
                "group_policy": self.group_policy,
            }
        )

    @classmethod
    def of(cls, text: str | bytes) -> Self:
        """Read what `text` wrote."""
        found = document.json_of(text)
        lines = {name: Line(*line) for name, line in found.pop("lines").items()}
        return cls(**found, lines=lines)


class Message(NamedTuple):
    """What one model's onboarding is told."""

    model: str
    sequence: int
    specs: str
    deployer: str
    line: Line | None
    """None for a model that was removed."""

    def body(self) -> dict[str, Any]:
        """Return the message as plain JSON."""
        return {**self._asdict(), "line": list(self.line) if self.line else None}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Read what `body` wrote."""
        return cls(**{**body, "line": Line(*body["line"]) if body["line"] else None})


def indexed(chunks: Iterator[bytes]) -> dict[str, Line]:
    """Return the place of every spec, by name, of a file that is read in *chunks*.

    InvalidSpec when a name comes twice: one would take force, and people might have read the other.
    """
    found: dict[str, Line] = {}
    for name, line in _entries(chunks):
        if name in found:
            raise InvalidSpec(f"model {name!r}: two entries have the name; rename one")
        found[name] = line
    return found


def _entries(chunks: Iterator[bytes]) -> Iterator[tuple[str, Line]]:
    """Yield name and place of every spec; one line is held at a time, whatever the file's size."""
    start, rest = 0, b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield from _entry(line, start)
            start += len(line) + 1
    yield from _entry(rest, start)


def _entry(line: bytes, start: int) -> Iterator[tuple[str, Line]]:
    if line:
        name = document.json_of(line)["model"]["name"]
        yield name, Line(start, start + len(line), document.digest(line))


def messages(now: Deployment, earlier: Sequence[Deployment]) -> Iterator[Message]:
    """Yield a message for every model that *now* has otherwise than any deploy of *earlier*.

    When other accounts are let into groups otherwise than before, that is every model.

    *earlier* reaches back to the last deploy that is known to have sent all its messages: what one
    that broke down has sent may be in force, and what it has not sent may not.
    """
    names = dict.fromkeys(name for deploy in earlier for name in deploy.lines)
    for name in {**now.lines, **names}:
        line = now.lines.get(name)
        if not earlier or any(_differs(name, now, deploy) for deploy in earlier):
            yield Message(name, now.sequence, now.specs, now.deployer, line)


def _differs(model: str, now: Deployment, before: Deployment) -> bool:
    line, other = now.lines.get(model), before.lines.get(model)
    if line and now.group_policy != before.group_policy:
        return True
    return (line and line.digest) != (other and other.digest)
