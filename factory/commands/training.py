"""May a person have a model learn, or a run stopped? What can be said before retrain is asked."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from factory import people
from factory.catalogue.spec import Model
from factory.commands.request import (
    OPERATOR,
    Accepted,
    Caller,
    Declined,
    StopRun,
    Train,
    conflict,
    unknown,
    wrong,
)
from factory.events.people import TrainingRequested, TrainingStopRequested
from factory.layout.names import person_actor

LARGEST = 16 * 2**20
"""Bytes of a person's training code, which `command` reads to compare it."""
LONGEST = 600
"""Characters of a reason to train: it is a parameter of the run, and stands in its package."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What is there of a person's training code."""

    uri: str
    size: int | None = None
    """In bytes; None when nothing is there."""
    digest: str = ""
    """Its SHA-256; empty when it is too large to be read."""


def accept_train(command: Train, caller: Caller, model: Model, brought: Brought) -> Accepted:
    """Return what retrain is asked for in the person's name; Declined for code that is not there.

    Whoever builds may ask for a run of any model. They count as one of its builders then, and
    approve nothing that comes of it.
    """
    if len(command.reason) > LONGEST:
        raise wrong(f"a reason of {len(command.reason)} characters; say it in {LONGEST}")
    if model.retired:
        raise conflict(f"{model.name} is retired: it learns no more")
    if command.code:
        _check(command.code, brought)
    event = TrainingRequested(
        model=model.name,
        actor=person_actor(caller.person),
        reason=command.reason,
        key=caller.request,
        code=command.code,
    )
    answer = {"model": model.name, "code": command.code, "by": caller.person}
    return Accepted(event=event, answer=answer)


def _check(digest: str, brought: Brought) -> None:
    if brought.size is None:
        raise unknown(f"there is no training code {digest[:12]} yet; write it to {brought.uri}")
    if brought.size > LARGEST:
        raise conflict(f"{brought.uri} has {brought.size} bytes; training code has {LARGEST}")
    if brought.digest != digest:
        raise conflict(
            f"{brought.uri} has SHA-256 {brought.digest[:12]}, which is not what its name says; "
            "name it by its digest"
        )


def accept_stop(command: StopRun, caller: Caller, model: Model) -> Accepted:
    """Return what retrain is asked for; Declined unless it is an operator or builds the model."""
    if caller.duty != OPERATOR and not people.among(caller.person, model.builders):
        raise Declined(
            f"{caller.person} does not build {model.name} and may not stop its runs; one of its "
            "builders or an operator can",
            HTTPStatus.FORBIDDEN,
        )
    event = TrainingStopRequested(
        model=model.name,
        actor=person_actor(caller.person),
        reason=command.reason,
        key=caller.request,
        execution=command.execution,
    )
    answer = {"model": model.name, "execution": command.execution, "by": caller.person}
    return Accepted(event=event, answer=answer)
