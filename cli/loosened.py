"""What does a spec let through that it did not before, and what does it still wait for?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aws import registry, specs
from factory.catalogue.change import Change, changes
from factory.catalogue.entry import Entry
from factory.errors import AccessDenied, InvalidSpec, NotFound, Refused
from factory.layout.names import model_of


def since_approved(
    bucket: str, group: str, digest: str, below: int | None = None
) -> dict[str, Any] | None:
    """Return what the judged document *digest* loosens of the one the newest approval was about.

    With *below*, of the newest approved version below that one. None when nothing is loosened, or
    nothing was approved before.
    """
    earlier = (each for each in registry.approved(group) if not below or each.version < below)
    approved = next(earlier, None)
    if approved is None:
        return None
    then = spec_of(registry.package(approved.arn))
    if then == digest:
        return None
    try:
        before, after = (specs.judged(bucket, model_of(group), each) for each in (then, digest))
    except (AccessDenied, InvalidSpec, NotFound, Refused) as why:
        return {"since": approved.version, "changes": [], "unknown": str(why)}
    found = [change.plain() for change in changes(before, after) if change.loosens]
    return {"since": approved.version, "changes": found, "unknown": ""} if found else None


def spec_of(package: Mapping[str, Any]) -> str:
    """Return the digest of the judged document that a *package*'s run was told; or nothing."""
    return str(package.get("CustomerMetadataProperties", {}).get("spec", ""))


def held(entry: Entry) -> list[dict[str, Any]]:
    """Return the changes of guards that wait for somebody independent."""
    return [change.plain() for change in entry.held]


def words(found: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield, for a person, what `since_approved` returned."""
    if not found:
        return
    if found["unknown"]:
        yield f"unknown since version {found['since']}: {found['unknown']}"
    yield from (f"{Change.of(each)} since version {found['since']}" for each in found["changes"])


def held_words(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield, for a person, what `held` returned."""
    yield from (str(Change.of(each)) for each in found)
