"""Does every protected group get its share of positive decisions?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

from factory.catalogue.judged import Fairness, Judged
from factory.gates import groups, spelling
from factory.gates.groups import Group, Pair, Pool
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

SHOWN = 4  # pairs of one kind in a reason, the worst first


@dataclass
class _Findings:
    """What was found of all attributes and their joint groups."""

    unfair: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    ratios: dict[str, dict[str, Any]] = field(default_factory=dict)
    pools: dict[str, dict[str, int]] = field(default_factory=dict)


def fairness(evidence: Evidence, model: Judged) -> Verdict:
    """Compare each group's selection rate with that of every other group, by confidence bounds.

    It passes when the lower bound of each ratio reaches the least: so that with the highest rate
    does, which 29 CFR 1607.4(D) asks for. It fails when the upper bound of one is too low, at a
    confidence that the pairs share. Anything else is INCONCLUSIVE. Groups that are too small are
    pooled: a pool must have its share, is no yardstick for others, and hides nobody: each of its
    groups fails alone when it has too little beyond doubt, and a pool of unlike groups is
    INCONCLUSIVE. Joint groups of several attributes fail beyond doubt as well, and the large ones
    must reach the least. Two spellings of one level fail.
    """
    rule = model.gates.fairness
    if not rule.attributes:
        why = f"the spec names no protected group: {rule.exempt}"
        return Verdict(gate="fairness", verdict=PASS, reason=why)
    found, said = mapping(evidence, "fairness"), _Findings()
    _refuse_too_many(found)
    attributes = mapping(found, "attributes")
    for attribute in rule.attributes:
        counts = mapping(attributes, attribute)
        said.unfair += _spellings(attribute, counts)
        _marginal(attribute, [_group(n, mapping(counts, n)) for n in sorted(counts)], rule, said)
    if len(rule.attributes) > 1:
        _joint(_joint_groups(found, attributes, rule), rule, said)
    return _verdict(said, rule)


def _group(name: str, found: Evidence) -> Group:
    return groups.checked(name, count(found, "rows"), count(found, "selected"))


def _refuse_too_many(found: Evidence) -> None:
    if many := found.get("too_many"):
        raise Missing(f"too many levels to be groups of people: {many}")


def _spellings(attribute: str, counts: Evidence) -> Iterator[str]:
    for names in spelling.one_level(counts):
        spelled = ", ".join(map(repr, names))
        yield f"{attribute} has {len(names)} spellings of one level: {spelled}; land one of them"


def _marginal(attribute: str, found: Sequence[Group], rule: Fairness, said: _Findings) -> None:
    large, pool = groups.divided(found, rule.min_rows)
    if not large:
        raise Missing(f"no group of {attribute} has {rule.min_rows} rows to compare with")
    if len(large) + bool(pool.parts) == 1:
        raise Missing(f"{attribute} has one group only; there is nothing to compare")
    compared = [*large, *([pool.whole] if pool.parts else [])]
    said.ratios |= {
        f"{attribute}={group.name}": _ratio(Pair(group, large[0]), rule)
        for group in compared
        if group != large[0]
    }
    said.unfair += _words(attribute, groups.disadvantaged(large, pool.parts, *_limits(rule)), rule)
    pairs = [*permutations(large, 2), *((pool.whole, g) for g in large if pool.parts)]
    said.unproven += _unproven(attribute, pairs, rule)
    if pool.parts:
        said.pools[attribute] = {g.name: g.rows for g in pool.parts}
        said.unproven += _pool_problems(attribute, pool, rule)


def _limits(rule: Fairness) -> tuple[float, float]:
    return rule.at_least, rule.confidence


def _ratio(pair: Pair, rule: Fairness) -> dict[str, Any]:
    return {
        "rows": pair.group.rows,
        "rate": pair.group.rate,
        "reference": pair.reference.name,
        "ratio": pair.ratio,
        "lower_bound": pair.lower(rule.confidence),
        "reverse_upper_bound": 1 / pair.lower(rule.confidence),
    }


def _unproven(attribute: str, pairs: Sequence[tuple[Group, Group]], rule: Fairness) -> list[str]:
    low = [p for p in (Pair(*pair) for pair in pairs) if p.lower(rule.confidence) < rule.at_least]
    return _words(attribute, low, rule, needed=True)


def _pool_problems(attribute: str, pool: Pool, rule: Fairness) -> Iterator[str]:
    name = f"{attribute}={pool.whole.name}"
    if pool.whole.rows < rule.min_rows:
        yield f"{name}: fewer than {rule.min_rows} rows even when pooled"
    if pool.mixed(rule.confidence):
        rates = ", ".join(f"{g.name} {g.rate:.2f} of {g.rows}" for g in pool.parts)
        yield f"{name}: these groups are too unlike to be judged as one ({rates})"


def _joint_groups(found: Evidence, attributes: Evidence, rule: Fairness) -> list[Group]:
    """Return the joint groups, which must add up to those of each attribute."""
    listed = found.get("joint")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Missing("joint is not a list of groups")
    totals: Counter[tuple[str, str, str]] = Counter()
    result = []
    for one in listed:
        levels, group = one.get("levels"), _group(str(one.get("levels")), one)
        if not isinstance(levels, list) or len(levels) != len(rule.attributes):
            raise Missing(f"a joint group is of {levels!r}")
        for attribute, level in zip(rule.attributes, levels, strict=True):
            totals[attribute, str(level), "rows"] += group.rows
            totals[attribute, str(level), "selected"] += group.selected
        result.append(Group(", ".join(map(str, levels)), group.rows, group.selected))
    for attribute in rule.attributes:
        for level, counts in mapping(attributes, attribute).items():
            if any(totals[attribute, level, n] != counts[n] for n in ("rows", "selected")):
                raise Missing(f"joint groups do not add up to {attribute}={level}")
    return result


def _joint(found: Sequence[Group], rule: Fairness, said: _Findings) -> None:
    name = " and ".join(rule.attributes)
    large, rest = groups.divided(found, rule.joint_rows)
    said.unfair += _words(name, groups.disadvantaged(large, rest.parts, *_limits(rule)), rule)
    said.unproven += _unproven(name, list(permutations(large, 2)), rule)


def _verdict(said: _Findings, rule: Fairness) -> Verdict:
    facts = {"ratios": said.ratios, "pools": said.pools, "at_least": rule.at_least}
    for verdict, problems in ((FAIL, said.unfair), (INCONCLUSIVE, said.unproven)):
        if problems:
            return Verdict(
                gate="fairness", verdict=verdict, reason="; ".join(problems), facts=facts
            )
    lowest = min(said.ratios, key=lambda name: float(said.ratios[name]["lower_bound"]))
    found = said.ratios[lowest]
    why = (
        f"lowest: {lowest} is selected {found['ratio']:.2f} times as often as "
        f"{found['reference']}, lower bound {found['lower_bound']:.2f}, at least {rule.at_least}"
    )
    return Verdict(gate="fairness", verdict=PASS, reason=why, facts=facts)


def _words(
    attribute: str, pairs: Iterator[Pair] | list[Pair], rule: Fairness, *, needed: bool = False
) -> list[str]:
    """Return the worst *pairs* in words, each with what it would need where that is asked."""
    ordered = sorted(pairs, key=lambda p: p.lower(rule.confidence))
    said = [_pair_words(attribute, p, rule, needed=needed) for p in ordered[:SHOWN]]
    more = len(ordered) - SHOWN
    return [*said, f"and {more} pairs more of {attribute}"] if more > 0 else said


def _pair_words(attribute: str, pair: Pair, rule: Fairness, *, needed: bool) -> str:
    ratio = "no ratio" if pair.ratio is None else f"{pair.ratio:.2f}"
    words = (
        f"{attribute}={pair.group.name} is selected {ratio} times as often as "
        f"{pair.reference.name}, lower bound {pair.lower(rule.confidence):.2f}"
    )
    if not needed:
        return words
    rows = pair.rows_needed(*_limits(rule))
    remedy = f"{rows} rows of each would show it" if rows else f"no more rows show {rule.at_least}"
    return f"{words}: not shown to be {rule.at_least}, {remedy}"
