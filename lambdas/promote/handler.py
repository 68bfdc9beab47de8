"""What serves? What was approved and holds, what a person rolled back to, and nothing else."""

from __future__ import annotations

import os
from typing import Any

from aws.batch import each
from factory.errors import MalformedEvent
from factory.events.untyped import UntypedEvent as Event
from factory.settings import PromoteSettings
from lambdas.promote import decision, outcome, rollback


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Heed what was decided, commanded or has come to an end."""
    settings = PromoteSettings.from_env(os.environ)
    return each(event, lambda envelope: heed(envelope, settings))


def heed(envelope: dict[str, Any], settings: PromoteSettings) -> None:
    """Act on one event; each may come twice, late, and in any order."""
    match envelope["detail-type"]:
        case "SageMaker Model Package State Change":
            decision.consider(envelope["detail"]["ModelPackageArn"], settings)
        case "rollback.requested":
            rollback.heed(Event.from_envelope(envelope), settings)
        case "model.deployed" | "deployment.failed":
            outcome.heed(Event.from_envelope(envelope), settings)
        case unknown:
            raise MalformedEvent(f"promote does not know {unknown!r}; mend the rule that sent it")
