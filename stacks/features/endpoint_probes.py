"""Does an update answer before anybody asks? A function probes it until the update has ended."""

from __future__ import annotations

from aws_cdk import Duration
from constructs import Construct

from factory.layout import objects
from factory.settings import ProbeSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store


class EndpointProbes(Construct):
    """The function `probe` and the queue through which it calls itself again."""

    def __init__(
        self, scope: Construct, id_: str, *, foundation: Foundation, approved: Store
    ) -> None:
        super().__init__(scope, id_)
        stage = foundation.stage.name
        probe = Function(
            self,
            "Probe",
            name="probe",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(2), recursive=True),
        )
        self.queue = EventQueue(self, "Rounds", function=probe, batch=1)
        self.queue.allow_send(probe, "probe asks for its next round")
        probe.configure(
            ProbeSettings(
                stage=stage, approved_bucket=approved.name, probe_queue_url=self.queue.url
            )
        )
        approved.grant_read(
            probe.role, "probe reads the baseline of any version", objects.BASELINES
        )
        alarm_permissions.allow_metrics(probe.role, "probe", stage)
        permit(
            probe.role,
            "probe reads any endpoint, and invokes it",
            actions=[
                "sagemaker:DescribeEndpoint",
                "sagemaker:InvokeEndpoint",
                "sagemaker:ListTags",
            ],
            on=[sagemaker.Arns(stage).endpoints],
        )
