"""What have the factory's stacks published? Names and addresses that a person or a verb needs."""

from __future__ import annotations

from collections.abc import Mapping

from aws.calls import pages
from factory.errors import NotFound, Refused
from factory.layout.names import STACK, stack

STAGE = "Stage"
"""The output that says which stage the others are of."""


def outputs(stage: str = "") -> Mapping[str, str]:
    """Return the outputs of the stacks of *stage* by name, for example `LedgerBucket`.

    Without *stage* they are those of the only stage that is deployed here. NotFound says that it
    is not, Refused that there are several to choose from.
    """
    found = _by_stage()
    if stage and stage not in found:
        raise NotFound(f"stage {stage} is not deployed here; {_known(found)}")
    if not found:
        raise NotFound(f"no stack here is called {stack('STAGE', '...')}; deploy the factory first")
    if len(found) > 1 and not stage:
        raise Refused(f"{_known(found)}; say which with --stage")
    return found[stage or next(iter(found))]


def _by_stage() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for listed in pages("cloudformation", "describe_stacks", "Stacks"):
        if ours := STACK.fullmatch(listed["StackName"]):
            own = found.setdefault(ours[1], {STAGE: ours[1]})
            own |= {o["OutputKey"]: o["OutputValue"] for o in listed.get("Outputs", [])}
    return found


def _known(found: Mapping[str, object]) -> str:
    return f"deployed here: {', '.join(sorted(found)) or 'none'}"
