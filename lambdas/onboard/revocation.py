"""What does revoking a pipeline definition change? Nothing that it made is promoted any more."""

from __future__ import annotations

from dataclasses import replace

import aws
from aws.index import Put
from factory.errors import NotFound
from factory.events.people import DefinitionRevoked
from factory.layout import tables
from factory.settings import OnboardSettings


def take(revoked: DefinitionRevoked, settings: OnboardSettings) -> None:
    """Write down who revoked a definition, and why; the first to do so counts."""
    recipe, digest = revoked.recipe, revoked.digest
    known = aws.specs.definition(settings.index_table, recipe, digest)
    if known is None:
        raise NotFound(f"recipe {recipe!r} has no definition {digest}; nothing is revoked")
    if known.revoked is None:
        by = {"by": revoked.actor, "reason": revoked.reason, "key": revoked.key}
        item = replace(known, revoked=by).item()
        aws.index_write(settings.index_table, [Put(tables.definition_item(recipe, digest), item)])
