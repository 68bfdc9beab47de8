"""How do models learn? A pipeline a recipe, a role a duty, and people who build and decide."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Stack
from constructs import Construct

from factory.catalogue import catalogue as catalogues
from factory.layout import objects
from stacks.access import sagemaker
from stacks.access.human_role import Person
from stacks.access.permission import forbid, permit
from stacks.constructs.image import Image
from stacks.constructs.outputs import publish
from stacks.constructs.published_file import Document
from stacks.constructs.recipe import Compiled, Recipe
from stacks.constructs.shared import Commons
from stacks.constructs.store import Store
from stacks.features.onboarding import Onboarding
from stacks.features.retraining import Retraining
from stacks.features.step_roles import Crew, Places

DECISIONS = {"StringEquals": {sagemaker.STATUS: ["Approved", "Rejected"]}}


class TrainingStack(Stack):
    """Owns what makes models and what proves how they were made."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        commons: Commons,
        products: Store,
        catalogue: Path,
        recipes: tuple[Compiled, ...],
    ) -> None:
        super().__init__(scope, id_, env=commons.home, stack_name="modelworks-training")
        self.work = Store(self, "Work", commons=commons)
        self.evidence = Store(self, "Evidence", commons=commons)
        places = Places(products=products, work=self.work, evidence=self.evidence)
        self.catalogue = Document(self, "Models", path=catalogue)
        self._image = Image(self, "Image")
        self._crew = Crew(self, "Crew", image=self._image, places=places)
        self._crew.uses(self.catalogue)
        digest = catalogues.digest(catalogue.read_bytes())
        for recipe in recipes:
            self._pipeline(recipe, digest)
        Onboarding(self, "Onboarding", commons=commons, catalogue=self.catalogue, digest=digest)
        retraining = Retraining(
            self, "Retraining", commons=commons, catalogue=self.catalogue, places=places
        )
        self.runs = retraining.runs
        publish(
            self,
            WorkBucket=self.work.name,
            EvidenceBucket=self.evidence.name,
            CatalogueUri=self.catalogue.uri,
            RunsTable=self.runs.name,
            BuilderRoleArn=self._builder().role.role_arn,
            ApproverRoleArn=self._approver().role.role_arn,
        )

    def _pipeline(self, recipe: Compiled, digest: str) -> None:
        code = Document(self, f"{recipe.name.title()}Code", path=recipe.code)
        self._crew.uses(code)
        values = {
            "WorkBucket": self.work.name,
            "EvidenceBucket": self.evidence.name,
            "CodeUri": code.uri,
            "CodeDigest": code.digest,
            "CatalogueUri": self.catalogue.uri,
            "CatalogueDigest": digest,
            "Image": self._image.uri,
            "PrepareRoleArn": self._crew.prepare.role_arn,
            "TrainRoleArn": self._crew.train.role_arn,
            "EvaluateRoleArn": self._crew.evaluate.role_arn,
            "GatesRoleArn": self._crew.gates.role_arn,
        }
        role = self._crew.pipeline
        Recipe(self, recipe.name.title(), compiled=recipe, role=role, values=values)

    def _builder(self) -> Person:
        builder = Person(self, "Builder", purpose="builds models, and decides about none")
        role = builder.role
        self._let_look(builder, "a builder")
        permit(
            role,
            "a builder starts and stops runs of any recipe",
            actions=["sagemaker:StartPipelineExecution", "sagemaker:StopPipelineExecution"],
            on=[sagemaker.PIPELINES, sagemaker.RUNS],
        )
        self.work.let_list(role, "a builder sees training code", objects.CODE)
        self.work.let_read(role, "a builder reads training code", objects.CODE)
        self.work.let_write(role, "a builder brings training code of their own", objects.CODE)
        forbid(role, actions=["sagemaker:UpdateModelPackage"], on=[sagemaker.PACKAGES])
        return builder

    def _approver(self) -> Person:
        approver = Person(self, "Approver", purpose="decides about packages, and builds none")
        self._let_look(approver, "an approver")
        permit(
            approver.role,
            "an approver approves or rejects any package",
            actions=["sagemaker:UpdateModelPackage"],
            on=[sagemaker.PACKAGES],
            when=DECISIONS,
        )
        return approver

    def _let_look(self, person: Person, who: str) -> None:
        """Let *person* see runs, packages and evidence; none of it is data."""
        sagemaker.let_see_packages(person.role, who)
        permit(
            person.role,
            f"{who} looks at any run of any recipe",
            actions=[
                "sagemaker:DescribePipeline",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineExecutions",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            on=[sagemaker.PIPELINES, sagemaker.RUNS],
        )
        self.evidence.let_list(person.role, f"{who} looks for evidence")
        self.evidence.let_read(person.role, f"{who} reads the evidence of any run", objects.RUNS)
