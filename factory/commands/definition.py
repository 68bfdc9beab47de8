"""May a pipeline definition be revoked? One that a deploy has brought, once."""

from __future__ import annotations

from factory.catalogue.definition import Definition
from factory.commands.request import Accepted, Caller, RevokeDefinition, conflict, unknown
from factory.events.people import DefinitionRevoked
from factory.layout.names import person_actor


def accept(command: RevokeDefinition, caller: Caller, known: Definition | None) -> Accepted:
    """Return what the factory is told; Declined for what is *known* of no definition, or revoked.

    Whoever builds a model may revoke too: it only keeps models from being promoted.
    """
    if known is None:
        raise unknown(
            f"recipe {command.recipe!r} has no pipeline definition {command.digest[:12]} that a "
            "deploy has brought"
        )
    if known.revoked:
        raise conflict(
            f"{known.revoked['by'].split('/', 1)[-1]} has revoked pipeline definition "
            f"{command.digest[:12]} already: {known.revoked['reason']}"
        )
    event = DefinitionRevoked(
        recipe=known.recipe,
        actor=person_actor(caller.person),
        reason=command.reason,
        key=known.digest,
        digest=known.digest,
    )
    answer = {"recipe": known.recipe, "digest": known.digest, "by": caller.person}
    return Accepted(event=event, answer=answer)
