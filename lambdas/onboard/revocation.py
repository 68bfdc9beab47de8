"""What does revoking a pipeline definition change? Nothing that it made is promoted any more."""

from __future__ import annotations

from dataclasses import replace

import aws
from factory.errors import NotFound
from factory.events.people import DefinitionRevoked
from factory.settings import OnboardSettings


def take(revoked: DefinitionRevoked, settings: OnboardSettings) -> None:
    """Write down who revoked a definition, and why; the first to do so counts."""
    aws.index_retry(lambda: _revoke(revoked, settings))


def _revoke(revoked: DefinitionRevoked, settings: OnboardSettings) -> None:
    recipe, digest = revoked.recipe, revoked.digest
    known = aws.specs.definition(settings.index_table, recipe, digest)
    if known is None:
        raise NotFound(f"recipe {recipe!r} has no definition {digest}; nothing is revoked")
    if known.revoked is None:
        by = {"by": revoked.actor, "reason": revoked.reason, "key": revoked.key}
        write = aws.specs.definition_put(replace(known, revoked=by))
        aws.index_write(settings.index_table, [write])
