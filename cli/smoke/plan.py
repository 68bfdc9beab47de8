"""Which beliefs are asked about, and what will that cost at most?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from cli.smoke.belief import Belief
from cli.smoke.beliefs import BELIEFS, BY_ID
from cli.smoke.prices import SOURCE, Price, price
from factory.errors import Refused


@dataclass(frozen=True)
class Planned:
    """One belief, what it costs at most, and why it is not asked; empty when it is."""

    belief: Belief
    price: Price
    not_run: str = ""


def of(only: str, budget: float, region: str) -> list[Planned]:
    """Return all beliefs in the order in which they are asked; *budget* stops before the dearer.

    What a chosen belief comes after is chosen with it.
    """
    chosen = _chosen(only)
    spent, planned = 0.0, []
    for belief in BELIEFS:
        cost = price(belief.use, region)
        why = "" if belief.id in chosen else "not chosen"
        if not why and spent + cost.dollars > budget:
            why = f"would exceed the budget: ${spent + cost.dollars:.2f} of ${budget:.2f}"
        spent += 0.0 if why else cost.dollars
        planned.append(Planned(belief, cost, why))
    return planned


def _chosen(only: str) -> set[str]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(BY_ID)):
        raise Refused(f"{', '.join(unknown)} is no belief; choose from {', '.join(BY_ID)}")
    chosen: set[str] = set()
    wanted = names or list(BY_ID)
    while wanted:
        name = wanted.pop()
        if name not in chosen:
            chosen.add(name)
            wanted.extend(BY_ID[name].after)
    return chosen


def total(planned: Sequence[Planned]) -> float:
    """Return what all that is asked costs at most, in US dollars."""
    return sum(each.price.dollars for each in planned if not each.not_run)


def lines(planned: Sequence[Planned], budget: float, region: str) -> list[str]:
    """Return in words what will be asked, and what it costs."""
    asked = [each for each in planned if not each.not_run]
    rows = [
        f"{p.belief.id:<4} at most ${p.price.dollars:.3f}  {p.belief.sentence} "
        f"({p.not_run or p.price.arithmetic})"
        for p in planned
        if p.not_run != "not chosen"
    ]
    cost = f"{len(asked)} beliefs in {region}, at most ${total(planned):.2f} of ${budget:.2f}"
    return [*rows, f"{cost}; {SOURCE}"]


def confirmed(*, as_json: bool) -> bool:
    """Ask a person, if one is there, whether to go ahead."""
    if as_json or not sys.stdin.isatty():
        return False
    print("Go ahead? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
