"""How do approved models serve? Copies that only promotion can write, behind endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.layout import objects
from factory.layout.names import resource
from stacks.access import alarm_permissions, containers
from stacks.access.registry import Registry
from stacks.constructs.image import IMAGES, Image
from stacks.constructs.outputs import publish
from stacks.constructs.sagemaker_role import SageMakerRole
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.deployment_outcome import DeploymentOutcome
from stacks.features.endpoint_probes import EndpointProbes
from stacks.features.index import Index
from stacks.features.operator_api import CommandInputs, OperatorApi
from stacks.features.promotion import Promotion, PromotionInputs
from stacks.features.reconciliation import Reconciliation, ReconciliationInputs
from stacks.features.viewer_policy import ViewerPolicy


@dataclass(frozen=True, kw_only=True)
class ServingInputs:
    """What serving takes from training."""

    index: Index
    registry: Registry
    work: Store
    evidence: Store
    builder: iam.Role
    """The role of those who build, who ask for runs here."""


class ServingStack(Stack):
    """Owns what was approved, what serves it and what it answered."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        inputs: ServingInputs,
    ) -> None:
        stage = foundation.stage.name
        name = foundation.stack_name("serving")
        super().__init__(scope, id_, env=foundation.home, stack_name=name)
        self.approved = Store(self, "Approved", foundation=foundation, worm=True)
        self.captures = Store(self, "Captures", foundation=foundation)
        self.captures.expire(objects.CAPTURES, days=foundation.stage.log_days)
        probes = EndpointProbes(self, "Probing", foundation=foundation, approved=self.approved)
        promoted = PromotionInputs(
            index=inputs.index,
            registry=inputs.registry,
            work=inputs.work,
            evidence=inputs.evidence,
            approved=self.approved,
            captures=self.captures,
            replays=probes.replays,
            serving=self._endpoints(foundation),
            probes=probes.queue,
        )
        promotion = Promotion(self, "Promotion", foundation=foundation, inputs=promoted)
        probes.replays.reserve("*", promotion.function.role)
        outcome = DeploymentOutcome(
            self,
            "Settling",
            foundation=foundation,
            probes=probes,
            approved=self.approved,
            registry=inputs.registry,
        )
        probes.configure(outcome.queue)
        Reconciliation(
            self,
            "Reconciliation",
            foundation=foundation,
            inputs=ReconciliationInputs(
                index=inputs.index,
                approved=self.approved,
                captures=self.captures,
                probes=probes,
                promotion=promotion,
                outcome=outcome,
                registry=inputs.registry,
            ),
        )
        operators = OperatorApi(
            self,
            "Commanding",
            foundation=foundation,
            inputs=CommandInputs(
                index=inputs.index,
                approved=self.approved,
                registry=inputs.registry,
                work=inputs.work,
                builder=inputs.builder,
            ),
        )
        publish(
            self,
            ApprovedBucket=self.approved.name,
            CapturesBucket=self.captures.name,
            ProbingsTable=probes.probings.name,
            ReplaysBucket=probes.replays.name,
            CommandUrl=operators.url,
            OperatorRoleArn=operators.operator.role.role_arn,
            **(self._look(stage) if foundation.home else {}),
        )

    def _look(self, stage: str) -> Mapping[str, str]:
        """Let people of this account see what is here, as `watch` does where all is in one."""
        look = ViewerPolicy(self, "Look", stage=stage)
        look.show_intents(self.approved)
        return {"LookPolicyArn": look.policy.managed_policy_arn}

    def _endpoints(self, foundation: Foundation) -> iam.Role:
        stage = foundation.stage.name
        images = [Image(self, name, name=name) for name in IMAGES]  # as any recipe may ask for
        logs = (f"/aws/sagemaker/Endpoints/{resource(stage, '*')}",)
        role = SageMakerRole(self, "Serving", images=images, log_groups=logs).role
        self.approved.grant_list(role, "an endpoint fetches its model", objects.MODELS)
        self.approved.grant_read(role, "an endpoint reads any approved model", objects.MODELS)
        self.captures.grant_write(role, "an endpoint records what it answers", objects.CAPTURES)
        containers.allow_encrypt_disks(role, "an endpoint", foundation.key)
        if foundation.network:
            containers.allow_join(role, "an endpoint", foundation.network)
        alarm_permissions.allow_read_alarms(
            role, "SageMaker, while it moves an endpoint as this role,", stage
        )
        return role
