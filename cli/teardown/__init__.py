"""How is a stage that was only for trying removed, with all that it has created?

It is done with the administrator's own credentials: no role of the factory may delete. What was
begun can be begun again, and goes on from there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from cli.result import Result
from cli.teardown import buckets, runtime, stacks
from cli.teardown.resource import Resource
from factory.errors import AccessDenied, Refused
from factory.exit_code import ExitCode
from factory.stage import DEV, Stage
from factory.stage import stage as stage_of

STAYS = (
    "what stays is AWS's to forget: records of jobs that have ended, their logs under "
    "/aws/sagemaker/, metrics, and the key, which KMS deletes 30 days from now"
)


def run(arguments: Any) -> Result:
    """Remove the stage, or without `--yes` list what would be removed."""
    found = _found(stage_of(arguments.stage or DEV.name))
    names = [str(resource) for resource in found]
    if not found:
        return Result(("nothing of the factory is here",), {"removed": []})
    if not arguments.yes:
        asked = f"{len(found)} resources would be removed, none was; add --yes to remove them"
        return Result((*names, asked), {"would_remove": names}, ExitCode.FAILED)
    for number, resource in enumerate(found, start=1):
        print(f"{number}/{len(found)} {resource}", file=sys.stderr, flush=True)
        _remove(resource)
    return Result((f"{len(found)} resources removed; {STAYS}",), {"removed": names})


def _found(stage: Stage) -> Sequence[Resource]:
    """Return what there is of *stage*, in the order in which it can go; refuse what must be kept.

    What belongs to other stages, or to nobody known, is neither counted nor touched.
    """
    if not stage.removable:
        raise Refused(
            f"stage {stage.name} is kept on purpose; only {DEV.name} can be torn down, where "
            "nothing is meant to last"
        )
    deployed = stacks.deployed(stage.name)
    owned = buckets.of(deployed, stage.name)
    buckets.demand_removable(owned)
    return [*runtime.found(deployed, stage.name), *stacks.found(deployed, owned)]


def _remove(resource: Resource) -> None:
    try:
        resource.remove()
    except AccessDenied as exc:
        raise AccessDenied(
            f"{exc}; a teardown needs an administrator's credentials, no role of the factory has "
            "the right; then run it again, it goes on from here"
        ) from exc
