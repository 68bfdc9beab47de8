"""Where does each model stand? Its life at a glance, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws import specs
from aws.outputs import GUIDE, STAGE, outputs
from cli import family as families
from cli.result import Result
from cli.status import deploy, family, model, text
from cli.status.records import Records
from factory.errors import NotFound
from factory.layout.names import stack
from factory.layout.outputs import publisher

READ = ("IncidentsTable", "IndexTable", "RunsTable", "SpecsBucket", "WindowsTable")


def run(arguments: Any) -> Result:
    """Describe one model, or all: spec, versions, what serves, traffic, drift, incidents, budget.

    First of all stands how many specs of the last deploy are in force.
    """
    places = _all_of(outputs(arguments.stage))
    last = deploy.read(places["IndexTable"])
    if last is None:
        return Result(("no catalogue was deployed yet",), {"deploy": None, "models": []})
    records = Records(places)
    if members := _members(places, arguments.model):
        standing = [family.read(records, name) for name in members]
        told = (*deploy.lines(last), *family.lines(arguments.model, standing))
        return Result(told, {"deploy": last, "family": arguments.model, "members": standing})
    names = [arguments.model] if arguments.model else deploy.models(places["SpecsBucket"], last)
    found = [model.read(records, name, coming=name in last["outstanding"]) for name in names]
    told = (*deploy.lines(last), *(line for each in found for line in text.lines(each)))
    return Result(told, {"deploy": last, "models": found})


def _members(places: Mapping[str, str], name: str | None) -> list[str]:
    """Return the members of the family called *name*; none where it is a model's name."""
    if not name or specs.entry(places["IndexTable"], name):
        return []
    return families.members(places, name)


def _all_of(places: Mapping[str, str]) -> Mapping[str, str]:
    """Return *places*, or raise NotFound when the stacks of this account are not all."""
    lacking = {publisher(name) for name in READ if name not in places}
    if lacking:
        names = ", ".join(stack(places[STAGE], duty) for duty in sorted(lacking))
        raise NotFound(
            f"`factory status` reads one account that holds all stacks, and here is no {names}: "
            "deploy it, or, where each part has an account of its own, use `factory review MODEL` "
            f"in that of training and `factory audit verify` in that of the ledger; see {GUIDE}"
        )
    return places
