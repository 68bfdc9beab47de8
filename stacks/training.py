"""How do models learn? A pipeline per recipe, a role per duty, people who build and decide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Aws, Stack
from constructs import Construct

from factory.layout import objects
from factory.layout.names import command
from factory.training import placeholders
from stacks.access import sagemaker
from stacks.access.human_role import HumanRole
from stacks.access.permission import forbid, permit
from stacks.access.registry import Registry
from stacks.constructs.outputs import publish
from stacks.constructs.published_file import AssetFile
from stacks.constructs.recipe import Compiled, Recipe
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store
from stacks.features.index import Index
from stacks.features.onboarding import Onboarding, OnboardingInputs
from stacks.features.operator_api import allow_command
from stacks.features.retraining import Retraining
from stacks.features.step_code import StepCode
from stacks.features.step_roles import RunBuckets, StepRoles
from stacks.features.viewer_policy import ViewerPolicy

STAGED_DAYS = 14  # a message may wait in a queue for as long, and then needs what was staged
OWN_CODE = objects.CODE.replace("*", "${aws:SourceIdentity}/*")
"""Of whoever acts, for IAM to fill in; a source identity has neither slash nor star."""
REPLAY_DAYS = 90  # a run whose rows are gone can no longer be approved
DECISIONS = {"StringEquals": {sagemaker.STATUS: ["Approved", "Rejected"]}}


class TrainingStack(Stack):
    """Owns what makes models and what proves how they were made."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        products: Store,
        catalogue: Path,
        recipes: tuple[Compiled, ...],
    ) -> None:
        stage = foundation.stage.name
        name = foundation.stack_name("training")
        super().__init__(scope, id_, env=foundation.home, stack_name=name)
        self._arns = sagemaker.Arns(stage)
        self.registry = Registry(self, stage)
        self._foundation = foundation
        self.work = Store(self, "Work", foundation=foundation)
        self.work.expire(objects.STAGED, days=STAGED_DAYS)
        self.evidence = Store(self, "Evidence", foundation=foundation)
        self.evidence.expire(objects.REPLAYS, days=REPLAY_DAYS)
        self.index = Index(self, "Index", foundation=foundation)
        buckets = RunBuckets(
            specs=self.index.specs, products=products, work=self.work, evidence=self.evidence
        )
        self.catalogue = AssetFile(self, "Models", path=catalogue)
        roles = StepRoles(self, "Steps", recipes=recipes, buckets=buckets, foundation=foundation)
        onboarding = Onboarding(
            self,
            "Onboarding",
            foundation=foundation,
            inputs=OnboardingInputs(
                index=self.index,
                registry=self.registry,
                catalogue=self.catalogue,
                work=self.work,
            ),
        )
        code = StepCode(
            self, "Code", recipes=recipes, keeper=onboarding.announcer, specs=self.index.specs
        )
        onboarding.announce([self._pipeline(recipe, roles, code) for recipe in recipes])
        retraining = Retraining(
            self, "Retraining", foundation=foundation, index=self.index, buckets=buckets
        )
        self.runs = retraining.runs
        self.builder = self._builder().role
        publish(
            self,
            WorkBucket=self.work.name,
            EvidenceBucket=self.evidence.name,
            CatalogueUri=self.catalogue.uri,
            RunsTable=self.runs.name,
            SpecsBucket=self.index.specs.name,
            IndexTable=self.index.table.name,
            BuilderRoleArn=self.builder.role_arn,
            ApproverRoleArn=self._approver().role.role_arn,
            **(self._look(stage) if foundation.home else {}),
        )

    def _look(self, stage: str) -> Mapping[str, str]:
        """Let people of this account see what is here, as `watch` does where all is in one."""
        look = ViewerPolicy(self, "Look", stage=stage)
        look.show_records(self.runs)
        look.show_specs(self.index)
        look.show_evidence(self.evidence)
        return {"LookPolicyArn": look.policy.managed_policy_arn}

    def _pipeline(self, recipe: Compiled, roles: StepRoles, code: StepCode) -> Recipe:
        values = {
            placeholders.WORK_BUCKET: self.work.name,
            placeholders.EVIDENCE_BUCKET: self.evidence.name,
            placeholders.KEY_ARN: self._foundation.key.key_arn,
            **code.values(recipe.name),
            **roles.values,
        }
        made = Recipe(
            self,
            recipe.name.title(),
            compiled=recipe.within(self._foundation.network),
            role=roles.pipeline,
            stage=self._arns.stage,
            values=values,
        )
        made.await_code(code.kept)
        return made

    def let_builders_command(self, account: str) -> None:
        """Let builders ask for runs, of the function that takes commands in *account*."""
        function = command(self._arns.stage)
        place = f"arn:{Aws.PARTITION}:lambda:{Aws.REGION}:{account}:function:{function}"
        allow_command(self.builder, "a builder", place)

    def _builder(self) -> HumanRole:
        purpose = "builds models, asks for runs, and decides about none"
        builder = HumanRole(self, "Builder", purpose=purpose, named=True)
        role = builder.role
        self._allow_look(builder, "a builder")
        self.work.grant_list(role, "a builder sees training code", objects.CODE)
        self.work.grant_read(role, "a builder reads training code", objects.CODE)
        why = "a builder brings training code, below their own name and once"
        self.work.grant_create(role, why, OWN_CODE)
        forbid(role, actions=["sagemaker:UpdateModelPackage"], on=[self._arns.packages])
        return builder

    def _approver(self) -> HumanRole:
        approver = HumanRole(self, "Approver", purpose="decides about packages, and builds none")
        self._allow_look(approver, "an approver")
        permit(
            approver.role,
            "an approver approves or rejects any package",
            actions=["sagemaker:UpdateModelPackage"],
            on=[self._arns.packages],
            when=DECISIONS,
        )
        return approver

    def _allow_look(self, person: HumanRole, who: str) -> None:
        """Let *person* see runs, packages and evidence; none of it is data.

        Not the steps of a run: why one failed may be told in the words of a builder's code.
        """
        sagemaker.allow_read_packages(person.role, who, self._arns)
        permit(
            person.role,
            f"{who} looks at any run of any recipe",
            actions=[
                "sagemaker:DescribePipeline",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutions",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            on=[self._arns.pipelines, self._arns.runs],
        )
        self.evidence.grant_list(person.role, f"{who} looks for evidence")
        self.evidence.grant_read(person.role, f"{who} reads the evidence of any run", *objects.TOLD)
