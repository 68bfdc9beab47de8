"""Is it proven that a configuration answers as it was judged? What its probes have recorded."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from factory.serving.replay import Seen

ENOUGH = 10  # answers of the version alone, which is less than one round has
PATIENCE = 20 * 60
"""Seconds after an endpoint has come to rest in which its probes must have asked enough: the
longest pause between two rounds is 15 minutes, and a round may take two."""
UNLUCKY = 1e-6
"""How likely an honest fleet may be taken for one that gets no traffic."""
LONGEST = 300  # characters of what was wrong


class State(enum.Enum):
    """What is known of a configuration."""

    PROVEN = "it answers as it was judged"
    REFUTED = "it does not"
    OPEN = "it was not asked enough yet"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What all rounds of probes together have shown of one configuration."""

    endpoint: str = ""
    rounds: int = 0
    asked: int = 0
    telling: int = 0
    own: int = 0
    alone: int = 0
    failures: int = 0
    """Questions that the version failed on, or answered otherwise than it was judged."""
    why: str = ""
    """The first of them in words, which hold no value of a row."""
    turn: int = -1
    """Of the last round that was counted: a message that comes again counts nothing twice."""
    rested: bool = False
    """Whether its endpoint was once at rest with it."""
    told: str = ""
    """The name of the state that was told last of an endpoint at rest; empty before the first."""

    @classmethod
    def of(cls, item: Mapping[str, Any] | None) -> Self:
        """Read what `item` returned; without an item nothing was asked yet."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in (item or {}).items() if name in known})

    def item(self) -> dict[str, Any]:
        """Return the attributes of the item."""
        return asdict(self)

    def add(self, seen: Seen, share: float) -> Proof:
        """Return the proof after another round, while the version has *share* of the traffic."""
        more = replace(
            self,
            rounds=self.rounds + 1,
            asked=self.asked + seen.asked,
            telling=self.telling + seen.telling,
            own=self.own + seen.own,
            alone=self.alone + seen.alone,
        )
        for words in seen.wrong:
            more = more.fail(words)
        least = needed(more.telling, share)
        if more.own >= least:
            return more
        return more.fail(
            f"of {more.telling} answers that tell it from the champion {more.own} are its own; a "
            f"share of {share:.2f} of the traffic would give it at least {least}"
        )

    def fail(self, words: str, times: int = 1) -> Proof:
        """Return the proof after so many failures more."""
        if not times:
            return self
        return replace(self, failures=self.failures + times, why=self.why or words[:LONGEST])

    @property
    def state(self) -> State:
        """Return what it comes to."""
        if self.failures:
            return State.REFUTED
        return State.PROVEN if self.own + self.alone >= ENOUGH else State.OPEN

    @property
    def news(self) -> bool:
        """Whether the state must be told: that it is refuted, each time."""
        return self.state is State.REFUTED or self.state.name not in {State.OPEN.name, self.told}

    @property
    def words(self) -> str:
        """Return what it comes to in words, for the ledger."""
        if self.failures:
            return f"{self.failures} of its probes fail; {self.why}"
        answers = self.own + self.alone
        return f"{answers} answers that can only be its own were seen, in {self.rounds} rounds"


def needed(asked: int, share: float) -> int:
    """Return how many of *asked* answers an honest fleet with *share* of the traffic has at least.

    It has fewer once in a million times: the lower quantile of the binomial distribution.
    """
    below, count = 0.0, 0
    while count < asked:
        below += math.comb(asked, count) * share**count * (1 - share) ** (asked - count)
        if below > UNLUCKY:
            break
        count += 1
    return count


def share(instances: int) -> float:
    """Return the share of requests that a canary of one instance has at least.

    It stands beside the old fleet, so that it is one of so many and one more.
    """
    return 1 / (instances + 1)


def overdue(changed: str, now: float) -> bool:
    """Say whether an endpoint that came to rest when it was *changed* should be proven by now."""
    return now - datetime.fromisoformat(changed).timestamp() > PATIENCE
