"""May a model learn again now, from a new snapshot, because of drift or by a person's wish?"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

import aws
from aws.batch import each
from factory.errors import Conflict
from factory.events.event import Event
from factory.events.people import TrainingStopRequested
from factory.events.training import TrainingDeferred, TrainingRefused, TrainingStarted
from factory.layout import tables
from factory.settings import RetrainSettings
from factory.training import plan as plans
from factory.training import run_policy
from factory.training.exam import Write
from factory.training.plan import Defer, Known, Refuse, Resume, Start
from factory.training.request import Wanted
from factory.training.run_request import RunRequest
from lambdas.retrain import facts as reading
from lambdas.retrain import starting, stopping

ATTEMPTS = 5  # each failed one means that another run was taken up meanwhile
NotStarted = TypeVar("NotStarted", TrainingDeferred, TrainingRefused)


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Start, defer or refuse the run that each message wants, or stop one."""
    settings = RetrainSettings.from_env(os.environ)
    shared = reading.shared(settings)
    return each(event, lambda body: act_on(body, shared, settings))


def act_on(body: Mapping[str, Any], shared: reading.Shared, settings: RetrainSettings) -> None:
    """Do what one message is about: a run to stop, or one that is wanted."""
    if body.get("detail-type") == TrainingStopRequested.TYPE:
        stopping.stop(TrainingStopRequested.of(body))
    else:
        consider(Wanted.of(body), shared, settings)


def consider(wanted: Wanted, shared: reading.Shared, settings: RetrainSettings) -> None:
    """Decide about *wanted*; anew when others of its model, or of its exam, were first."""
    for _ in range(ATTEMPTS - 1):
        with suppress(Conflict):
            decide(wanted, shared, settings)
            return
    decide(wanted, shared, settings)


def decide(wanted: Wanted, shared: reading.Shared, settings: RetrainSettings) -> None:
    """Read what decides about *wanted*, decide, and do it."""
    found = reading.gather(wanted, shared, settings)
    if found is None:
        aws.log(f"{wanted.model} was removed from the catalogue; it learns no more")
        return
    perform(plans.plan(found.facts), found, settings)


def perform(
    plan: Known | Resume | Start | Defer | Refuse, found: reading.Found, settings: RetrainSettings
) -> None:
    """Start the run that is planned, remember it, and tell what was decided."""
    wanted = found.facts.wanted
    event: Event
    match plan:
        case Known(run):
            event = _started(wanted, run)
        case Start():
            starting.write(plan.document, settings)
            found = _remember(found, plan, settings)
            run = found.facts.history[-1]
            event = _started(wanted, _begin(found, run, plan.document, settings))
        case Resume(run):
            request = starting.written(wanted.model, run["request"], settings)
            event = _started(wanted, _begin(found, run, request, settings))
        case Defer(reason):
            event = _not_started(TrainingDeferred, wanted, reason)
        case Refuse(reason):
            event = _not_started(TrainingRefused, wanted, reason)
    aws.emit(settings.bus_name, "retrain", event)


def _remember(found: reading.Found, plan: Start, settings: RetrainSettings) -> reading.Found:
    """Let the run and its look count before it starts, both or neither.

    At once with it, others of its model and of its exam are decided about: a Conflict says that
    one of them was first, and then it is decided anew, from what they have taken.
    """
    facts, looks = found.facts, plan.looks
    cause, now = facts.wanted.cause, facts.now
    noted = {"request": plan.document.digest, "look": looks.next, "exam": str(looks.exam)}
    runs = run_policy.remember(facts.history, plan.request, cause, now, noted)
    write = _item(found, runs)
    aws.table_commit(settings.runs_table, write, *looks.writes())
    return replace(found, facts=replace(facts, history=runs), history=write[0])


def _begin(
    found: reading.Found, run: Mapping[str, Any], request: RunRequest, settings: RetrainSettings
) -> Mapping[str, Any]:
    """Start a run that counts, and write down which execution it is; return it so."""
    execution = starting.start(request, run["key"], settings)
    begun = {**run, "execution": execution}
    try:
        _replace(found, run, begun, settings)
    except Conflict:  # others of the model were decided about meanwhile, or AWS was asked twice
        now = reading.again(found, settings)
        if run in now.facts.history:
            _replace(now, run, begun, settings)
    return begun


def _replace(
    found: reading.Found, run: Mapping[str, Any], by: Mapping[str, Any], settings: RetrainSettings
) -> None:
    runs = [by if each == run else each for each in found.facts.history]
    item, before = _item(found, runs)
    aws.table_update_if(settings.runs_table, item, where=before or {})


def _item(found: reading.Found, runs: Sequence[Mapping[str, Any]]) -> Write:
    """Return the item of a model's *runs*, and what it replaces unless others have written."""
    revision = found.history["revision"] if found.history else 0
    item = {
        tables.PK: tables.history(found.facts.model.name),
        "revision": revision + 1,
        "runs": list(runs),
    }
    return item, {"revision": revision} if found.history else None


def _started(wanted: Wanted, run: Mapping[str, Any]) -> TrainingStarted:
    return TrainingStarted(
        reason=wanted.reason,
        key=run["key"],
        model=wanted.model,
        **{name: run[name] for name in ("execution", "train", "test", "champion", "cause")},
        asked_by=wanted.asked_by,
        **{name: run[name] for name in ("request", "look", "exam") if name in run},
    )


def _not_started(kind: type[NotStarted], wanted: Wanted, why: str) -> NotStarted:
    key = f"{wanted.cause}|{why}"
    return kind(reason=why, key=key, model=wanted.model, cause=wanted.cause)
