"""How do events reach another account? A rule forwards them to the bus there."""

from __future__ import annotations

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout.names import runbook
from stacks.access.service_role import service_role
from stacks.constructs.dead_letters import terminal_queue
from stacks.constructs.shared import Foundation

LOST = f"an event could not be forwarded to another account; {runbook('forwarding')}"


class BusForwarding(Construct):
    """Forwards what matches *pattern* from *bus*, or the account's own bus, to another account.

    What cannot be delivered goes to a dead-letter queue in the sender's account, which is that of
    *foundation*.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        pattern: events.EventPattern,
        bus: events.IEventBus | None,
        to: events.IEventBus,
    ) -> None:
        super().__init__(scope, id_)
        self.role = service_role(self, "Role", by=iam.ServicePrincipal("events.amazonaws.com"))
        lost = terminal_queue(self, "Lost", alerts=foundation.alerts, what=LOST)
        target = targets.EventBus(to, role=self.role, dead_letter_queue=lost)
        events.Rule(self, "Rule", event_bus=bus, event_pattern=pattern, targets=[target])
