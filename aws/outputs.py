"""What have the factory's stacks published? Names and addresses that a person or a verb needs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from aws.calls import pages
from factory.errors import InvalidSettings, NotFound, Refused
from factory.layout.names import STACK, stack
from factory.layout.outputs import publisher

STAGE = "Stage"
"""The output that says which stage the others are of."""
FILE = "MODELWORKS_OUTPUTS"
"""The variable that names what `cdk deploy --outputs-file` wrote, for outputs of other accounts."""
GUIDE = "docs/guides/deploy-five-accounts.md"


class Published(dict[str, str]):
    """Outputs by name; one that no stack here has is refused in words."""

    def __missing__(self, name: str) -> NoReturn:
        """Say which stack has it, which may be in another account."""
        duty = publisher(name)
        raise NotFound(
            f"no stack of {self[STAGE]} in this account publishes {name}, which is the output of "
            f"{stack(self[STAGE], duty) if duty else 'none'}: deploy it, or use a profile of the "
            f"account that has it; see {GUIDE}#people"
        )


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


def output(name: str, here: Mapping[str, str]) -> str:
    """Return an output that may be another account's: of *here*, or of the file that FILE names."""
    file = os.environ.get(FILE)
    if name in here or not file:
        return here[name]
    own = stack(here[STAGE], publisher(name))
    try:
        return str(json.loads(Path(file).read_bytes())[own][name])
    except (OSError, ValueError, LookupError, TypeError) as exc:
        raise InvalidSettings(
            f"{FILE}={file}: it has no {own}.{name} ({exc!r}); let it name the file that "
            "`cdk deploy --outputs-file` wrote"
        ) from exc


def _by_stage() -> dict[str, Published]:
    found: dict[str, Published] = {}
    for listed in pages("cloudformation", "describe_stacks", "Stacks"):
        if ours := STACK.fullmatch(listed["StackName"]):
            own = found.setdefault(ours[1], Published({STAGE: ours[1]}))
            own.update({o["OutputKey"]: o["OutputValue"] for o in listed.get("Outputs", [])})
    return found


def _known(found: Mapping[str, object]) -> str:
    return f"deployed here: {', '.join(sorted(found)) or 'none'}"
