"""How does a person let loosened guards take force? By a command that carries their name."""

from __future__ import annotations

from typing import Any

from cli import command
from cli.result import Result


def run(arguments: Any) -> Result:
    """Ask the factory, in the caller's name, to put the held guards of a model in force.

    The digest is of the spec that the person was shown: if another one is deployed, nothing is.
    """
    answer, person = command.send(
        "approve_guards", arguments, model=arguments.model, digest=arguments.digest
    )
    return Result(
        (f"{answer['model']}: {person} lets this take force: {answer['guards']}",), answer
    )
