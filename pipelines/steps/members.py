"""How good is each member of one model? Nothing is averaged: the gate decides over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from factory.errors import Refused
from factory.gates.gains import FACTS, MOST
from factory.tasks.task import Task
from pipelines.measure.measure import Answers, Member
from pipelines.steps.evidence import ScoredSplit


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Compare the challenger with each member's naive model."""
    return compared(split, split.answers, split.simple)


def compared(split: ScoredSplit, answers: Answers, simple: Answers) -> dict[str, Any]:
    """Compare *answers* with the *simple* ones, member by member."""
    found = split.measure.members(split.truth, answers, simple) or []
    return section(split.model.task, found)


def section(task: Task, found: Sequence[Member]) -> dict[str, Any]:
    """Return the section of the evidence, a column a fact: they have an entry for each member.

    A member that lacks data has None in all of them.
    """
    if len(found) > MOST:
        raise Refused(
            f"{len(found)} members are more than {MOST}, which are judged in one model; "
            "make several models of them"
        )
    return {
        "columns": list(task.members),
        "levels": [list(member.levels) for member in found],
        "unanswered": [member.unanswered for member in found],
        **{name: [_fact(member, name) for member in found] for name in FACTS},
    }


def _fact(member: Member, name: str) -> float | None:
    return None if member.gain is None else member.gain[name]
