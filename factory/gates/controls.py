"""Do the gates refuse what they must, for this very package? Its sabotaged copies are judged too.

A negative control alters answers, rows or records of the package, and never trains. It names the
gate that must refuse it, whatever the other gates say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from factory.catalogue.judged import Judged
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    mapping,
    text,
)

LEAST = 7
"""Controls that must be refused; fewer do not show that the gates work."""
NOT_APPLICABLE = "not applicable"


class Control(NamedTuple):
    """A sabotaged copy of the package."""

    gate: str
    """The one that must refuse it."""
    words: str


CONTROLS: Mapping[str, Control] = {
    "used up": Control("looks", "the exam was looked at as often as it bears"),
    "inverted": Control("floor", "each row gets the answer of the row of opposite rank"),
    "ignorant": Control("naive", "each row gets the answer of a model that knows nothing"),
    "members": Control("members", "each member gets the answers of its naive model"),
    "worse": Control("champion", "the inverted answers are compared with the champion's"),
    "by lot": Control("decisions", "each row gets the decision of the row of opposite rank"),
    "left out": Control("coverage", "the rows of a protected group are left out of the exam"),
    "label": Control("leakage", "a feature holds the label"),
    "learned rows": Control("leakage", "training rows are in the test split"),
    "copied rows": Control("leakage", "training rows are in the test split under other keys"),
    "entity": Control("leakage", "an entity has rows in both splits"),
    "asked": Control("leakage", "the artifact asks for what must not be known"),
    "future": Control("leakage", "what comes later changes what is learned"),
    "shifted group": Control("fairness", "a whole group gets the lowest answer"),
    "miscalibrated": Control("calibration", "all answers are halfway to one end of their range"),
    "slice": Control("stability", "the rows of one slice get answers of opposite rank"),
    "constant": Control("answers", "each row gets the same answer"),
    "other snapshot": Control("lineage", "an input is not the snapshot that was verified"),
    "foreign digest": Control("artifact", "the artifact evaluated is another one"),
    "one bin": Control("baseline", "the baseline has all rows in one bin"),
    "company": Control("exam", "a row is answered otherwise in other company"),
    "unread code": Control("serving", "the serving code could be read nowhere"),
}
"""By name, in the order in which they are told."""


def controls(evidence: Evidence, model: Judged) -> Verdict:  # noqa: ARG001 - one shape for all gates
    """Demand that each sabotaged copy of the package is refused by the gate that it is made for.

    A control is not applicable where the package itself does not pass that gate, or has nothing
    that could be sabotaged. One that passes fails the run. Fewer than 7 are INCONCLUSIVE.
    """
    found = mapping(evidence, "controls")
    if set(found) != set(CONTROLS):
        raise Missing(f"the controls are {', '.join(found)}, not those that are to be tried")
    verdicts = {name: _verdict(name, mapping(found, name)) for name in CONTROLS}
    passed = [name for name, verdict in verdicts.items() if verdict == PASS]
    absent = [name for name, verdict in verdicts.items() if verdict == NOT_APPLICABLE]
    tried = len(verdicts) - len(absent)
    refused = tried - len(passed)
    why = f"{refused} of {tried} sabotaged copies are refused"
    if absent:
        why += f"; not applicable: {', '.join(absent)}"
    if passed:
        let_through = "; ".join(
            f"the gate {CONTROLS[name].gate} lets through that {CONTROLS[name].words}"
            for name in passed
        )
        return Verdict(
            gate="controls", verdict=FAIL, reason=f"{let_through}; {why}", facts=dict(found)
        )
    if refused < LEAST:
        why += f"; {LEAST} must be"
        return Verdict(gate="controls", verdict=INCONCLUSIVE, reason=why, facts=dict(found))
    return Verdict(gate="controls", verdict=PASS, reason=why, facts=dict(found))


def _verdict(name: str, found: Evidence) -> str:
    verdict, gate = text(found, "verdict"), text(found, "gate")
    text(found, "reason")
    if gate != CONTROLS[name].gate or verdict not in {PASS, FAIL, INCONCLUSIVE, NOT_APPLICABLE}:
        raise Missing(f"{name}: {verdict!r} by the gate {gate!r} is no verdict")
    return verdict
