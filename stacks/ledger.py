"""What happened, and can that be changed afterwards? A log that is written once."""

from __future__ import annotations

from collections.abc import Mapping

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout.names import deployment, runbook
from factory.layout.objects import SEGMENTS
from factory.settings import AuditLogSettings
from stacks.access.human_role import HumanRole
from stacks.access.permission import permit
from stacks.constructs.dead_letters import terminal_queue
from stacks.constructs.function import Function, Needs
from stacks.constructs.outputs import publish
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.constructs.table import Table
from stacks.features.viewer_policy import ViewerPolicy

REFUSED = f"a message was not kept as an event; {runbook('refused-events')}"


class LedgerStack(Stack):
    """Owns the ledger: the write-once bucket, its index, its only writer and its readers' role."""

    def __init__(self, scope: Construct, id_: str, *, foundation: Foundation) -> None:
        super().__init__(
            scope, id_, env=foundation.home, stack_name=foundation.stack_name("ledger")
        )
        self.store = Store(self, "Ledger", foundation=foundation, worm=True)
        self.index = Table(self, "Index", foundation=foundation)
        writer = self._writer(foundation)
        self._protect(writer.role, foundation)
        auditor = self._auditor()
        publish(
            self,
            LedgerBucket=self.store.name,
            LedgerTable=self.index.name,
            AuditorRoleArn=auditor.role.role_arn,
            **(self._look(foundation.stage.name) if foundation.home else {}),
        )

    def _look(self, stage: str) -> Mapping[str, str]:
        """Let people of this account find the ledger, as `watch` does where all is in one."""
        look = ViewerPolicy(self, "Look", stage=stage)
        return {"LookPolicyArn": look.policy.managed_policy_arn}

    def _writer(self, foundation: Foundation) -> Function:
        writer = Function(
            self,
            "AuditLog",
            name="audit_log",
            foundation=foundation,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        aside = terminal_queue(self, "Refused", alerts=foundation.alerts, what=REFUSED)
        permit(
            writer.role,
            "audit_log sets messages aside that are not kept as events",
            actions=["sqs:SendMessage"],
            on=[aside.queue_arn],
        )
        writer.configure(
            AuditLogSettings(
                ledger_bucket=self.store.name,
                ledger_table=self.index.name,
                refused_queue_url=aside.queue_url,
            )
        )
        self.store.grant_list(writer.role, "audit_log finds out whether a segment exists")
        self.store.grant_list_versions(
            writer.role, "audit_log begins a ledger only where there is no trace of one"
        )
        self.index.grant_batch_write(writer.role, "audit_log records the events of a segment")
        self.index.grant_scan(
            writer.role, "audit_log begins a ledger only where its index has no item"
        )
        self.store.grant_read(writer.role, "audit_log reads a segment that it lost to", SEGMENTS)
        self.store.grant_write(writer.role, "audit_log appends segments", SEGMENTS)
        self.index.grant_read_write(
            writer.role, "audit_log records the ledger's head and its events"
        )
        queue = EventQueue(self, "Events", function=writer, group="ledger")
        queue.subscribe_to_everything("Everything")
        return writer

    def _protect(self, writer: iam.Role, foundation: Foundation) -> None:
        """Let nobody else write segments, nobody overwrite one, and no role of ours delete."""
        roles = f"role/{deployment(foundation.stage.name)}-*"
        ours = f"arn:{Aws.PARTITION}:iam::{Aws.ACCOUNT_ID}:{roles}"
        self.store.reserve(SEGMENTS, writer)
        self._deny(
            ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"],
            self.store.bucket.arn_for_objects("*"),
            {"ArnLike": {"aws:PrincipalArn": ours}},
        )

    def _deny(self, actions: list[str], resource: str, when: dict[str, dict[str, str]]) -> None:
        self.store.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                actions=actions,
                principals=[iam.AnyPrincipal()],
                resources=[resource],
                conditions=when,
            )
        )

    def _auditor(self) -> HumanRole:
        auditor = HumanRole(self, "Auditor", purpose="reads the ledger, and changes nothing")
        self.store.grant_list(auditor.role, "the auditor goes through the ledger")
        self.store.grant_list_versions(auditor.role, "the auditor sees what hides a segment")
        self.store.grant_read(auditor.role, "the auditor reads every object", "*", versions=True)
        self.store.grant_see_locks(auditor.role, "the auditor sees for how long each is locked")
        self.index.grant_get(auditor.role, "the auditor compares the head with the segments")
        self.index.grant_scan(auditor.role, "the auditor compares the index with the segments")
        return auditor
