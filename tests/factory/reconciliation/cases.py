"""Facts about an endpoint that serves its second version, as it was meant, with changes."""

from __future__ import annotations

from dataclasses import replace

from factory.promotion.package import Package
from factory.reconciliation.facts import Facts, Seen
from factory.serving.intent import Aim, Intent
from factory.serving.rollout import Endpoint
from tests.factory.gates.test_gates import MODEL

NAME, NOW = "mw-dev-churn", 1_800_000_000.0
FIRST, SECOND, THIRD = (f"{NAME}-v{number}-0000000{number}" for number in (1, 2, 3))
ARN = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-dev-churn"
INTENT = Intent(
    config=SECOND,
    package=f"{ARN}/2",
    before="2026-12-01T00:00:00+00:00",
    serves=FIRST,
    since=NOW - 100_000,
    why="grace approved it",
    last=Aim(config=FIRST, package=f"{ARN}/1", before="never"),
    etag="e",
)
PACKAGE = Package(
    arn=f"{ARN}/2",
    group=NAME,
    version=2,
    status="Approved",
    approver="grace",
    reason="good",
    at="2026-12-01",
    run="",
    artifact="",
    evidence="",
    containers=(),
)


def endpoint(intent=INTENT, **changes):
    found = Endpoint(
        name=NAME,
        arn="arn",
        status="InService",
        serves=SECOND,
        changed="2026-12-02T00:00:00+00:00",
        pending="",
        trouble="",
        intent=intent,
        created=NOW - 200_000,
    )
    return replace(found, **changes)


def versions(*statuses):
    """Return the versions of the registry, by their *statuses* from the first on."""
    found = {str(n): (f"{ARN}/{n}", s) for n, s in enumerate(statuses, start=1)}
    return dict(reversed(found.items()))


def facts(**changes):
    known = {
        "name": NAME,
        "now": NOW,
        "intent": INTENT,
        "endpoint": endpoint(),
        "rested": True,
        "told": True,
        "model": MODEL,
        "package": PACKAGE,
        "package_arn": PACKAGE.arn,
        "versions": versions("Approved", "Approved"),
        "seen": Seen(name=NAME, known=True, versions={"1": "Approved", "2": "Approved"}),
    }
    return Facts(**{**known, **changes})
