"""What does a spec let through that it did not before, and what does it still wait for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aws import judgements, specs
from aws.outputs import STAGE
from factory.catalogue.change import Change
from factory.catalogue.entry import Entry
from factory.layout.names import resource
from factory.promotion.loosened import Loosened


def since_champion(places: Mapping[str, str], entry: Entry) -> dict[str, Any] | None:
    """Return what the judged document in force loosens of the champion's; None when nothing."""
    where = judgements.Places(places["EvidenceBucket"], places["SpecsBucket"])
    spec = specs.spec(where.specs, entry)
    found = judgements.since_champion(where, resource(places[STAGE], entry.name), spec)
    return found.plain() if found else None


def spec_of(package: Mapping[str, Any]) -> str:
    """Return the digest of the judged document that a *package*'s run was told; or nothing."""
    return str(package.get("CustomerMetadataProperties", {}).get("spec", ""))


def held(entry: Entry) -> list[dict[str, Any]]:
    """Return the changes of guards that wait for somebody independent."""
    return [change.plain() for change in entry.held]


def words(found: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield, for a person, what is loosened since the champion."""
    yield from Loosened.of(found or {}).lines()


def held_words(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield, for a person, what `held` returned."""
    yield from (str(Change.of(each)) for each in found)
