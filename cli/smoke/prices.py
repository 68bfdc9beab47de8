"""What does a check cost? Instance hours times what AWS asks for one, with the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factory.errors import Refused

AS_OF = "2026-11"
SOURCE = f"on-demand prices as they are believed in {AS_OF}; no price list was read"
HOURLY: Mapping[str, Mapping[str, float]] = {
    "us-east-1": {"ml.m5.large": 0.115, "ml.m5.xlarge": 0.23},
    "us-east-2": {"ml.m5.large": 0.115, "ml.m5.xlarge": 0.23},
    "us-west-2": {"ml.m5.large": 0.115, "ml.m5.xlarge": 0.23},
    "eu-west-1": {"ml.m5.large": 0.128, "ml.m5.xlarge": 0.256},
    "eu-central-1": {"ml.m5.large": 0.138, "ml.m5.xlarge": 0.276},
}
"""US dollars for an hour of one instance, the same for jobs and for endpoints, by region."""
ELSEWHERE = 2.0  # times the dearest that is known: a guess that should be too high
REQUESTS = 0.001  # US dollars that the requests of any check stay below


@dataclass(frozen=True)
class Use:
    """What is used that is billed by time."""

    instances: int = 0
    minutes: int = 0
    """Of each instance, at most: the check gives up then."""
    type: str = "ml.m5.large"


NOTHING = Use()


@dataclass(frozen=True)
class Price:
    """What a use costs at most."""

    dollars: float
    arithmetic: str


def price(use: Use, region: str) -> Price:
    """Return what *use* costs at most in *region*, and how that was computed."""
    if not use.instances:
        return Price(REQUESTS, "requests only")
    hourly, note = per_hour(use.type, region)
    dollars = use.instances * use.minutes / 60 * hourly
    words = f"{use.instances} x {use.minutes} min of {use.type} at ${hourly:.3f} an hour{note}"
    return Price(round(dollars + REQUESTS, 4), words)


def per_hour(kind: str, region: str) -> tuple[float, str]:
    """Return the price of an instance hour, and a note where it is a guess."""
    known = HOURLY.get(region, {}).get(kind)
    if known is not None:
        return known, ""
    others = [prices[kind] for prices in HOURLY.values() if kind in prices]
    if not others:
        raise Refused(f"the price of {kind} is not known; add it to cli/smoke/prices.py")
    return max(others) * ELSEWHERE, f", a guess: no price is known for {region}"
