"""Does every protected group get its share of positive decisions?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from factory.catalogue.judged import Fairness, Judged
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
)


@dataclass(frozen=True)
class Group:
    """The decisions about the people of one group."""

    name: str
    rows: int
    selected: int

    @property
    def rate(self) -> float:
        """Share of the group that was selected."""
        return self.selected / self.rows


def fairness(evidence: Evidence, model: Judged) -> Verdict:
    """Compare each group's selection rate with the largest group's, by a confidence bound.

    A group must not have less, by the lower bound of the ratio. Nor may the largest group have
    less than another beyond doubt: where even the upper bound of its ratio is too low.
    """
    rule = model.gates.fairness
    if not rule.attributes:
        why = f"the spec names no protected group: {rule.exempt}"
        return Verdict(gate="fairness", verdict=PASS, reason=why)
    attributes = mapping(mapping(evidence, "fairness"), "attributes")
    ratios: dict[str, dict[str, Any]] = {}
    for attribute in rule.attributes:
        ratios |= _ratios(attribute, pooled(mapping(attributes, attribute), rule.min_rows), rule)
    return _verdict(ratios, rule)


def pooled(counts: Evidence, min_rows: int) -> tuple[Group, ...]:
    """Return the groups, the largest first; those under *min_rows* are one group, last."""
    groups = [_group(name, mapping(counts, name)) for name in sorted(counts)]
    large = sorted((g for g in groups if g.rows >= min_rows), key=lambda g: -g.rows)
    small = [g for g in groups if 0 < g.rows < min_rows]
    if not small:
        return tuple(large)
    names = "+".join(g.name for g in small)
    pool = Group(names, sum(g.rows for g in small), sum(g.selected for g in small))
    return (*large, pool)


def ratio_lower_bound(group: Group, reference: Group, confidence: float) -> float:
    """Return the one-sided lower bound of the ratio of rates by Katz et al. (1978), on logs.

    Half a selection is added to each count, so that a rate of zero has a bound too (Walter 1975).
    """
    a, n, b, m = (
        group.selected + 0.5,
        group.rows + 0.5,
        reference.selected + 0.5,
        reference.rows + 0.5,
    )
    error = math.sqrt(max(1 / a - 1 / n + 1 / b - 1 / m, 0.0))
    return math.exp(math.log((a / n) / (b / m)) - NormalDist().inv_cdf(confidence) * error)


def _group(name: str, found: Evidence) -> Group:
    rows, selected = count(found, "rows"), count(found, "selected")
    if selected > rows:
        raise Missing(f"group {name} has {selected} selected of {rows} rows")
    return Group(name, rows, selected)


def _ratios(attribute: str, groups: tuple[Group, ...], rule: Fairness) -> dict[str, dict[str, Any]]:
    if not groups or groups[0].rows < rule.min_rows:
        raise Missing(f"no group of {attribute} has {rule.min_rows} rows to compare with")
    if len(groups) == 1:
        raise Missing(f"{attribute} has one group only; there is nothing to compare")
    reference = groups[0]
    return {
        f"{attribute}={group.name}": {
            "rows": group.rows,
            "rate": group.rate,
            "reference": reference.name,
            "ratio": group.rate / reference.rate if reference.rate else None,
            "lower_bound": ratio_lower_bound(group, reference, rule.confidence),
            "reverse_upper_bound": 1 / ratio_lower_bound(group, reference, rule.confidence),
        }
        for group in groups[1:]
    }


def _verdict(ratios: Mapping[str, Mapping[str, Any]], rule: Fairness) -> Verdict:
    unfair = {
        name: r
        for name, r in ratios.items()
        if min(r["lower_bound"], r["reverse_upper_bound"]) < rule.at_least
    }
    small = [name for name, r in ratios.items() if r["rows"] < rule.min_rows]
    facts = {"ratios": dict(ratios), "at_least": rule.at_least}
    large = {name: r for name, r in unfair.items() if name not in small}
    if large:
        why = "; ".join(_words(name, r) for name, r in large.items())
        return Verdict(gate="fairness", verdict=FAIL, reason=why, facts=facts)
    if small:
        why = f"{', '.join(small)}: fewer than {rule.min_rows} rows even when pooled"
        return Verdict(gate="fairness", verdict=INCONCLUSIVE, reason=why, facts=facts)
    lowest = min(ratios, key=lambda name: float(ratios[name]["lower_bound"]))
    why = f"lowest: {_words(lowest, ratios[lowest])}, at least {rule.at_least}"
    return Verdict(gate="fairness", verdict=PASS, reason=why, facts=facts)


def _words(name: str, found: Mapping[str, Any]) -> str:
    ratio = "no ratio" if found["ratio"] is None else f"{found['ratio']:.2f}"
    return (
        f"{name} is selected {ratio} times as often as {found['reference']}, "
        f"lower bound {found['lower_bound']:.2f}"
    )
