"""Has a model drifted by now? So many of its last windows decide, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from factory.catalogue.spec import Watch

REACH = 2  # times the windows that decide: two configurations may serve side by side
EPISODES = 3  # are remembered, for a message that comes late


@dataclass(frozen=True, kw_only=True)
class WindowVerdict:
    """What one window showed."""

    config: str
    first: str
    """When the window's first request was answered."""
    last: str
    drifted: Mapping[str, str]
    """Which columns, and how each has changed, in words."""
    finding: str
    """The URI of the finding."""


@dataclass(frozen=True)
class DriftingColumn:
    """A column that drifted in one of the last windows."""

    since: str
    """When the first request of the first such window was answered."""
    words: str
    """How it had changed in the last of them."""
    breaching: bool
    """Whether there were enough of them."""


@dataclass(frozen=True)
class Episode:
    """One time of drift, from the window that tipped the scale to the one that tipped it back."""

    id: str
    """When the first of its columns began to drift; unique for the model."""
    opened: str
    """The URI of the finding that began it."""
    ended: str = ""
    """The URI of the finding that ended it; empty while it lasts."""


@dataclass(frozen=True, kw_only=True)
class DriftState:
    """What the last windows of a model's traffic showed."""

    verdicts: tuple[WindowVerdict, ...] = ()
    columns: Mapping[str, DriftingColumn] = field(default_factory=dict)
    episodes: tuple[Episode, ...] = ()

    @property
    def breached(self) -> bool:
        """Whether the model is in an episode of drift."""
        return bool(self.episodes) and not self.episodes[-1].ended

    @property
    def breaching(self) -> tuple[str, ...]:
        """The columns that drifted in enough windows."""
        return tuple(name for name, column in self.columns.items() if column.breaching)

    @property
    def episode(self) -> str:
        """The id of the last episode; empty before the first."""
        return self.episodes[-1].id if self.episodes else ""


def advanced(before: DriftState, verdict: WindowVerdict, rule: Watch) -> DriftState:
    """Return the state after one more window.

    A column breaches when it drifted in `rule.breaches` of the last `rule.windows` windows of the
    configuration that serves, and stops when it no longer can have: so another configuration
    neither ends an episode nor begins one before it has as many windows of its own. A window that
    another configuration gathered before the last one that was judged says nothing about now.

    Which windows are the last ones is decided by when their requests were answered: one that is
    judged late takes its place among them, and what is over makes no difference to now.
    """
    if _of_before(before, verdict):
        return before
    verdicts = tuple(sorted((*before.verdicts, verdict), key=_when))[-REACH * rule.windows :]
    own = [v for v in verdicts if v.config == verdicts[-1].config][-rule.windows :]
    names = dict.fromkeys([*before.columns, *(name for v in own for name in v.drifted)])
    columns = {n: c for n in names if (c := _column(n, before.columns.get(n), own, rule))}
    now = DriftState(verdicts=verdicts, columns=columns, episodes=before.episodes)
    return replace(now, episodes=_episodes(now, verdict.finding))


def overtaken(state: DriftState, config: str, last: str) -> bool:
    """Tell whether traffic of *config*, answered up to *last*, is older than the last window.

    What overlaps with that window is not: instances write their files side by side.
    """
    own = [verdict for verdict in state.verdicts if verdict.config == config]
    return bool(own and last) and last < own[-1].first


def late(before: DriftState, verdict: WindowVerdict) -> bool:
    """Tell whether a window says nothing about now, because a later one was judged before it."""
    return _of_before(before, verdict) or overtaken(before, verdict.config, verdict.last)


def _when(verdict: WindowVerdict) -> tuple[str, str]:
    return verdict.last, verdict.first


def _of_before(before: DriftState, verdict: WindowVerdict) -> bool:
    """Tell whether another configuration gathered it before the last window that was judged."""
    if not before.verdicts:
        return False
    last = before.verdicts[-1]
    return verdict.config != last.config and verdict.first < last.last


def _column(
    name: str, before: DriftingColumn | None, own: Sequence[WindowVerdict], rule: Watch
) -> DriftingColumn | None:
    """Return the state of a column, or None when it has not drifted lately."""
    hits = [v for v in own if name in v.drifted]
    misses = len(own) - len(hits)
    lasting = before is not None and before.breaching and misses <= rule.windows - rule.breaches
    breaching = len(hits) >= rule.breaches or lasting
    if not hits:
        return before if lasting else None
    since = before.since if before and before.breaching else hits[0].first
    return DriftingColumn(since, hits[-1].drifted[name], breaching)


def _episodes(now: DriftState, finding: str) -> tuple[Episode, ...]:
    """Begin an episode when a column breaches, and end it when none does."""
    if now.breaching and not now.breached:
        return (*now.episodes[1 - EPISODES :], Episode(_unused_id(now), finding))
    if now.breached and not now.breaching:
        return (*now.episodes[:-1], replace(now.episodes[-1], ended=finding))
    return now.episodes


def _unused_id(now: DriftState) -> str:
    since = min(now.columns[name].since for name in now.breaching)
    taken = sum(1 for episode in now.episodes if episode.id.split("#")[0] == since)
    return f"{since}#{taken + 1}" if taken else since
