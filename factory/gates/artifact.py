"""Are the bytes judged the bytes registered, and can they be watched?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.verdict import FAIL, PASS, Evidence, Missing, Verdict, count, mapping, sha256


def artifact(evidence: Evidence, model: Judged) -> Verdict:  # noqa: ARG001 - one shape for all gates
    """Demand that the artifact evaluated is the artifact that the gates saw."""
    found = mapping(evidence, "artifact")
    gated, evaluated = sha256(found, "gated"), sha256(found, "evaluated")
    verdict = PASS if gated == evaluated else FAIL
    why = (
        f"the artifact is {gated[:12]} throughout"
        if verdict == PASS
        else f"the artifact evaluated was {evaluated[:12]}, the one to register is {gated[:12]}"
    )
    return Verdict(gate="artifact", verdict=verdict, reason=why, facts=dict(found))


def baseline(evidence: Evidence, model: Judged) -> Verdict:
    """Demand a monitoring baseline over every feature and every training row, which tells apart.

    A column whose values differ and all lie in one bin could never be seen to drift.
    """
    found = mapping(evidence, "baseline")
    sha256(found, "digest")  # promotion takes the file with these bytes
    columns = found.get("columns")
    if not isinstance(columns, list):
        raise Missing(f"columns is {columns!r}, not a list")
    flat = found.get("flat")
    if not isinstance(flat, list):
        raise Missing(f"flat is {flat!r}, not a list")
    rows, trained = count(found, "rows"), count(found, "train_rows")
    problems = []
    absent = [c for c in model.features if c not in columns]
    if absent:
        problems.append(f"the baseline lacks {', '.join(absent)}")
    if flat:
        problems.append(f"the baseline has one bin for all values of {', '.join(map(str, flat))}")
    if rows != trained or not rows:
        problems.append(f"the baseline has {rows} rows, training had {trained}")
    verdict = FAIL if problems else PASS
    why = "; ".join(problems) or f"the baseline covers {len(columns)} columns, {rows} rows"
    return Verdict(gate="baseline", verdict=verdict, reason=why, facts=dict(found))
