"""May somebody let a model's loosened guards take force? Whoever does not build it, knowingly."""

from __future__ import annotations

from http import HTTPStatus

from factory import people
from factory.catalogue.change import words
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.commands.request import Accepted, ApproveGuards, Caller, Declined, conflict
from factory.events.people import GuardsApproved
from factory.layout.names import person_actor


def accept(command: ApproveGuards, caller: Caller, entry: Entry, model: Model) -> Accepted:
    """Return what the factory is told; Declined unless the person may and something is held.

    *model* is the spec in force: a builder whom a held change removes is still one of its builders.
    """
    if not model.builders:
        raise conflict(f"the builders of {model.name} are unknown: nobody is independent of them")
    act = "approve its guards"
    if why := people.refusal(caller.person, model.name, model.builders, act):
        raise Declined(why, HTTPStatus.FORBIDDEN)
    if command.digest != entry.deployed:
        raise conflict(
            f"another spec of {model.name} was deployed meanwhile, {entry.deployed[:12]} instead "
            f"of {command.digest[:12]}; read what it loosens first"
        )
    if not entry.held:
        raise conflict(f"no guard of {model.name} waits for approval")
    event = GuardsApproved(
        model=model.name,
        actor=person_actor(caller.person),
        reason=command.reason,
        key=f"{entry.sequence}|{entry.deployed}",
        digest=entry.deployed,
        sequence=entry.sequence,
        guards=tuple(change.field for change in entry.held),
    )
    answer = {
        "model": model.name,
        "digest": entry.deployed,
        "guards": words(entry.held),
        "by": caller.person,
    }
    return Accepted(event=event, answer=answer)
