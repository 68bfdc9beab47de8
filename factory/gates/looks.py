"""How often were these test rows looked at before, and how much does that leave to each bound?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.multiple import MOST_LOOKS, spent
from factory.gates.verdict import (
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
    text,
)


def looks(evidence: Evidence, model: Judged) -> Verdict:  # noqa: ARG001 - one shape for all gates
    """Demand test rows that have not been looked at more than 20 times.

    A look is one artifact that is scored on labelled test rows, whatever comes of it. Looks at a
    snapshot's label are counted across models, names and specs. At look k the gates floor, naive,
    members, champion and decisions leave 1 / (k (k + 1)) of the chance of an error that the spec
    allows each of them, so that all looks together leave no more.
    """
    found = mapping(evidence, "looks")
    look, snapshot = _look(found), count(found, "snapshot")
    where = f"snapshot {snapshot} of {text(found, 'product')}"
    text(found, "label")
    if look > MOST_LOOKS:
        rows = count(mapping(evidence, "leakage"), "test_rows")  # those that judge
        why = (
            f"the exam is used up: {look} looks at {where}, of {MOST_LOOKS} that it bears; land "
            f"fresh rows, {rows} as the exam has"
        )
        return Verdict(gate="looks", verdict=INCONCLUSIVE, reason=why, facts=dict(found))
    why = f"look {look} of {MOST_LOOKS} at {where}"
    return Verdict(gate="looks", verdict=PASS, reason=why, facts=dict(found))


def confidence(evidence: Evidence, stated: float) -> float:
    """Return the confidence of a bound at this look, where the spec states one for all looks.

    The chances of an error at all looks add up to what was stated: the sum of 1 / (k (k + 1)) over
    k from 1 is 1. Past the last look it stays what it was there, and `looks` lets nothing through.
    """
    return spent(stated, min(_look(mapping(evidence, "looks")), MOST_LOOKS))


def label_of(model: Judged) -> str:
    """Return the column in which the answers are: who has seen them has looked at the rows."""
    return model.task.target


def _look(found: Evidence) -> int:
    look = count(found, "look")
    if not look:
        raise Missing("look is 0; the first is 1")
    return look
