"""Does the candidate answer as one who is not examined, and with whose code?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
    number,
    sha256,
    text,
)
from factory.tasks.answers import CSV, JSON

CONTENT_TYPES = (CSV, JSON)
"""What an endpoint is asked in, and an exam too."""
AGAIN = 256
"""Rows of an exam that are asked a second time, in other company and in the other content type."""
TOLERANCE = 1e-6
"""Numbers that are no further apart are the same: sums of floats differ with their order, and their
last bits with the processor. Decisions and words may not differ at all."""
REPLAY_VERSION = 2
"""Of the document with the judged rows that are asked again where the model serves."""
RECIPE, TRAINING = "recipe", "training code"
"""Where serving code may come from: what is in neither, nobody could read before it serves."""


def exam(evidence: Evidence, model: Judged) -> Verdict:  # noqa: ARG001 - one shape for all gates
    """Demand that a row's answer does not depend on its company, its content type or its turn."""
    found = mapping(evidence, "exam")
    rows, again, different = (count(found, n) for n in ("rows", "again", "different"))
    types = mapping(found, "types")
    sha256(found, "asked"), sha256(found, "answers")
    requests, most, far = count(found, "requests"), count(found, "most"), number(found, "furthest")
    if far < 0:
        raise Missing(f"furthest is {far}, no distance")
    problems = [f"no row was asked in {t}" for t in CONTENT_TYPES if not count(types, t)]
    if again < min(rows, AGAIN) or not rows:
        problems.append(f"{again} of {rows} rows were asked twice, {AGAIN} are wanted")
    if problems:
        why = "; ".join(problems)
        return Verdict(gate="exam", verdict=INCONCLUSIVE, reason=why, facts=dict(found))
    verdict = FAIL if different else PASS
    asked = f"{rows} rows in {requests} requests of 1 to {most}"
    why = (
        f"answers depend on how they are asked: {different} of {again} rows asked twice are "
        f"answered otherwise, by up to {far:.6f}"
        if different
        else f"{asked}: the {again} that were asked twice got the same answer"
    )
    return Verdict(gate="exam", verdict=verdict, reason=why, facts=dict(found))


def serving(evidence: Evidence, model: Judged) -> Verdict:  # noqa: ARG001 - as above
    """Demand serving code that is the recipe's own, or that the approver can read beforehand."""
    found = mapping(evidence, "serving")
    origin, digest = text(found, "origin"), sha256(found, "digest")
    sha256(found, "recipe")
    others = count(found, "others")
    lines = f"{count(found, 'added')} lines added, {count(found, 'removed')} removed"
    words = {
        RECIPE: f"the serving code is the recipe's own ({digest[:12]})",
        TRAINING: f"the serving code is somebody's own ({digest[:12]}: {lines}, {others} more "
        "files), as in the training code; read it before you approve",
        "unknown": f"the serving code ({digest[:12]}) is neither the recipe's nor in the training "
        "code as text that can be read whole: nobody could read it; bring it there, in ASCII, not "
        "more than 2,000 lines of 300 characters",
    }
    if origin not in words or found.get("own") is not (origin == RECIPE):
        raise Missing(f"origin is {origin!r} and own {found.get('own')!r}")
    verdict = FAIL if origin == "unknown" else PASS
    return Verdict(gate="serving", verdict=verdict, reason=words[origin], facts=dict(found))
