"""Is an endpoint as it was meant, on its way there, fallen back, or changed by hand?

What was meant and what it served before explain every place in which an update can end. Wherever
else it stands, promotion did not bring it there.
"""

from __future__ import annotations

import enum

from factory.serving.intent import Intent
from factory.serving.rollout import BROKEN, Endpoint

GRACE = 3600
"""Seconds after an intent in which its endpoint may be made or deleted yet: a message to promotion
that fails comes again for an hour before it is set aside."""


class Standing(enum.Enum):
    """Where an endpoint stands, measured by what was meant."""

    NOTHING = "nothing serves, as was meant"
    MOVING = "it is on its way to what was meant"
    DEPLOYED = "what was meant serves"
    FAILED = "what was meant did not come into service, and what served before serves, or nothing"
    BY_HAND = "somebody else than promotion brought it to where it is"


def standing(endpoint: Endpoint | None, intent: Intent, *, rested: bool, now: float) -> Standing:
    """Return where an endpoint stands.

    *rested* says whether it has once come to rest with what is meant now: a probe found it so.
    """
    young = now - intent.since < GRACE
    if endpoint is None:
        if not intent.config:
            return Standing.NOTHING
        return Standing.BY_HAND if rested or not young else Standing.MOVING
    if endpoint.foreign:
        return Standing.BY_HAND
    if not intent.config:
        return Standing.MOVING if endpoint.status == "Deleting" or young else Standing.BY_HAND
    return _busy(endpoint, rested=rested) if endpoint.busy else _settled(endpoint, rested=rested)


def _busy(endpoint: Endpoint, *, rested: bool) -> Standing:
    if endpoint.status == "Deleting":
        return Standing.BY_HAND if rested else Standing.MOVING
    known = {"", endpoint.meant, endpoint.intent.last.config}
    return Standing.MOVING if endpoint.pending in known else Standing.BY_HAND


def _settled(endpoint: Endpoint, *, rested: bool) -> Standing:
    if endpoint.deployed:
        return Standing.DEPLOYED
    if rested:
        return Standing.BY_HAND
    if not endpoint.begun:
        return Standing.MOVING
    ends = {endpoint.intent.serves}
    if endpoint.status in BROKEN:
        ends.add(endpoint.meant)  # a new endpoint that never came up names it
    return Standing.FAILED if endpoint.serves in ends else Standing.BY_HAND
