"""How careful must the walls be? What differs between a place to try and a place that counts."""

from __future__ import annotations

from dataclasses import dataclass

from factory.errors import InvalidSettings

TAG = "modelworks:stage"
"""On a bucket: the stage that it was made for."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a deployment keeps when it is taken down, and for how long it remembers."""

    name: str
    removable: bool
    """Whether stores and tables go with their stack; write-once buckets never do."""
    worm_mode: str
    """`GOVERNANCE` (a holder of the bypass right may delete) or `COMPLIANCE` (nobody may)."""
    worm_days: int
    """How long what was written once cannot be deleted."""
    log_days: int
    """How long functions' logs and access logs are kept."""


DEV = Stage(name="dev", removable=True, worm_mode="GOVERNANCE", worm_days=1, log_days=30)
PROD = Stage(
    name="prod",
    removable=False,
    worm_mode="COMPLIANCE",
    worm_days=3650,  # ten years: the EU AI Act's Article 18 for a provider's documents
    log_days=400,  # a year and a month: a value that CloudWatch Logs offers
)


def stage(name: str) -> Stage:
    """Return the stage called *name*, `dev` or `prod`."""
    stages = {s.name: s for s in (DEV, PROD)}
    if name not in stages:
        raise InvalidSettings(f"stage {name!r} is unknown; say {' or '.join(stages)}")
    return stages[name]
