"""How does word reach a room in another account? A rule hands it on to the bus there."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access.service_role import duty
from stacks.constructs.dead_letters import last
from stacks.constructs.shared import Commons


class Relay(Construct):
    """Hands on what matches *pattern* from *bus*, or the account's own bus, to another account.

    What cannot be handed on is set aside, with an alarm in the account of *commons*, the sender's.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        pattern: events.EventPattern,
        bus: events.IEventBus | None,
        to: events.IEventBus,
    ) -> None:
        super().__init__(scope, id_)
        role = duty(self, "Role", by=iam.ServicePrincipal("events.amazonaws.com"))
        lost = last(self, "Lost", alerts=commons.alerts)
        target = targets.EventBus(to, role=role, dead_letter_queue=lost)
        events.Rule(self, "Rule", event_bus=bus, event_pattern=pattern, targets=[target])
