"""May a training run start now?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DAY = 86_400  # seconds
REMEMBERED = 100  # runs kept in a model's history: more than any day's budget needs


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
    catalogue: str
    """The digest of the catalogue in force."""

    @property
    def key(self) -> str:
        """Return the identity of the request: 64 hexadecimal digits."""
        parts = (self.model, self.train, self.test, self.champion, self.catalogue)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answer:
    """Whether a run may start, and why."""

    admitted: bool
    reason: str


def admit(
    request: Request, history: Sequence[Mapping[str, Any]], now: float, budget: int
) -> Answer:
    """Decide on *request* by the runs of the last day.

    *history* holds `{key, at, execution}` of earlier runs, *at* in seconds since 1970.
    """
    same = next((run for run in history if run["key"] == request.key), None)
    if same:
        return Answer(False, f"the same run has started already: {same['execution']}")
    today = [run for run in history if now - run["at"] < DAY]
    if len(today) >= budget:
        return Answer(False, f"{len(today)} runs in a day, the budget is {budget}")
    return Answer(True, f"run {len(today) + 1} of {budget} in a day")


def remember(
    history: Sequence[Mapping[str, Any]], request: Request, now: float, execution: str
) -> list[dict[str, Any]]:
    """Return *history* with the run that *request* became."""
    run = {"key": request.key, "at": int(now), "execution": execution}
    return [*(dict(r) for r in history[1 - REMEMBERED :]), run]
