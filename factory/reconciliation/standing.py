"""Where was an endpoint brought by somebody else than promotion, and how does it come back?"""

from __future__ import annotations

from typing import NamedTuple

from factory.reconciliation.facts import Facts


class Change(NamedTuple):
    """One change of an endpoint that promotion has not made."""

    what: str
    """While it stays the same, it is the same change."""
    words: str
    remedy: str
    by_hand: bool = True


def change(facts: Facts) -> Change:
    """Return the change of an endpoint whose standing is that it was changed by hand."""
    name, endpoint, meant = facts.name, facts.endpoint, facts.intent.config
    if endpoint is None or (endpoint.status == "Deleting" and not endpoint.foreign):
        remedy = (
            f"aws sagemaker create-endpoint --endpoint-name {name} --endpoint-config-name {meant}, "
            "or approve a version again"
        )
        if facts.never_made:
            words = f"the endpoint {name} was never made, or deleted before it was first at rest"
            why = f"{remedy}, when the dead letters of promote have said why it was not made"
            return Change("never made", words, why, by_hand=False)
        return Change("deleted", f"the endpoint {name} was deleted", remedy)
    delete = f"aws sagemaker delete-endpoint --endpoint-name {name}"
    if endpoint.foreign and not facts.intent.known:
        words = f"an endpoint {name} is there that promotion did not make"
        return Change("foreign", words, f"ask whoever made it; if nobody needs it, {delete}")
    if endpoint.foreign:
        words = f"the endpoint {name} was made again after promotion had taken it away"
        return Change("again", words, delete)
    if not meant:
        words = f"the endpoint {name} stands, although it was to be deleted"
        return Change("stands", words, delete, by_hand=False)
    config = endpoint.pending if endpoint.busy else endpoint.serves
    how = "is being moved to" if endpoint.busy else "serves"
    remedy = f"aws sagemaker update-endpoint --endpoint-name {name} --endpoint-config-name {meant}"
    return Change(
        f"serves {config}",
        f"the endpoint {name} {how} {config}",
        f"{remedy}, when it is at rest" if endpoint.busy else remedy,
    )
