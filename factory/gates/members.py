"""Is each member of a model better than its own naive model, or served by it?

Members that share their good and bad days are no independent witnesses: that in the mean at most
so many of those shown to be better are not still holds, but on a bad day there are more. Simulated
with 90 % of members that are no better, two fifths of those shown were not, once in twenty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from factory.catalogue.judged import Judged
from factory.gates.estimates import Estimate
from factory.gates.gains import listed
from factory.gates.looks import confidence
from factory.gates.multiple import benjamini_hochberg
from factory.gates.significance import p_value
from factory.gates.verdict import FAIL, INCONCLUSIVE, PASS, Evidence, Verdict, mapping

BE = ("is", "are")
NAMED = 20  # members in a reason, and in the facts of each list


@dataclass(frozen=True, kw_only=True)
class Members:
    """The members of one model, by what is known of them."""

    of: int
    better: tuple[str, ...]
    """Shown to be better than their naive model."""
    fallback: tuple[str, ...]
    """Answered as their naive model answers, since the task says so."""
    lacking: tuple[str, ...]
    """Of which there are no data to show anything."""
    worse: tuple[str, ...]
    """Shown to be worse than their naive model."""
    unanswered: tuple[str, ...]
    """Of which an answer is missing or not finite."""

    @property
    def learned(self) -> int:
        """Return how many the estimator answers."""
        return self.of - len(self.fallback)

    def words(self, naive: str) -> str:
        """Return what is known of them, with the first names of all but those shown better."""
        told = [f"{len(self.better):,} of {self.of:,} members are shown better than {naive}"]
        told += _named(self.fallback, *(f"{be} served by it instead" for be in BE))
        told += _named(self.lacking, "lacks data", "lack data")
        told += _named(self.worse, *(f"{be} shown worse" for be in BE))
        return ", ".join(told)


def members(evidence: Evidence, model: Judged) -> Verdict:
    """Judge each member against its own naive model: most must surely be better.

    Members are those of a task that names them, as the series of a forecast are. False discovery is
    held over all of them (Benjamini and Hochberg 1995) at a rate that is shared by all looks. A
    member of fewer than 12 units lacks data and counts as not shown to be better; it is never said
    to be worse for that. Of the members that the estimator answers the share that is shown better
    must reach `at_least`. Where the task says so, others may be answered by their naive model: that
    is measured, not stated. A member without an answer fails, by its name.
    """
    if not model.task.members:
        why = f"not applicable: a model of this {model.task.KIND} task has no members"
        return Verdict(gate="members", verdict=PASS, reason=why)
    found, least = read(evidence, model), model.gates.members.at_least
    facts = {"of": found.of, "better": len(found.better)} | {
        name: list(getattr(found, name)[:NAMED])
        for name in ("fallback", "lacking", "worse", "unanswered")
    }
    if found.unanswered:
        (why,) = _named(found.unanswered, *(f"{be} not answered in some rows" for be in BE))
        return Verdict(gate="members", verdict=FAIL, reason=why, facts=facts)
    verdict, why = _verdict(found, least), found.words(model.task.NAIVE)
    if verdict != PASS:
        why += f"; of {found.learned:,} that are learned {least:.0%} must be shown better"
    if verdict == INCONCLUSIVE:
        why += ", and more units, as origins are, would show more of them"
    return Verdict(gate="members", verdict=verdict, reason=why, facts=facts)


def read(evidence: Evidence, model: Judged) -> Members:
    """Return the members of the *evidence*, judged; Missing where it is not what it should be."""
    found = dict(listed(mapping(evidence, "members"), model.task.members))
    gains = {name: gain for name, (gain, _) in found.items()}
    rate = 1 - confidence(evidence, 1 - model.gates.members.rate)
    falls_back = model.task.falls_back
    fallback = [n for n, gain in gains.items() if falls_back and gain and _alike(gain)]
    return Members(
        of=len(gains),
        better=_selected(gains, rate),
        fallback=tuple(fallback),
        lacking=tuple(name for name, gain in gains.items() if gain is None),
        worse=_selected({name: _mirrored(gain) for name, gain in gains.items()}, rate),
        unanswered=tuple(name for name, (_, rows) in found.items() if rows),
    )


def _verdict(found: Members, least: float) -> str:
    """Return FAIL only where members shown to be worse leave too few that could be better."""
    wanted = max(least * found.learned, 1)
    if len(found.better) >= wanted:
        return PASS
    return FAIL if found.learned - len(found.worse) < wanted else INCONCLUSIVE


def _selected(gains: Mapping[str, Estimate | None], rate: float) -> tuple[str, ...]:
    p_values = {n: None if gain is None else p_value(gain, 0) for n, gain in gains.items()}
    shown = benjamini_hochberg(p_values, rate)
    return tuple(name for name in gains if name in shown)


def _mirrored(gain: Estimate | None) -> Estimate | None:
    """Return by how much the naive model is better."""
    return gain and replace(gain, value=-gain.value, better=gain.worse, worse=gain.better)


def _alike(gain: Estimate) -> bool:
    return gain.better == gain.worse == 0


def _named(names: tuple[str, ...], one: str, many: str) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    words = one if len(names) == 1 else many
    return [f"{len(names):,} {words} ({'; '.join(names[:NAMED])}{more})"]
