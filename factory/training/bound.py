"""Is an execution what was asked for? What SageMaker says of it, compared with the request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

from factory.catalogue import document
from factory.catalogue.judged_rules import NAME
from factory.layout.names import person_of
from factory.training.parameters import name
from factory.training.run_request import REQUEST, Code, RunRequest
from factory.training.seen import Identity, Seen

UNNAMED = "?"
"""Stands for the model of an execution whose parameter names none."""
MODEL, REASON = name("model"), name("reason")
WORDS = {
    "starter": "who started it",
    "parameters": "its parameters",
    "definition": "the definition that it ran",
    "defaults": "the defaults of its parameters",
    "version": "the version of its pipeline",
    "aliases": "the aliases of that version",
    "selected": "the steps that were selected",
    "source": "the execution that it takes results from",
    "role": "the role that it runs as",
    "parallel": "how many of its steps run at once",
    "began": "when it began",
    "execution": "which execution it is",
}


@dataclass(frozen=True, kw_only=True)
class Bound:
    """What became of a request: written down once, by the one function that hears of all runs."""

    execution: str
    """The ARN."""
    model: str
    request: str
    """The digest of the request that it names, if that is written down; empty if it is not."""
    asked_by: str
    """Who or what asked: `person/NAME` or `function/NAME`; empty when nobody did."""
    reason: str
    """What the request says, or that there is none."""
    people: tuple[str, ...]
    """Everybody who had a part in it, for one reason or more: they build what comes out of it."""
    code: Code | None
    """Whose training code it runs; None for the recipe's own."""
    differs: tuple[str, ...]
    """In what it is not what was asked for, in words."""
    seen: Seen
    """What SageMaker said of it then."""

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the record."""
        return document.digest(self.body())

    @property
    def words(self) -> str:
        """Return in one sentence what is wrong with it; empty when nothing is."""
        return "; ".join(self.differs)

    def body(self) -> bytes:
        """Return the record: canonical JSON."""
        return document.canonical(asdict(self)).encode()

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read the record."""
        raw = json.loads(body)
        code = Code(**raw["code"]) if raw["code"] else None
        lists = {each: tuple(raw[each]) for each in ("people", "differs")}
        return cls(**{**raw, **lists, "code": code, "seen": Seen.parsed(raw["seen"])})


def model_of(parameters: Mapping[str, str]) -> str:
    """Return the model that an execution says it trains; `?` when that is no model's name.

    Whoever may start an execution chooses the text, which becomes a part of keys and subjects.
    """
    found = parameters.get(MODEL, "")
    return found if NAME.fullmatch(found) else UNNAMED


def bind(seen: Seen, request: RunRequest | None, starter: str) -> Bound:
    """Return the record of an execution; *starter* is the name of the one role that may start it.

    *request* is what is written down under the digest that the execution names, if anything is.
    """
    differs = tuple(differences(seen, request, starter))
    return Bound(
        execution=seen.execution,
        model=model_of(seen.parameters),
        request=request.digest if request else "",
        asked_by=request.asked_by if request else "",
        reason=_reason(seen, request),
        people=tuple(sorted({*(request.people if request else ()), *_people(seen)})),
        code=request.code if request else None,
        differs=differs,
        seen=seen,
    )


def differences(seen: Seen, request: RunRequest | None, starter: str) -> Iterator[str]:
    """Yield, in words, in what an execution is not what was asked for.

    What its parameters say instead is in the record and not in the words: whoever starts an
    execution writes them. That SageMaker names no starter is no difference; retrain's own note of
    what it started decides then.
    """
    if request is None:
        yield f"nobody asked for it: {seen.starter} started it without a request"
    for who, did in ((seen.starter, "started"), (seen.changer, "changed")):
        if who != Identity() and who.role != starter:
            yield f"{who} {did} it, and only retrain may"
    if request and (wrong := _misfits(seen, request)):
        yield f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not what was asked for"
    yield from overrides(seen)


def overrides(seen: Seen) -> Iterator[str]:
    """Yield, in words, what an execution has that the factory gives to none."""
    if seen.selected or seen.source:
        yield f"only {len(seen.selected)} of its steps were selected to run"
    if seen.aliases:
        yield "it runs a version of the pipeline that was chosen by an alias"
    if seen.role:
        yield "it runs as another role than its pipeline's"
    if seen.parallel:
        yield f"at most {seen.parallel} of its steps run at once, which its starter chose"


def changed(then: Seen, now: Seen) -> str:
    """Return, in words, what SageMaker says otherwise of an execution than it did; else nothing."""
    if now.changer != then.changer:
        return f"{now.changer} has changed it since: retried, stopped or renamed it"
    names = [f.name for f in fields(Seen) if getattr(then, f.name) != getattr(now, f.name)]
    return ", ".join(WORDS[each] for each in names)


def _misfits(seen: Seen, request: RunRequest) -> list[str]:
    """Return the parameters that have other values than the request and the definition say."""
    wanted = {**seen.defaults, **request.parameters, REQUEST: request.digest}
    found = seen.parameters
    return sorted(k for k in {*wanted, *found} if wanted.get(k) != found.get(k))


def _people(seen: Seen) -> Iterator[str]:
    """Yield the people whom SageMaker names: whoever started or changed a run has a part in it."""
    return (who.person for who in (seen.starter, seen.changer) if who.person)


def _reason(seen: Seen, request: RunRequest | None) -> str:
    if request is None:
        return f"{seen.starter} started it, and nobody has asked for it"
    who = person_of(request.asked_by) or request.asked_by
    behind = f" ({request.behind})" if request.behind else ""
    return f"{who} asked for it: {request.parameters.get(REASON) or request.cause}{behind}"
