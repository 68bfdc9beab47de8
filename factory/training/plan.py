"""What becomes of a wanted run? It starts, it has started before, it waits, or it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory import reasons
from factory.catalogue.spec import Model
from factory.layout.names import person_of
from factory.training import run_policy
from factory.training.exam import Looks
from factory.training.parameters import INSTANCE_TYPE, Parameters
from factory.training.request import Wanted
from factory.training.run_policy import Request
from factory.training.run_request import Code, RunRequest, told

LONGEST = 1024  # characters of a pipeline's parameter


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The newest approved version, or the note that there is none."""

    uri: str
    digest: str
    answers: str = ""
    """What it was asked and answered when it was judged, by digest; empty if unknown."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that decides about a wanted run."""

    wanted: Wanted
    model: Model
    judged: str
    """The digest of the judged document in force."""
    spec_uri: str
    """Where that document is stored."""
    history: Sequence[Mapping[str, Any]]
    now: float
    snapshots: Mapping[str, str]
    """The folder of the newest snapshot of each product that has one."""
    looks: Looks | None
    """How often the test rows were looked at; None when no run can start."""
    champion: Champion
    definition: str
    """The digest of the pipeline definition of the model's recipe; empty if none is recorded."""
    spec_by: str
    """Who is said to have put the spec in force; empty when that is not known."""
    code_uri: str
    """Where the training code is that the person has brought; empty for the recipe's own."""


@dataclass(frozen=True)
class Known:
    """The cause has started a run before."""

    run: Mapping[str, Any]


@dataclass(frozen=True)
class Resume:
    """The cause has a run that counts, and that has not started yet."""

    run: Mapping[str, Any]


@dataclass(frozen=True)
class Start:
    """A run starts."""

    request: Request
    document: RunRequest
    """What is written down before it starts: whoever asks, and all that the run is given."""
    looks: Looks
    """What was known of the test rows before: the run looks at them once more, whatever it ends as.
    """


@dataclass(frozen=True)
class Defer:
    """No run can start yet; the next publication asks again."""

    reason: str


@dataclass(frozen=True)
class Refuse:
    """No run may start."""

    reason: str


def plan(facts: Facts) -> Known | Resume | Start | Defer | Refuse:
    """Return what becomes of the wanted run."""
    before = run_policy.started(facts.history, facts.wanted.cause)
    if before:
        return Known(before) if before["execution"] else Resume(before)
    if late := run_policy.overtaken(facts.history, facts.wanted.since):
        return Refuse(late)
    missing = [p for p in facts.model.products if p not in facts.snapshots]
    if missing or facts.looks is None:
        return Defer(f"{', '.join(missing)} has no snapshot yet")
    request = Request(
        model=facts.model.name,
        train=facts.snapshots[facts.model.train],
        test=facts.snapshots[facts.model.test],
        champion=facts.champion.digest,
        judged=facts.judged,
        definition=facts.definition,
        code=facts.wanted.code,
    )
    answer = run_policy.may_start(
        request, facts.wanted.cause, facts.history, facts.now, facts.model
    )
    return _start(facts, request, facts.looks) if answer.yes else Refuse(answer.reason)


def _start(facts: Facts, request: Request, looks: Looks) -> Start:
    """Return the request of what the run is given."""
    given, wanted, model = _parameters(facts, request, looks), facts.wanted, facts.model
    document = RunRequest(
        model=model.name,
        recipe=model.recipe,
        definition=facts.definition,
        cause=wanted.cause,
        asked_by=wanted.asked_by,
        behind=wanted.behind,
        spec_by=facts.spec_by,
        builders=model.builders,
        code=Code(wanted.code, person_of(wanted.asked_by)) if wanted.code else None,
        parameters=told(given),
    )
    return Start(request, document, looks)


def _parameters(facts: Facts, request: Request, looks: Looks) -> Parameters:
    return Parameters(
        request="",
        train_code_uri=facts.code_uri,
        train_code_digest=request.code,
        instance_type=INSTANCE_TYPE,
        model=request.model,
        spec_uri=facts.spec_uri,
        spec_digest=request.judged,
        train_uri=request.train,
        test_uri=request.test,
        champion_uri=facts.champion.uri,
        champion_digest=request.champion,
        champion_answers=facts.champion.answers,
        look=str(looks.next),
        reason=reasons.shown(facts.wanted.reason, LONGEST),
    )
