"""How does a person let an earlier version serve again? By a command that carries their name."""

from __future__ import annotations

from typing import Any

from cli import cohort, command, rollback_cohort
from cli.result import Result
from factory.layout.names import package_subject


def run(arguments: Any) -> Result:
    """Ask the factory, under the operator role and in the caller's name, for a rollback."""
    if arguments.cohort:
        return rollback_cohort.run(arguments)
    cohort.check_alone(arguments)
    answer, person = command.send(
        "rollback",
        arguments,
        model=arguments.model,
        version=arguments.version,
    )
    subject = package_subject(answer["model"], answer["version"])
    line = (
        f"{subject}: {person} rolls back to it from version {answer['from']}; promotion checks it"
    )
    return Result((line,), answer)
