"""How is a file refused? Copied to quarantine, with its violations beside it, and reported."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from factory.events.data import DataProductRefused, IncidentReason, Source
from factory.events.event import Event
from factory.events.incident import IncidentOpened
from factory.layout import products
from factory.products.arrival import Arrival
from factory.products.contract_violation import ContractViolation

SHOWN = 3  # violations in one sentence
MOST = 20  # violations in an event: a file may break thousands of rules, and events are bounded
MOST_KEPT = 1000  # violations in the document beside the copy
COPY = "landed"
"""What the copy is called, whatever the file was."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What becomes of a refused file, in this order; done twice, it leaves the same.

    The landed object stays where it is.
    """

    copy: str
    """The URI of its copy in quarantine."""
    reasons: str
    """The URI of the document that says why."""
    document: str
    events: tuple[Event, ...]


def of(arrival: Arrival, violations: Sequence[ContractViolation], quarantine: str) -> Refusal:
    """Return the refusal of *arrival*, whose copy goes to the bucket *quarantine*."""
    copy = products.quarantined(quarantine, arrival.product, arrival.id, COPY)
    refused = _refused(arrival, violations, copy)
    return Refusal(
        copy=copy,
        reasons=products.reasons(quarantine, arrival.product, arrival.id),
        document=_document(refused, arrival, violations),
        events=(refused, _opened(refused)),
    )


def _document(
    refused: DataProductRefused, arrival: Arrival, violations: Sequence[ContractViolation]
) -> str:
    """Return what lies beside the copy: whoever may read that may know where the file landed."""
    told = {"landed": arrival.uri, "violations": len(violations)}
    reasons = [_reason(violation) for violation in violations[:MOST_KEPT]]
    return json.dumps({**refused.detail(), **told, "reasons": reasons}, indent=2, sort_keys=True)


def _refused(
    arrival: Arrival, violations: Sequence[ContractViolation], copy: str
) -> DataProductRefused:
    more = f"; and {len(violations) - SHOWN} more" if len(violations) > SHOWN else ""
    return DataProductRefused(
        product=arrival.product,
        source=Source(arrival=arrival.id, version_id=arrival.version, requester=arrival.requester),
        quarantined=copy,
        reasons=tuple(_reason(violation) for violation in violations[:MOST]),
        reason="; ".join(map(str, violations[:SHOWN])) + more,
        key=arrival.id,
    )


def _reason(violation: ContractViolation) -> IncidentReason:
    return {
        "words": str(violation),
        "rule": violation.rule,
        "column": violation.column,
        "count": violation.count,
        "expected": violation.expected,
        "found": violation.found,
        "sample": violation.sample,
    }


def _opened(refused: DataProductRefused) -> IncidentOpened:
    return IncidentOpened(
        actor=refused.actor,
        about=refused.subject,
        reasons=refused.reasons,
        product=refused.product,
        source=refused.source,
        quarantined=refused.quarantined,
        reason=refused.reason,
        key=refused.key,
    )
