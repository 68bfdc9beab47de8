"""How are people told that somebody changed what a stack made? In bounded words."""

from __future__ import annotations

from collections.abc import Iterable

from factory import reasons
from factory.stack_drift.comparison import Mismatch
from factory.stack_drift.deployed import Resource
from factory.stack_drift.kinds import EXISTENCE, FIRST_IN_REASONS, REMEDIES
from factory.stack_drift.trail import Call

BEGIN = "changed by hand: "
OVER = "it is as it was deployed again"
SHOWN = 3  # of the values that differ
VALUE = 90
NAME = 120
REVERT = "`cdk deploy --revert-drift`; a deploy of an unchanged template repairs nothing"


def of_resource(resource: Resource, mismatches: Iterable[Mismatch], call: Call | None) -> str:
    """Return the reason of the incident: the thing, what it is, what it was, who, and the remedy.

    It has at most `reasons.LONGEST` characters.
    """
    found = sorted(mismatches, key=lambda m: m.where.split(".")[0] not in FIRST_IN_REASONS)
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    what = "; ".join(map(_mismatch, found[:SHOWN])) + more
    kind = resource.type.removeprefix("AWS::").replace("::", " ")
    thing = f"{_cut(resource.path, NAME)} ({kind} {_cut(resource.name, NAME)})"
    thing += f" in {resource.account}"
    return _reason(f"{thing}: {what}. {_who(call)}", REMEDIES.get(resource.type, ""))


def of_stack(name: str, status: str) -> str:
    """Return the reason when a whole stack is gone, or stuck."""
    return _reason(f"the stack {name} is {status}, so that nothing of it can be compared.", "")


def _reason(text: str, remedy: str) -> str:
    how = f" Put it back: {remedy}{', or ' if remedy else ''}{REVERT}"
    return BEGIN + reasons.shown(text, reasons.LONGEST - len(BEGIN) - len(how)) + how


def _mismatch(each: Mismatch) -> str:
    if each.where == EXISTENCE:
        return f"{each.where} {each.found}"
    found, deployed = _cut(each.found, VALUE), _cut(each.deployed, VALUE)
    return f"{_cut(each.where, VALUE)} is {found}, and {deployed} was deployed"


def _who(call: Call | None) -> str:
    if call is None:
        return "Who did it is not known here; CloudTrail's event history has the calls by name."
    who, name = _cut(call.who, NAME), _cut(call.name, 60)
    return f"CloudTrail's last call about it: {name} by {who} at {_cut(call.time, 30)}."


def _cut(text: str, longest: int) -> str:
    return reasons.shown(text, longest)
