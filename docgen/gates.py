"""What does the reference page of the gates say? It is written from the functions that judge."""

from __future__ import annotations

import inspect

from docgen import markdown, spec
from factory.catalogue import classes
from factory.catalogue.spec import Model
from factory.gates import GATES

INTRODUCTION = """\
# Gates

Every gate judges every candidate of every model. There is no switch. A candidate is registered
only if all say PASS. This page is generated from `factory/gates/`.

A gate reads evidence and nothing else: what the Gates step measured, under a role of its own.
Promotion judges the same evidence again.

| Verdict | Means |
| --- | --- |
| PASS | the evidence shows that the candidate is good enough |
| FAIL | the evidence shows that it is not |
| INCONCLUSIVE | the evidence is missing, malformed, of another model, or too little; no PASS |
"""
NONE = "It has no threshold.\n"


def page() -> str:
    """Return the page as Markdown: a section per gate, in the order in which they judge."""
    return "\n".join([INTRODUCTION, *map(_section, GATES)])


def _section(gate: str) -> str:
    doc = inspect.getdoc(GATES[gate]) or ""
    return "\n".join([f"## {gate}\n", markdown.prose(doc), _thresholds(gate)])


def _thresholds(gate: str) -> str:
    """Return the fields of the spec that decide; the page of the spec says more of each."""
    inside = [leaf for leaf in classes.leaves(Model) if leaf.path.startswith(f"gates.{gate}.")]
    if not inside:
        return NONE
    rows = [
        (
            f"[`{leaf.path}`](spec.md#{spec.anchor(leaf.path)})",
            spec.default(leaf),
            spec.meaning(leaf),
        )
        for leaf in inside
    ]
    return markdown.table(("Threshold", "Default", "Meaning"), rows)
