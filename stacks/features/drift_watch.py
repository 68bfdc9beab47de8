"""What notices that traffic has drifted, and what is done about it?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Aws, Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.incident import DriftDetected, DriftEnded, IncidentClosed, IncidentOpened
from factory.events.training import RetrainingRequested
from factory.layout import objects
from factory.layout.names import METRICS, alarm
from factory.settings import RespondSettings, WatchSettings
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import Document
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store
from stacks.constructs.table import Table

ALARMS = alarm("*", "drift")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What is watched, and with what it is compared."""

    catalogue: Path
    approved: Store
    captures: Store


class Watching(Construct):
    """The function `watch`, which judges each file of captured requests, and `respond`."""

    def __init__(self, scope: Construct, id_: str, *, commons: Commons, sight: Sight) -> None:
        super().__init__(scope, id_)
        self._commons, self._sight = commons, sight
        self.findings = Store(self, "Findings", commons=commons)
        self.windows = Table(self, "Windows", commons=commons, expires="expires")
        self._catalogue = Document(self, "Models", path=sight.catalogue)
        self._watch()
        self._respond()

    def _watch(self) -> None:
        watch = Function(
            self,
            "Watch",
            name="watch",
            commons=self._commons,
            # a file is held in memory, and counted by one core
            needs=Needs(timeout=Duration.minutes(2), memory=1769),
        )
        watch.told(
            WatchSettings(
                bus_name=self._commons.bus.event_bus_name,
                catalogue_uri=self._catalogue.uri,
                approved_bucket=self._sight.approved.name,
                findings_bucket=self.findings.name,
                windows_table=self.windows.name,
            )
        )
        self._let_count(watch)
        self._let_tell(watch)
        self._sight.captures.announce()
        pattern = events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [self._sight.captures.name]},
                "object": {"key": events.Match.prefix(objects.prefix(objects.CAPTURES))},
            },
        )
        Inbox(self, "Captured", function=watch).subscribe_aws(
            "Files", pattern, about=self._sight.captures
        )

    def _let_count(self, watch: Function) -> None:
        role, sight = watch.role, self._sight
        self._catalogue.let_read(role, "watch reads the thresholds in the catalogue")
        sight.captures.let_read(role, "watch reads what any endpoint was asked", objects.CAPTURES)
        sight.approved.let_list(
            role, "watch finds out whether a baseline is there", objects.BASELINES
        )
        sight.approved.let_read(role, "watch reads the baseline of any model", objects.BASELINES)
        self.windows.let_keep(role, "watch keeps its counts")

    def _let_tell(self, watch: Function) -> None:
        role = watch.role
        self.findings.let_write(role, "watch writes findings about any model", objects.FINDINGS)
        watch.allow_emit(DriftDetected, DriftEnded)
        permit(
            role,
            "watch measures drift; metrics have no ARN, the condition names the factory's",
            actions=["cloudwatch:PutMetricData"],
            on=["*"],
            when={"StringEquals": {"cloudwatch:namespace": METRICS}},
        )
        alarms = f"arn:{Aws.PARTITION}:cloudwatch:{Aws.REGION}:{Aws.ACCOUNT_ID}:alarm:{ALARMS}"
        permit(
            role,
            "watch sets the alarm of drift of any model",
            actions=["cloudwatch:PutMetricAlarm"],
            on=[alarms],
        )

    def _respond(self) -> None:
        respond = Function(
            self,
            "Respond",
            name="respond",
            commons=self._commons,
            needs=Needs(timeout=Duration.seconds(30)),
        )
        respond.told(
            RespondSettings(
                bus_name=self._commons.bus.event_bus_name, windows_table=self.windows.name
            )
        )
        self.windows.let_look(respond.role, "respond reads what is known of a model")
        self.findings.let_read(
            respond.role, "respond reads findings about any model", objects.FINDINGS
        )
        respond.allow_emit(IncidentOpened, IncidentClosed, RetrainingRequested)
        inbox = Inbox(self, "Alarms", function=respond)
        changed = events.EventPattern(
            source=["aws.cloudwatch"],
            detail_type=["CloudWatch Alarm State Change"],
            detail={"alarmName": events.Match.wildcard(ALARMS)},
        )
        inbox.subscribe_aws("Changes", changed)
        # an alarm that saw drift begin or end twice within its minute does not change
        inbox.subscribe("Episodes", DriftDetected, DriftEnded)
