"""How does a person roll back the members of a family at once? Over a digest of all of them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import aws
from aws import registry, specs
from aws.outputs import STAGE, outputs
from cli import cohort, command, family
from cli.result import Result, show
from factory.commands import rollback
from factory.commands.moves import Move, Moves
from factory.commands.request import Rollback
from factory.commands.rollback import Version
from factory.errors import NotFound, Refused
from factory.exit_code import ExitCode
from factory.layout import names


def run(arguments: Any) -> Result:
    """Print what would serve again; with the digest that was printed, command each rollback.

    Each is a command of its own, which carries the caller's name: one that is refused stops no
    other, and is told at the end.
    """
    if arguments.version:
        raise Refused("the members of a family have versions of their own; leave out --version")
    places = outputs(arguments.stage)
    found = _moves(places, family.of(places, arguments.model), arguments.without)
    told = (f"{arguments.model}: {len(found.members)} rollbacks", *found.lines())
    data = {"family": arguments.model, "digest": found.digest, "apart": dict(found.apart)}
    data["cohort"] = [
        {"model": m.model, "from": m.serves, "to": m.to.number} for m in found.members
    ]
    if not found.members:
        why = "; ".join(line.strip() for line in told[1:])
        raise NotFound(f"{arguments.model}: no member can be rolled back; {why}")
    if not arguments.digest:
        return Result((*told, f"nothing was commanded; repeat with --digest {found.digest}"), data)
    if arguments.digest != found.digest:
        raise Refused(
            f"--digest {arguments.digest} is not that of what would serve again now, "
            f"{found.digest}; nothing was commanded, read what is printed without it"
        )
    reason = cohort.reason(arguments, found.digest)
    if not arguments.json:
        show(told)
    own = argparse.Namespace(**{**vars(arguments), "reason": reason})
    return _commanded(own, found, data)


def _moves(places: Mapping[str, str], members: list[str], without: list[str]) -> Moves:
    if strange := sorted(set(without) - set(members)):
        raise NotFound(f"{', '.join(strange)}: no member is called so; correct --except")
    moves, apart = [], dict.fromkeys(without, "excepted")
    for name in members:
        if name in apart:
            continue
        try:
            moves.append(_move(places, name))
        except Refused as why:
            apart[name] = str(why)
    return Moves(members=tuple(moves), apart=apart)


def _move(places: Mapping[str, str], name: str) -> Move:
    """Return what would serve again; Refused says why nothing would, as the factory would."""
    group = names.resource(places[STAGE], name)
    spec = specs.spec(places["SpecsBucket"], specs.in_force(places["IndexTable"], name))
    intent = aws.intent(places["ApprovedBucket"], group)
    serves = rollback.movable(aws.endpoint(group, intent), spec).version
    asked = Rollback(model=name, reason="", version=None)
    return Move(model=name, serves=serves, to=rollback.chosen(asked, serves, _versions(group)))


def _versions(group: str) -> list[Version]:
    return [
        Version(number=each.version, package=each.arn, status=each.status)
        for each in registry.versions(group)
    ]


def _commanded(arguments: Any, found: Moves, data: Mapping[str, Any]) -> Result:
    """Command each rollback, and say which were refused."""
    refused = dict(_refused(arguments, found))
    lines = [f"{name}: refused: {why}" for name, why in refused.items()]
    asked = len(found.members) - len(refused)
    lines.append(f"{arguments.model}: {asked} rolled back; promotion checks each")
    code = ExitCode.FAILED if refused else ExitCode.OK
    return Result(tuple(lines), {**data, "refused": refused}, code)


def _refused(arguments: Any, found: Moves) -> Iterator[tuple[str, str]]:
    for each in found.members:
        try:
            command.send("rollback", arguments, model=each.model, version=each.to.number)
        except Refused as why:
            yield each.model, str(why)
