"""Who asks an update what nobody may ask for weeks? A function that goes on until it has ended."""

from __future__ import annotations

from aws_cdk import Duration
from constructs import Construct

from factory.layout import objects
from factory.settings import ProbeSettings
from stacks.access import alarm_permissions, sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store


class Probing(Construct):
    """The function `probe` and the queue that it asks itself through."""

    def __init__(self, scope: Construct, id_: str, *, commons: Commons, approved: Store) -> None:
        super().__init__(scope, id_)
        probe = Function(
            self,
            "Probe",
            name="probe",
            commons=commons,
            needs=Needs(timeout=Duration.minutes(2), recursive=True),
        )
        self.inbox = Inbox(self, "Rounds", function=probe, batch=1)
        self.inbox.let_send(probe, "probe asks for its next round")
        probe.told(
            ProbeSettings(approved_bucket=approved.name, probe_queue_url=self.inbox.queue.queue_url)
        )
        approved.let_read(probe.role, "probe reads what any version must know", objects.BASELINES)
        alarm_permissions.let_measure(probe.role, "probe")
        permit(
            probe.role,
            "probe looks at any endpoint, and asks it",
            actions=[
                "sagemaker:DescribeEndpoint",
                "sagemaker:InvokeEndpoint",
                "sagemaker:ListTags",
            ],
            on=[sagemaker.ENDPOINTS],
        )
