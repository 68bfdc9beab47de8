"""What notices that traffic has drifted, and what is done about it?"""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.incident import DriftDetected, DriftEnded, IncidentClosed, IncidentOpened
from factory.events.training import RetrainingRequested
from factory.layout import objects
from factory.layout.names import alarm, resource
from factory.settings import RespondSettings, WatchSettings
from stacks.access import alarm_permissions
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table
from stacks.features.index import Index


@dataclass(frozen=True, kw_only=True)
class WatchInputs:
    """What is watched, and with what it is compared."""

    index: Index
    approved: Store
    captures: Store


class DriftWatch(Construct):
    """The function `watch`, which judges each file of captured requests, and `respond`."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, inputs: WatchInputs
    ) -> None:
        super().__init__(scope, id_)
        self._foundation, self._inputs = foundation, inputs
        self.findings = Store(self, "Findings", foundation=foundation)
        self.windows = Table(self, "Windows", foundation=foundation, expires="expires")
        self._watch()
        self._respond()

    def _watch(self) -> None:
        watch = Function(
            self,
            "Watch",
            name="watch",
            foundation=self._foundation,
            # a file is held in memory, and counted by one core
            needs=Needs(timeout=Duration.minutes(2), memory=1769),
        )
        watch.configure(
            WatchSettings(
                stage=self._foundation.stage.name,
                bus_name=self._foundation.bus.event_bus_name,
                index_table=self._inputs.index.table.address(self),
                specs_bucket=self._inputs.index.specs.name,
                approved_bucket=self._inputs.approved.name,
                findings_bucket=self.findings.name,
                windows_table=self.windows.name,
            )
        )
        self._allow_count(watch)
        self._allow_notify(watch)
        self._inputs.captures.notify_eventbridge()
        pattern = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [self._inputs.captures.name]},
                "object": {"key": events.Match.prefix(objects.prefix(objects.CAPTURES))},
            },
        )
        EventQueue(self, "Captured", function=watch).subscribe_aws(
            "Files", pattern, about=self._inputs.captures
        )

    def _allow_count(self, watch: Function) -> None:
        role, inputs = watch.role, self._inputs
        inputs.index.grant_read(watch)
        inputs.captures.grant_read(
            role, "watch reads what any endpoint was asked", objects.CAPTURES
        )
        inputs.approved.grant_list(role, "watch finds out that there is no baseline")
        inputs.approved.grant_read(role, "watch reads the baseline of any model", objects.BASELINES)
        self.windows.grant_read_write(role, "watch stores its counts")

    def _allow_notify(self, watch: Function) -> None:
        role = watch.role
        self.findings.grant_write(role, "watch writes findings about any model", objects.FINDINGS)
        watch.allow_emit(DriftDetected, DriftEnded, IncidentOpened)
        stage = self._foundation.stage.name
        alarm_permissions.allow_metrics(role, "watch", stage)
        permit(
            role,
            "watch sets the alarm of drift of any model",
            actions=["cloudwatch:PutMetricAlarm"],
            on=[alarm_permissions.alarms(stage, "drift")],
        )

    def _respond(self) -> None:
        respond = Function(
            self,
            "Respond",
            name="respond",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        respond.configure(
            RespondSettings(
                bus_name=self._foundation.bus.event_bus_name, windows_table=self.windows.name
            )
        )
        self.windows.grant_batch_read(respond.role, "respond reads what is known of a model")
        self.findings.grant_read(
            respond.role, "respond reads findings about any model", objects.FINDINGS
        )
        respond.allow_emit(IncidentOpened, IncidentClosed, RetrainingRequested)
        queue = EventQueue(self, "Alarms", function=respond)
        drift = alarm(resource(self._foundation.stage.name, "*"), "drift")
        changed = events.EventPattern(
            source=["aws.cloudwatch"],
            detail_type=["CloudWatch Alarm State Change"],
            detail={"alarmName": events.Match.wildcard(drift)},
        )
        queue.subscribe_aws("Changes", changed)
        # an alarm that saw drift begin or end twice within its minute does not change
        queue.subscribe("Episodes", DriftDetected, DriftEnded)
