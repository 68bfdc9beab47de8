"""Who notices that something is wrong, and who is notified? Drift, incidents, and people."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from constructs import Construct

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout import tables
from factory.settings import IncidentSettings
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.outputs import publish
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table, TableIndex
from stacks.features.drift_watch import DriftWatch, WatchInputs
from stacks.features.viewer_policy import ViewerPolicy


class WatchStack(Stack):
    """Owns the watch over traffic and the incidents, independently of those who build models."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        inputs: WatchInputs,
        runs: Table,
        evidence: Store,
    ) -> None:
        stage = foundation.stage.name
        name = foundation.stack_name("watch")
        super().__init__(scope, id_, env=foundation.home, stack_name=name)
        self.drift_watch = DriftWatch(self, "Watching", foundation=foundation, inputs=inputs)
        self.incidents = Table(
            self,
            "Incidents",
            foundation=foundation,
            index=TableIndex(tables.INCIDENTS_OF_MODEL, tables.MODEL, tables.OPENED),
        )
        self._incident(foundation)
        look = ViewerPolicy(self, "Look", stage=stage)
        look.show_incidents(self.incidents)
        look.show_records(self.drift_watch.windows, runs)
        look.show_specs(inputs.index)
        look.show_intents(inputs.approved)
        look.show_evidence(evidence)
        publish(
            self,
            LookPolicyArn=look.policy.managed_policy_arn,
            FindingsBucket=self.drift_watch.findings.name,
            WindowsTable=self.drift_watch.windows.name,
            IncidentsTable=self.incidents.name,
        )

    def _incident(self, foundation: Foundation) -> None:
        incident = Function(
            self,
            "Incident",
            name="incident",
            foundation=foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        incident.configure(
            IncidentSettings(
                incidents_table=self.incidents.name,
                alerts_topic_arn=foundation.alerts.topic_arn,
            )
        )
        self.incidents.grant_read_write(incident.role, "incident records what is open")
        _allow_notify(incident, foundation)
        queue = EventQueue(self, "Reports", function=incident)
        queue.subscribe("Incidents", IncidentOpened, IncidentClosed)


def _allow_notify(incident: Function, foundation: Foundation) -> None:
    permit(
        incident.role,
        "incident notifies people",
        actions=["sns:Publish"],
        on=[foundation.alerts.topic_arn],
    )
    permit(
        incident.role,
        "incident encrypts its notifications",
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        on=[foundation.key.key_arn],
    )
