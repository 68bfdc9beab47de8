"""How does a person stop a run? By a command that carries their name and says why."""

from __future__ import annotations

from typing import Any

import aws
from aws import runs
from aws.outputs import outputs
from cli import command
from cli.result import Result
from factory.errors import NotFound
from factory.layout import tables
from factory.training import bound

ROLES = (command.BUILDER, command.OPERATOR)


def run(arguments: Any) -> Result:
    """Ask the factory, as builder or operator and in the caller's name, to stop a run."""
    model, execution = _which(arguments)
    answer, person = command.send(
        "stop_run", arguments, roles=ROLES, model=model, execution=execution
    )
    line = f"{answer['model']}: {person} stops {answer['execution']}; retrain does it now"
    return Result((line,), answer)


def _which(arguments: Any) -> tuple[str, str]:
    """Return the model and the ARN of the run: the one that is named, or a model's newest.

    Which model a run is of, builders may ask SageMaker; an operator names the model instead.
    """
    found, wanted = outputs(arguments.stage), arguments.run
    if wanted.startswith("arn:"):
        with aws.calling_as(command.assumed([found[command.BUILDER]])):
            return bound.model_of(runs.parameters(wanted)), wanted
    history = aws.table_get(found["RunsTable"], tables.history(wanted))
    begun = [run["execution"] for run in (history or {"runs": []})["runs"] if run["execution"]]
    if not begun:
        raise NotFound(f"{wanted} has no run that could be stopped; see factory status {wanted}")
    return wanted, str(begun[-1])
