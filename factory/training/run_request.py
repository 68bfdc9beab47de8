"""Who or what wants a run, and of what will it be made? Written down once, before it begins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from factory.catalogue import document
from factory.layout.names import person_of
from factory.training.parameters import Parameters, name

REQUEST = name("request")
"""The parameter that names the request; the request itself cannot hold it."""


@dataclass(frozen=True)
class Code:
    """Training code that a person brought."""

    sha256: str
    """Of the zip."""
    person: str
    """Who wrote it to where only they can write."""


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """All that is known of a run before it begins."""

    model: str
    recipe: str
    definition: str
    """The digest of the recipe's pipeline definition that was in force; empty if none was known."""
    cause: str
    """A publication in words, an incident, or a person's command."""
    asked_by: str
    """Who or what asked: `person/NAME` or `function/NAME`."""
    behind: str
    """Whose deed the cause was, in words: who landed the data; empty when nobody's is known."""
    spec_by: str
    """Who is said to have put the spec in force; empty when that is not known."""
    builders: tuple[str, ...]
    """Who builds the model, by the spec that was in force."""
    code: Code | None
    """Whose training code it is; None for the recipe's own."""
    parameters: Mapping[str, str]
    """What the execution is given: the judged spec, snapshots, champion, code, machine, reason."""

    @property
    def people(self) -> tuple[str, ...]:
        """Return the people who had a part in the run: they build what comes out of it."""
        asked, code = person_of(self.asked_by), self.code.person if self.code else ""
        return (*self.builders, *filter(None, (asked, code)))

    @property
    def digest(self) -> str:
        """Return what names the request: the SHA-256 of the document."""
        return document.digest(self.body())

    def body(self) -> bytes:
        """Return the document: canonical JSON, so that the same request is the same bytes."""
        return document.canonical(asdict(self)).encode()

    def given(self) -> list[dict[str, str]]:
        """Return what StartPipelineExecution takes: all that is written down, and by which name."""
        values = {**self.parameters, REQUEST: self.digest}
        return [{"Name": key, "Value": value} for key, value in values.items()]

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read the document."""
        raw = json.loads(body)
        code = Code(**raw["code"]) if raw["code"] else None
        return cls(**{**raw, "code": code, "builders": tuple(raw["builders"])})


def told(parameters: Parameters) -> dict[str, str]:
    """Return what *parameters* give an execution, as a request holds it."""
    given = {each["Name"]: each["Value"] for each in parameters.given()}
    return {key: value for key, value in given.items() if key != REQUEST}
