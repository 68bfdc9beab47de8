"""Does one group get it less often than another? Bounds of the ratio of every two rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any, NamedTuple

from factory.catalogue.judged import Fairness
from factory.gates import groups, spelling
from factory.gates.groups import Group, Pair, Pool
from factory.gates.verdict import Evidence, Missing, count, mapping

USUAL = "selected"
SHOWN = 4  # pairs of one kind in a reason, the worst first


@dataclass
class Rates:
    """What was found of all attributes and their joint groups."""

    unfair: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    ratios: dict[str, dict[str, Any]] = field(default_factory=dict)
    pools: dict[str, dict[str, int]] = field(default_factory=dict)


class _Rate(NamedTuple):
    """What groups of which attribute, or attributes, get."""

    attribute: str
    name: str
    """`selected`, or for example `recognised as a`."""

    def of(self, group: str = "") -> str:
        """Return what names it, or the one of a *group*."""
        named = f"{self.attribute}={group}" if group else self.attribute
        return named if self.name == USUAL else f"{named} {self.name}"


def judged(name: str, found: Evidence, rule: Fairness) -> Rates:
    """Compare how often groups are *name*: of each attribute, and of all of them together."""
    refuse_too_many(found)
    said, attributes = Rates(), mapping(found, "attributes")
    for attribute in rule.attributes:
        counts = mapping(attributes, attribute)
        said.unfair += spellings(attribute, counts)
        levels = [_group(level, mapping(counts, level)) for level in sorted(counts)]
        _marginal(_Rate(attribute, name), levels, rule, said)
    if len(rule.attributes) > 1:
        together = _Rate(" and ".join(rule.attributes), name)
        _joint(together, _joint_groups(found, attributes, rule), rule, said)
    return said


def refuse_too_many(found: Evidence) -> None:
    """Raise Missing where a column of very many levels was counted."""
    if many := found.get("too_many"):
        raise Missing(f"too many levels to be groups of people: {many}")


def spellings(attribute: str, counts: Evidence) -> Iterator[str]:
    """Yield the levels that are one in words, and two in the data."""
    for names in spelling.one_level(counts):
        spelled = ", ".join(map(repr, names))
        yield f"{attribute} has {len(names)} spellings of one level: {spelled}; land one of them"


def _group(name: str, found: Evidence) -> Group:
    return groups.checked(name, count(found, "rows"), count(found, "selected"))


def _marginal(rate: _Rate, found: Sequence[Group], rule: Fairness, said: Rates) -> None:
    large, pool = groups.divided(found, rule.min_rows)
    if not large:
        raise Missing(f"no group of {rate.of()} has {rule.min_rows} rows to compare with")
    if len(large) + bool(pool.parts) == 1:
        raise Missing(f"{rate.of()} has one group only; there is nothing to compare")
    compared = [*large, *([pool.whole] if pool.parts else [])]
    said.ratios |= {
        rate.of(group.name): _ratio(rate, Pair(group, large[0]), rule)
        for group in compared
        if group != large[0]
    }
    said.unfair += _words(rate, groups.disadvantaged(large, pool.parts, *_limits(rule)), rule)
    pairs = [*permutations(large, 2), *((pool.whole, g) for g in large if pool.parts)]
    said.unproven += _unproven(rate, pairs, rule)
    if pool.parts:
        said.pools[rate.of()] = {g.name: g.rows for g in pool.parts}
        said.unproven += _pool_problems(rate, pool, rule)


def _limits(rule: Fairness) -> tuple[float, float]:
    return rule.at_least, rule.confidence


def _ratio(rate: _Rate, pair: Pair, rule: Fairness) -> dict[str, Any]:
    return {
        "attribute": rate.attribute,
        "group": pair.group.name,
        "is": rate.name,
        "rows": pair.group.rows,
        "rate": pair.group.rate,
        "reference": pair.reference.name,
        "reference_rows": pair.reference.rows,
        "reference_rate": pair.reference.rate,
        "ratio": pair.ratio,
        "lower_bound": pair.lower(rule.confidence),
        "reverse_upper_bound": 1 / pair.lower(rule.confidence),
    }


def _unproven(rate: _Rate, pairs: Sequence[tuple[Group, Group]], rule: Fairness) -> list[str]:
    low = [p for p in (Pair(*pair) for pair in pairs) if p.lower(rule.confidence) < rule.at_least]
    return _words(rate, low, rule, needed=True)


def _pool_problems(rate: _Rate, pool: Pool, rule: Fairness) -> Iterator[str]:
    name = rate.of(pool.whole.name)
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


def _joint(rate: _Rate, found: Sequence[Group], rule: Fairness, said: Rates) -> None:
    large, rest = groups.divided(found, rule.joint_rows)
    said.unfair += _words(rate, groups.disadvantaged(large, rest.parts, *_limits(rule)), rule)
    said.unproven += _unproven(rate, list(permutations(large, 2)), rule)


def _words(
    rate: _Rate, pairs: Iterable[Pair], rule: Fairness, *, needed: bool = False
) -> list[str]:
    """Return the worst *pairs* in words, each with what it would need where that is asked."""
    ordered = sorted(pairs, key=lambda p: p.lower(rule.confidence))
    said = [_pair_words(rate, p, rule, needed=needed) for p in ordered[:SHOWN]]
    more = len(ordered) - SHOWN
    return [*said, f"and {more} pairs more of {rate.of()}"] if more > 0 else said


def _times(pair: Pair) -> str:
    """Return how often one group gets it beside the other; there is no ratio to none."""
    if pair.ratio is None:
        return f"while nobody of {pair.reference.name} is"
    return f"{pair.ratio:.2f} times as often as {pair.reference.name}"


def _pair_words(rate: _Rate, pair: Pair, rule: Fairness, *, needed: bool) -> str:
    words = (
        f"{rate.attribute}={pair.group.name} is {rate.name} {_times(pair)}, lower bound "
        f"{pair.lower(rule.confidence):.2f}"
    )
    if not needed:
        return words
    rows = pair.rows_needed(*_limits(rule))
    remedy = f"{rows} rows of each would show it" if rows else f"no more rows show {rule.at_least}"
    return f"{words}: not shown to be {rule.at_least}, {remedy}"
