"""May a training run start now?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from factory.catalogue.spec import Model

DAY, HOUR = 86_400, 3_600  # seconds
REMEMBERED = 100  # runs kept in a model's history: more than any day's budget needs
DRIFT = "drift/"
"""Begins the causes that are incidents of drift."""
COMMAND = "command "
"""Begins the causes that are commands of people."""

History = Sequence[Mapping[str, Any]]
"""Earlier runs, the oldest first, as `remember` writes them; `at` is in seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run would learn from: the same request is the same run."""

    model: str
    train: str
    """The snapshot's URI."""
    test: str
    """The snapshot's URI."""
    champion: str
    """The champion's digest, or `none`."""
    judged: str
    """The digest of the judged document in force: all of the spec that a run depends on."""
    definition: str
    """The digest of the pipeline definition in force: all of the recipe's code."""
    code: str = ""
    """The SHA-256 of a person's own training code; empty for the recipe's."""

    @property
    def key(self) -> str:
        """Return the identity of the request: 64 hexadecimal digits."""
        data = (self.model, self.train, self.test, self.champion)
        parts = (*data, self.judged, self.definition, self.code)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """Whether a run may start, and why."""

    yes: bool
    reason: str


def started(history: History, cause: str) -> Mapping[str, Any] | None:
    """Return the run that *cause* started already: no cause starts two."""
    return next((run for run in history if run["cause"] == cause), None)


def may_start(request: Request, cause: str, history: History, now: float, model: Model) -> Answer:
    """Decide on *request* by the brakes of *model* and by what has run before; say all reasons."""
    against = (
        "the model is retired" if model.retired else "",
        _cooling(cause, history, now, model.watch.cool_down_hours),
        _spent(history, now, model.runs_per_day),
        _same(request, history),
    )
    if any(against):
        return Answer(False, "; ".join(filter(None, against)))
    today = len(_since(history, now - DAY)) + 1
    return Answer(True, f"run {today} of {model.runs_per_day} in a day")


def overtaken(history: History, since: str) -> str:
    """Return why drift that asked *since* then needs no run any more; empty if it does.

    A request may lie in a queue for days. What has begun meanwhile has learned from data that is at
    least as new. A run that a person asked for does not count: it may be of their own code.
    """
    if not since:
        return ""
    asked = datetime.fromisoformat(since).timestamp()
    later = [run for run in _since(history, asked) if not run["cause"].startswith(COMMAND)]
    if not later:
        return ""
    at, execution = later[-1]["at"], later[-1]["execution"] or "a run that begins now"
    return f"drift asked at {since}, and {execution} has begun since, at {_moment(at)}"


def remember(
    history: History, request: Request, cause: str, now: float, noted: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return *history* with a run that is to start; the newest that drift started stays.

    *noted* is what else is told of it: the digest of its request, and which look it takes.
    """
    run = {
        "key": request.key,
        "cause": cause,
        "at": int(now),
        "execution": "",
        "train": request.train,
        "test": request.test,
        "champion": request.champion,
        **noted,
    }
    kept, forgotten = list(history[1 - REMEMBERED :]), history[: 1 - REMEMBERED]
    if not _by_drift(kept):
        kept = [*_by_drift(forgotten)[-1:], *kept]
    return [*map(dict, kept), run]


def _same(request: Request, history: History) -> str:
    """Refuse what would learn the same again."""
    for run in history:
        if run["key"] == request.key:
            return (
                f"nothing new to learn from {request.train} and {request.test}: "
                f"the same run has started already for {run['cause']}: "
                f"{run['execution'] or 'it begins now'}"
            )
    return ""


def _cooling(cause: str, history: History, now: float, hours: int) -> str:
    """Refuse drift a second run before the first one's can have shown its worth."""
    last = _by_drift(history)[-1:] if cause.startswith(DRIFT) else []
    if not last or now - last[0]["at"] >= hours * HOUR:
        return ""
    at, execution = last[0]["at"], last[0]["execution"]
    return (
        f"within the cool-down of {hours} hours: drift started {execution} at {_moment(at)}, "
        f"and starts no other before {_moment(at + hours * HOUR)}"
    )


def _spent(history: History, now: float, budget: int) -> str:
    """Refuse a run beyond the budget of a day."""
    today = _since(history, now - DAY)
    if len(today) < budget:
        return ""
    free = today[len(today) - budget]["at"] + DAY
    return f"{len(today)} runs in a day, the budget is {budget}; none before {_moment(free)}"


def _since(history: History, begin: float) -> list[Mapping[str, Any]]:
    return [run for run in history if run["at"] > begin]


def _by_drift(history: History) -> list[Mapping[str, Any]]:
    return [run for run in history if run["cause"].startswith(DRIFT)]


def _moment(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
