"""Who notices that something is wrong, and who is told? Drift, incidents, and people."""

from __future__ import annotations

from aws_cdk import Duration, Stack
from constructs import Construct

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.settings import IncidentSettings
from stacks.access.cross_account import foreign
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.outputs import publish
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons
from stacks.constructs.table import Table
from stacks.features.drift_watch import Sight, Watching
from stacks.features.viewer_policy import Look


class WatchStack(Stack):
    """Owns the watch over traffic and the incidents, independently of those who build models."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        sight: Sight,
        runs: Table,
    ) -> None:
        super().__init__(scope, id_, env=commons.home, stack_name="modelworks-watch")
        self.watching = Watching(self, "Watching", commons=commons, sight=sight)
        self.incidents = Table(self, "Incidents", commons=commons)
        self._incident(commons)
        tables = (self.incidents, self.watching.windows, runs)
        here = tuple(table for table in tables if not foreign(self, table))
        look = Look(self, "Look", tables=here)
        publish(
            self,
            LookPolicyArn=look.policy.managed_policy_arn,
            FindingsBucket=self.watching.findings.name,
            WindowsTable=self.watching.windows.name,
            IncidentsTable=self.incidents.name,
        )

    def _incident(self, commons: Commons) -> None:
        incident = Function(
            self,
            "Incident",
            name="incident",
            commons=commons,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        incident.told(
            IncidentSettings(
                incidents_table=self.incidents.name,
                alerts_topic_arn=commons.alerts.topic_arn,
            )
        )
        self.incidents.let_keep(incident.role, "incident keeps what is open")
        _let_tell(incident, commons)
        inbox = Inbox(self, "Reports", function=incident)
        inbox.subscribe("Incidents", IncidentOpened, IncidentClosed)


def _let_tell(incident: Function, commons: Commons) -> None:
    permit(
        incident.role,
        "incident tells people",
        actions=["sns:Publish"],
        on=[commons.alerts.topic_arn],
    )
    permit(
        incident.role,
        "incident encrypts what it tells",
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        on=[commons.key.key_arn],
    )
