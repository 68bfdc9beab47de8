"""How does a stage that was only for trying go, with all that it has made?

It is done with the administrator's own credentials: no role of the factory may delete. What was
begun can be begun again; what is gone already is not looked for.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from cli.result import Result
from cli.teardown import buckets, made, stacks
from cli.teardown.thing import Thing
from factory.errors import AccessDenied
from factory.exit_code import ExitCode

STAYS = (
    "what stays is AWS's to forget: records of jobs that have ended, their logs under "
    "/aws/sagemaker/, metrics, and the key, which KMS deletes 30 days from now"
)


def run(arguments: Any) -> Result:
    """Remove the stage, or without `--yes` say what would be removed."""
    found = _found()
    names = [str(thing) for thing in found]
    if not found:
        return Result(("nothing of the factory is here",), {"removed": []})
    if not arguments.yes:
        asked = f"{len(found)} things would be removed, none was; say --yes to remove them"
        return Result((*names, asked), {"would_remove": names}, ExitCode.NO)
    for number, thing in enumerate(found, start=1):
        print(f"{number}/{len(found)} {thing}", file=sys.stderr, flush=True)
        _remove(thing)
    return Result((f"{len(found)} things removed; {STAYS}",), {"removed": names})


def _found() -> Sequence[Thing]:
    """Return what there is, in the order in which it can go; refuse what must be kept."""
    standing = stacks.standing()
    owned = buckets.of(standing)
    buckets.demand_removable(owned)
    return [*made.found(standing), *stacks.found(standing, owned)]


def _remove(thing: Thing) -> None:
    try:
        thing.remove()
    except AccessDenied as exc:
        raise AccessDenied(
            f"{exc}; a teardown needs an administrator's credentials, no role of the factory has "
            "the right; then run it again, it goes on from here"
        ) from exc
