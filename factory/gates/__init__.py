"""May this candidate become a package? Every gate, its verdict and its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from factory import reasons
from factory.catalogue.judged import Judged
from factory.gates.answers import answers
from factory.gates.artifact import artifact, baseline
from factory.gates.calibration import calibration
from factory.gates.controls import controls
from factory.gates.coverage import coverage
from factory.gates.data import lineage
from factory.gates.decisions import decisions
from factory.gates.exam import exam, serving
from factory.gates.fairness import fairness
from factory.gates.leakage import leakage
from factory.gates.looks import looks
from factory.gates.members import members
from factory.gates.quality import champion, floor, naive
from factory.gates.stability import stability
from factory.gates.verdict import FAIL, INCONCLUSIVE, PASS, Evidence, Missing, Verdict

__all__ = [
    "FAIL",
    "GATES",
    "INCONCLUSIVE",
    "PASS",
    "Verdict",
    "judge",
    "judged",
    "passed",
    "summary",
]

VERSION = 2
"""Of the evidence's form."""
LONGEST = 20_000  # characters of a gate's words
GATES: Mapping[str, Callable[[Evidence, Judged], Verdict]] = {
    "looks": looks,
    "floor": floor,
    "naive": naive,
    "members": members,
    "champion": champion,
    "decisions": decisions,
    "calibration": calibration,
    "stability": stability,
    "answers": answers,
    "coverage": coverage,
    "leakage": leakage,
    "fairness": fairness,
    "lineage": lineage,
    "artifact": artifact,
    "baseline": baseline,
    "exam": exam,
    "serving": serving,
    "controls": controls,
}
"""All of them are on for every model; there is no switch."""


def judge(evidence: Evidence, model: Judged) -> tuple[Verdict, ...]:
    """Return one verdict per gate; evidence of another model, or none, is never a PASS."""
    if (evidence.get("version"), evidence.get("model")) != (VERSION, model.name):
        why = f"the evidence is about {evidence.get('model')!r}, version {evidence.get('version')}"
        return tuple(Verdict(gate=g, verdict=INCONCLUSIVE, reason=why) for g in GATES)
    return tuple(judged(gate, evidence, model) for gate in GATES)


def passed(verdicts: Iterable[Verdict]) -> bool:
    """Return whether every gate has one verdict, and that is PASS."""
    found = [(v.gate, v.verdict) for v in verdicts]
    return sorted(found) == sorted((gate, PASS) for gate in GATES)


def summary(verdicts: Iterable[Verdict]) -> str:
    """Return what stands in the way, in words, or that nothing does."""
    against = [f"{v.gate} {v.verdict}: {v.reason}" for v in verdicts if v.verdict != PASS]
    return "; ".join(against) or "every gate passed"


def judged(gate: str, evidence: Evidence, model: Judged) -> Verdict:
    """Return the verdict of one gate; its words are one line, whatever levels they name."""
    try:
        found = GATES[gate](evidence, model)
    except Missing as missing:
        why = f"missing evidence: {missing}"
        found = Verdict(gate=gate, verdict=INCONCLUSIVE, reason=why)
    return replace(found, reason=reasons.shown(found.reason, LONGEST))
