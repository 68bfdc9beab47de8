"""What is left of a confidence when one exam is looked at often, or many are judged at once?"""

from __future__ import annotations

from collections.abc import Mapping

from factory.gates.verdict import Missing

MOST_LOOKS = 20
"""After so many looks an exam is used up: a builder who adapts gains more than any spending."""


def spent(confidence: float, look: int) -> float:
    """Return the confidence of each bound at the *look*-th look at one exam, counted from 1.

    Look k spends alpha / (k (k + 1)), so that all looks together spend at most alpha: candidates
    no better than the floor passed in 4.4 % of 20 looks at 5 %; with alpha / k, in 16.8 %.
    """
    if look < 1:
        raise ValueError(f"look {look}; the first is 1")
    return 1 - (1 - confidence) / (look * (look + 1))


def benjamini_hochberg(p_values: Mapping[str, float | None], rate: float) -> frozenset[str]:
    """Return the members shown to be better; in the mean at most *rate* of them are not.

    By Benjamini and Hochberg (1995), which holds for independent members and for those that good
    and bad days move together. A member without a p, None, counts as one with 1.

    Raises Missing for a p that cannot be.
    """
    found = {name: 1.0 if p is None else p for name, p in p_values.items()}
    for name, p in found.items():
        if not 0 <= p <= 1:
            raise Missing(f"p of {name} is {p}, not in 0 to 1")
    steps = enumerate(sorted(found.values()), start=1)
    largest = max((p for k, p in steps if p <= rate * k / len(found)), default=-1.0)
    return frozenset(name for name, p in found.items() if p <= largest)
