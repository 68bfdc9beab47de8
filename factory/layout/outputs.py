"""Which stack publishes which output? In five accounts, that is which account to ask."""

from __future__ import annotations

from collections.abc import Mapping

PUBLISHED: Mapping[str, tuple[str, ...]] = {
    "foundation": ("AlertsTopicArn", "BusName"),
    "data": ("Database", "LandingBucket", "ProductsBucket", "QuarantineBucket"),
    "training": (
        *("ApproverRoleArn", "BuilderRoleArn", "CatalogueUri", "EvidenceBucket", "IndexTable"),
        *("RunsTable", "SpecsBucket", "WorkBucket"),
    ),
    "serving": (
        *("ApprovedBucket", "CapturesBucket", "CommandUrl", "OperatorRoleArn", "ProbingsTable"),
        "ReplaysBucket",
    ),
    "watch": ("FindingsBucket", "IncidentsTable", "LookPolicyArn", "WindowsTable"),
    "ledger": ("AuditorRoleArn", "LedgerBucket", "LedgerTable"),
}
"""The outputs of the stack of each duty."""


def publisher(output: str) -> str:
    """Return the duty of the stack that publishes *output*; empty when none does."""
    return next((duty for duty, names in PUBLISHED.items() if output in names), "")
