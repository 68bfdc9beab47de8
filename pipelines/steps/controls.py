"""Is each sabotaged copy of the package refused by the gate that is made for it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from factory import gates, reasons
from factory.gates.controls import CONTROLS, NOT_APPLICABLE
from factory.gates.verdict import Verdict
from pipelines.steps import sabotage, tampering
from pipelines.steps.evidence import ScoredSplit

LONGEST = 200  # characters of the words of a gate
SABOTAGE: Mapping[str, Callable[[ScoredSplit, Mapping[str, Any]], dict[str, Any] | str]] = {
    "used up": tampering.used_up,
    "inverted": sabotage.inverted,
    "ignorant": sabotage.ignorant,
    "members": sabotage.members_alike,
    "worse": sabotage.worse,
    "by lot": sabotage.by_lot,
    "left out": tampering.left_out,
    "label": tampering.label,
    "learned rows": tampering.learned_rows,
    "copied rows": tampering.copied_rows,
    "entity": tampering.entity,
    "asked": tampering.asked,
    "future": tampering.future,
    "shifted group": sabotage.shifted_group,
    "miscalibrated": sabotage.miscalibrated,
    "slice": sabotage.one_slice,
    "constant": sabotage.constant,
    "other snapshot": tampering.other_snapshot,
    "foreign digest": tampering.foreign_digest,
    "one bin": tampering.one_bin,
    "company": tampering.company,
    "unread code": tampering.unread_code,
}
"""What each control of `factory.gates.controls` does to the package."""


def measure(split: ScoredSplit, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the section of the evidence; *found* are all other sections of the package."""
    tried = dict.fromkeys(control.gate for control in CONTROLS.values())
    own = {gate: gates.judged(gate, found, split.model).verdict for gate in tried}
    return {name: _tried(name, split, found, own) for name in CONTROLS}


def _tried(
    name: str, split: ScoredSplit, found: Mapping[str, Any], own: Mapping[str, str]
) -> dict[str, str]:
    gate = CONTROLS[name].gate
    if own[gate] != gates.PASS:
        return _said(gate, NOT_APPLICABLE, f"the gate says {own[gate]} of the package itself")
    changed = SABOTAGE[name](split, found)
    if isinstance(changed, str):
        return _said(gate, NOT_APPLICABLE, changed)
    judged: Verdict = gates.judged(gate, {**found, **changed}, split.model)
    return _said(gate, judged.verdict, judged.reason)


def _said(gate: str, verdict: str, reason: str) -> dict[str, str]:
    return {"gate": gate, "verdict": verdict, "reason": reasons.shown(reason, LONGEST)}
