"""Does a fleet answer as it must? A function asks it while it bakes, and as long as it serves."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout import objects
from factory.settings import ProbeSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table

HOURS = 6  # between two times that a fleet is asked; each is a dozen requests, and a few for cases


class EndpointProbes(Construct):
    """The function `probe`, the queue through which it calls itself, and what it alone reads."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, approved: Store
    ) -> None:
        super().__init__(scope, id_)
        self._stage, self._approved = foundation.stage.name, approved
        self.replays = Store(self, "Replays", foundation=foundation)
        self.replays.forget(days=1)
        self.probings = Table(
            self, "Probings", foundation=foundation, sorted_=True, expires="expires"
        )
        self.function = Function(
            self,
            "Probe",
            name="probe",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(2), recursive=True),
        )
        self.queue = EventQueue(self, "Rounds", function=self.function, batch=1)
        self.queue.allow_send(self.function, "probe asks for its next round")
        self._ask_again()
        self._allow_read()
        self._allow_record()
        self._allow_ask()

    def configure(self, outcomes: EventQueue) -> None:
        """Let probe tell whoever decides about a deployment what it has found."""
        outcomes.allow_send(self.function, "probe tells what it found of an endpoint at rest")
        self.function.configure(
            ProbeSettings(
                stage=self._stage,
                approved_bucket=self._approved.name,
                replays_bucket=self.replays.name,
                probings_table=self.probings.name,
                probe_queue_url=self.queue.url,
                outcome_queue_url=outcomes.url,
            )
        )

    def _ask_again(self) -> None:
        """Begin with all that serve every few hours: one message, however many these are."""
        begin = events.RuleTargetInput.from_object({"after": ""})
        target = targets.SqsQueue(
            self.queue.queue, message=begin, dead_letter_queue=self.queue.failed
        )
        schedule = events.Schedule.rate(Duration.hours(HOURS))
        events.Rule(self, "Again", schedule=schedule, targets=[target])

    def _allow_read(self) -> None:
        role, replays = self.function.role, self.replays
        self._approved.grant_read(
            role,
            "probe reads the baseline of any version, and what any endpoint is meant to serve",
            objects.BASELINES,
            objects.INTENTS,
        )
        self._approved.grant_list(role, "probe finds out that nothing is meant")
        replays.grant_list(role, "probe finds out that judged rows ended with their approval")
        replays.grant_read(
            role, "probe alone reads the judged rows of any version", objects.REPLAYS
        )

    def _allow_record(self) -> None:
        role: iam.Role = self.function.role
        self.probings.grant_get(role, "probe adds to what it has found of a configuration")
        self.probings.grant_write(role, "probe alone records what configurations answer")
        self.probings.grant_query(role, "probe reads which endpoints serve, page by page")

    def _allow_ask(self) -> None:
        role = self.function.role
        alarm_permissions.allow_metrics(role, "probe", self._stage)
        permit(
            role,
            "probe reads any endpoint, and invokes it",
            actions=["sagemaker:DescribeEndpoint", "sagemaker:InvokeEndpoint"],
            on=[sagemaker.Arns(self._stage).endpoints],
        )
