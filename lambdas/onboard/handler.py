"""What is in force of a model? What was deployed, less what somebody has yet to approve."""

from __future__ import annotations

import os
from typing import Any

from aws.batch import each
from factory.catalogue.deployment import Message
from factory.errors import MalformedEvent
from factory.events.people import DefinitionRevoked, GuardsApproved
from factory.settings import OnboardSettings
from lambdas.onboard import approval, revocation, spec


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take in every deployed spec, approval of guards and revocation of a definition."""
    settings = OnboardSettings.from_env(os.environ)
    return each(event, lambda body: receive(body, settings))


def receive(body: dict[str, Any], settings: OnboardSettings) -> None:
    """Act on one message of the deploy, or on one event of a person's command."""
    match body.get("detail-type"):
        case None:
            spec.take(Message.of(body), settings)
        case GuardsApproved.TYPE:
            approval.take(GuardsApproved.of(body), settings)
        case DefinitionRevoked.TYPE:
            revocation.take(DefinitionRevoked.of(body), settings)
        case unknown:
            raise MalformedEvent(
                f"onboard does not know {unknown!r}; correct the rule that sent it"
            )
