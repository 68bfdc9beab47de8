"""What is believed of AWS, what does it cost to ask, and what did AWS say?"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.smoke.prices import NOTHING, Use
from factory import reasons
from factory.errors import FactoryError

if TYPE_CHECKING:
    from cli.smoke.bench import Bench

LONGEST = 300
"""Characters that are kept of what AWS said."""


class Outcome(enum.Enum):
    """What became of one belief."""

    PASS = "pass"  # noqa: S105 - no password
    """AWS did what is believed."""
    FAIL = "FAIL"
    """AWS did otherwise."""
    ERROR = "error"
    """The question could not be put: the caller lacks a right, or a service failed."""
    SKIPPED = "skipped"
    """What the question needs is not here."""
    NOT_RUN = "not run"
    """It was not asked for, or the budget does not reach so far."""


class Refuted(FactoryError):
    """AWS does otherwise than is believed; the message is what it said."""


class Skipped(FactoryError):
    """The question cannot be put here; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Belief:
    """One sentence about AWS that the factory relies on, and the cheapest way to refute it."""

    id: str
    sentence: str
    check: Callable[[Bench], str]
    """Makes the calls and returns what AWS said; raises Refuted or Skipped."""
    actions: tuple[str, ...]
    """What the caller must be allowed to do."""
    failure: str
    """What it means when AWS does otherwise, and what to do."""
    use: Use = NOTHING
    """What it uses of what AWS bills by time."""
    after: tuple[str, ...] = ()
    """The beliefs whose things it uses; one of them failed, and it cannot be asked."""
    quotas: tuple[str, ...] = ()
    """The quotas that must not be used up."""
    needs: str = "the stage is deployed"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What became of one belief, in AWS's words."""

    belief: Belief
    outcome: Outcome
    said: str

    @classmethod
    def of(cls, belief: Belief, outcome: Outcome, said: object) -> Verdict:
        """Return a verdict with words that are bounded and drive no terminal."""
        return cls(belief=belief, outcome=outcome, said=reasons.shown(str(said), LONGEST))
