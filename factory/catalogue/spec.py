"""What is a model of the catalogue? One frozen value, each field of which says what depends on it.

`JUDGED`: a run and its gates, see `judged`; `GUARD`: what keeps the model safe afterwards; `REST`:
what people read. `UP`, `DOWN`, `REMOVED` and `ANY` say which change loosens a threshold or a guard.
A model's file imports all that it needs from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from factory.catalogue.classes import ANY, DOWN, GUARD, NEVER, REMOVED, REST, UP
from factory.catalogue.judged import (
    Calibration,
    Coverage,
    Decisions,
    Fairness,
    Floor,
    Gates,
    Judged,
    Members,
    NoLeakage,
    NotWorse,
    Plausible,
    Stability,
)
from factory.catalogue.split import After, Hashed, Origins, Published

__all__ = [
    "REMOVE",
    "ROLL_BACK",
    "After",
    "Calibration",
    "Card",
    "Coverage",
    "Decisions",
    "Fairness",
    "Floor",
    "Gates",
    "Hashed",
    "Judged",
    "Members",
    "Model",
    "NoLeakage",
    "NotWorse",
    "Origins",
    "Plausible",
    "Published",
    "Serving",
    "Stability",
    "Watch",
]


ROLL_BACK, REMOVE = "rollback", "remove"


@dataclass(frozen=True, kw_only=True)
class Serving:
    """How the endpoint is made."""

    instance_type: Annotated[str, NEVER] = "ml.m5.large"
    instances: Annotated[int, DOWN] = 1
    """With two or more an update goes out by canary: to one instance first, then to all."""
    capture_percent: Annotated[int, DOWN] = 100
    """Share of requests that are recorded, 1 to 100."""
    bake_minutes: Annotated[int, DOWN] = 10
    """How long an update is watched, on the canary and again on all instances; 1 to 60."""
    max_error_rate: Annotated[float, UP] = 0.01
    """An update whose own share of 5xx answers exceeds it in any minute is rolled back."""
    on_rejection: Annotated[str, NEVER] = ROLL_BACK
    """What follows when the version that serves is rejected: `rollback`, the version approved
    before serves again, or nothing when there is none; or `remove`, nothing serves."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """When traffic has drifted from what the model learned, and what may then start.

    The defaults follow credit scoring, where a PSI above 0.25 is a shift (Siddiqi 2006).
    """

    max_psi: Annotated[float, UP] = 0.25
    """A column drifts when the lower bound of its population stability index exceeds it."""
    max_malformed: Annotated[float, UP] = 0.05
    """Traffic drifts when a larger share of it holds something else than the features."""
    min_rows: Annotated[int, ANY] = 500
    """Rows are gathered, malformed ones too, until a window has as many; it is judged whole."""
    breaches: Annotated[int, UP] = 2
    """So many of the last *windows* must drift before anybody is told."""
    windows: Annotated[int, DOWN] = 3
    cool_down_hours: Annotated[int, ANY] = 24
    """After a run that drift started, no other is started by drift for so long."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a reader of the model's card must know and no computation can find out."""

    intended_use: str
    limitations: str
    ethics: str


@dataclass(frozen=True, kw_only=True)
class Model(Judged):
    """One entry of the catalogue: everything that tells this model from any other."""

    purpose: Annotated[str, REST]
    owner: Annotated[str, REST]
    """The person or team that answers for it."""
    card: Annotated[Card, REST]
    builders: Annotated[tuple[str, ...], GUARD, REMOVED]
    """Who builds it, by source identity; none of them may approve it."""
    tier: Annotated[int, GUARD, UP] = 2
    """The risk of being wrong: 1, the highest, 2 or 3. It bounds every threshold, see `bounds`."""
    serving: Annotated[Serving, GUARD] = field(default_factory=Serving)
    watch: Annotated[Watch, GUARD] = field(default_factory=Watch)
    runs_per_day: Annotated[int, GUARD, UP] = 24
    """The run budget: beyond it no training starts."""
    retired: Annotated[bool, GUARD, DOWN] = False
    """A retired model is not trained, and nothing of it serves: its endpoint is deleted."""
