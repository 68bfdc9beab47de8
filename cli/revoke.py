"""How does a person withdraw a pipeline definition? Nothing that it made is promoted any more."""

from __future__ import annotations

from typing import Any

from cli import command
from cli.result import Result
from factory.errors import Refused


def run(arguments: Any) -> Result:
    """Ask the factory, under the operator role and in the caller's name, for a revocation."""
    recipe, slash, digest = arguments.definition.partition("/")
    if not slash:
        raise Refused(
            f"{arguments.definition!r} is not RECIPE/DIGEST; the event definition.deployed in the "
            "ledger names both"
        )
    answer, person = command.send("revoke_definition", arguments, recipe=recipe, digest=digest)
    line = (
        f"{answer['recipe']}: {person} revokes definition {answer['digest'][:12]}; runs of it are "
        "not promoted any more, start new ones"
    )
    return Result((line,), answer)
