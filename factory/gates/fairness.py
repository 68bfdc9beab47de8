"""Does every protected group get its share, and is it answered as rightly as the others?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from factory.catalogue.judged import Fairness, Judged
from factory.gates import gaps, rates
from factory.gates.gaps import Gaps
from factory.gates.rates import Rates
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    mapping,
    number,
)


@dataclass
class _Findings:
    """What was found of all that groups get, and of how wrong they are answered."""

    unfair: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    ratios: dict[str, dict[str, Any]] = field(default_factory=dict)
    pools: dict[str, dict[str, int]] = field(default_factory=dict)
    gaps: dict[str, float] = field(default_factory=dict)
    few: list[str] = field(default_factory=list)

    def add(self, found: Rates | Gaps) -> None:
        """Add what was found of one thing."""
        self.unfair += found.unfair
        self.unproven += found.unproven
        if isinstance(found, Gaps):
            self.gaps |= found.gaps
            self.few += found.few
        else:
            self.ratios |= found.ratios
            self.pools |= found.pools


def fairness(evidence: Evidence, model: Judged) -> Verdict:
    """Compare what each group gets with what every other group gets, by confidence bounds.

    Rates: it passes when the lower bound of each ratio reaches the least: so that with the highest
    rate does, which 29 CFR 1607.4(D) asks for. It fails when the upper bound of one is too low, at
    a confidence that the pairs share. Anything else is INCONCLUSIVE. Groups that are too small are
    pooled: a pool must have its share, is no yardstick for others, and hides nobody: each of its
    groups fails alone when it has too little beyond doubt, and a pool of unlike groups is
    INCONCLUSIVE. Joint groups of several attributes fail beyond doubt as well, and the large ones
    must reach the least. Two spellings of one level fail. Errors: see `gaps`.
    """
    rule = model.gates.fairness
    if not rule.attributes:
        why = f"the spec names no protected group: {rule.exempt}"
        return Verdict(gate="fairness", verdict=PASS, reason=why)
    found, said = mapping(evidence, "fairness"), _Findings()
    if model.task.DECIDES or found.get("rates"):
        counted = mapping(found, "rates")
        if unknown := [name for name in model.task.rates if name not in counted]:
            raise Missing(f"rates has no {', '.join(unknown)}")
        for name in counted:
            said.add(rates.judged(name, mapping(counted, name), rule))
    if model.task.ERRORS:
        _errors(evidence, rule, said)
    return _verdict(said, rule)


def _errors(evidence: Evidence, rule: Fairness, said: _Findings) -> None:
    found = mapping(mapping(evidence, "fairness"), "errors")
    rates.refuse_too_many(found)
    scale = number(mapping(evidence, "naive"), "size")
    for attribute in rule.attributes:
        counts = mapping(found, attribute)
        said.unfair += rates.spellings(attribute, counts)
        said.add(gaps.judged(attribute, counts, rule, scale))


def _verdict(said: _Findings, rule: Fairness) -> Verdict:
    facts = {
        "ratios": said.ratios,
        "pools": said.pools,
        "gaps": said.gaps,
        "at_least": rule.at_least,
        "max_gap": rule.max_gap,
    }
    for verdict, problems in ((FAIL, said.unfair), (INCONCLUSIVE, said.unproven)):
        if problems:
            return Verdict(
                gate="fairness", verdict=verdict, reason="; ".join(problems), facts=facts
            )
    why = "; ".join(filter(None, (_lowest(said, rule), _largest(said, rule))))
    if not why:
        raise Missing("nothing was compared")
    return Verdict(gate="fairness", verdict=PASS, reason=why, facts=facts)


def _lowest(said: _Findings, rule: Fairness) -> str:
    if not said.ratios:
        return ""
    lowest = min(said.ratios.values(), key=lambda found: float(found["lower_bound"]))
    return (
        f"lowest: {lowest['attribute']}={lowest['group']} is {lowest['is']} "
        f"{lowest['ratio']:.2f} times as often as {lowest['reference']}, lower bound "
        f"{lowest['lower_bound']:.2f}, at least {rule.at_least}"
    )


def _largest(said: _Findings, rule: Fairness) -> str:
    if not said.gaps:
        return ""
    worst = max(said.gaps, key=lambda name: said.gaps[name])
    few = f"; too few rows to show anything of {', '.join(said.few)}" if said.few else ""
    return f"largest: {worst}, upper bound {said.gaps[worst]:.3f}, at most {rule.max_gap}{few}"
