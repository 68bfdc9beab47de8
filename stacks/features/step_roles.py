"""As whom does each step of a run work? One role a duty, so that no step can do another's."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from stacks.access import sagemaker
from stacks.access.permission import forbid, permit
from stacks.access.service_role import service_role
from stacks.constructs.image import Image
from stacks.constructs.published_file import AssetFile
from stacks.constructs.sagemaker_role import SageMakerRole
from stacks.constructs.store import Store

JOB_LOGS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs")
PREPARED = "runs/*/prepare/*"  # a star in a policy crosses slashes: hence the denials below


@dataclass(frozen=True, kw_only=True)
class RunBuckets:
    """Where runs read and write."""

    products: Store
    work: Store
    evidence: Store


class StepRoles(Construct):
    """The roles of a run: the pipeline's own, and one for each of its four steps."""

    def __init__(self, scope: Construct, id_: str, *, image: Image, buckets: RunBuckets) -> None:
        super().__init__(scope, id_)
        self._buckets = buckets
        self.prepare = SageMakerRole(self, "Prepare", image=image, log_groups=JOB_LOGS).role
        self.train = SageMakerRole(self, "Train", image=image, log_groups=JOB_LOGS).role
        self.evaluate = SageMakerRole(self, "Evaluate", image=image, log_groups=JOB_LOGS).role
        self.gates = SageMakerRole(self, "Gates", image=image, log_groups=JOB_LOGS).role
        self.pipeline = service_role(
            self, "Pipeline", by=iam.ServicePrincipal("sagemaker.amazonaws.com")
        )
        self._allow_prepare()
        self._allow_train()
        self._allow_evaluate()
        self._allow_judge()
        self._allow_run()
        self._allow_register()

    def uses(self, document: AssetFile) -> None:
        """Let every step fetch *document*: the catalogue, or a recipe's code."""
        for role in (self.prepare, self.train, self.evaluate, self.gates):
            document.grant_fetch(role, "every step reads the catalogue and runs its recipe's code")

    def _allow_prepare(self) -> None:
        products, work = self._buckets.products, self._buckets.work
        products.grant_list(self.prepare, "prepare fetches snapshots")
        products.grant_read(self.prepare, "prepare reads the snapshots of any product", "*")
        work.grant_write(self.prepare, "prepare writes the inputs of any run", PREPARED)

    def _allow_train(self) -> None:
        work, role = self._buckets.work, self.train
        inputs = ("runs/*/prepare/train/*", "code/*")
        work.grant_list(role, "training fetches its inputs", "runs/*", "code/*")
        work.grant_read(
            role, "training reads what was prepared for it and a builder's code", *inputs
        )
        work.grant_write(role, "training writes the model of any run", "runs/*/train/*")
        others = [work.bucket.arn_for_objects(k) for k in (PREPARED, "runs/*/evaluate/*")]
        forbid(role, actions=["s3:PutObject"], on=others)

    def _allow_evaluate(self) -> None:
        work, role = self._buckets.work, self.evaluate
        inputs = ("runs/*/train/*", "runs/*/prepare/features/*", "champions/*")
        hidden = ("runs/*/prepare/labels/*", "runs/*/prepare/train/*")
        work.grant_list(role, "evaluation fetches models and features", "runs/*", "champions/*")
        work.grant_read(role, "evaluation reads the models and features of any run", *inputs)
        work.grant_write(role, "evaluation writes predictions of any run", "runs/*/evaluate/*")
        forbid(
            role,
            actions=["s3:GetObject"],
            on=[work.bucket.arn_for_objects(key) for key in hidden],
        )

    def _allow_judge(self) -> None:
        products, work, evidence = (
            self._buckets.products,
            self._buckets.work,
            self._buckets.evidence,
        )
        manifests = "*/manifest.json"
        products.grant_list(self.gates, "the gates fetch manifests")
        products.grant_read(self.gates, "the gates read the manifest of any snapshot", manifests)
        keys = ("runs/*", "code/*")
        work.grant_list(self.gates, "the gates fetch what they judge", *keys)
        work.grant_read(
            self.gates, "the gates see all of any run, and the code that learned", *keys
        )
        evidence.grant_write(self.gates, "the gates alone write evidence", "runs/*")

    def _allow_run(self) -> None:
        role, steps = self.pipeline, (self.prepare, self.train, self.evaluate, self.gates)
        permit(
            role,
            "the pipeline runs jobs, whose names SageMaker makes up from the pipeline's",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopProcessingJob",
                "sagemaker:StopTrainingJob",
            ],
            on=[sagemaker.arn("processing-job/*"), sagemaker.arn("training-job/*")],
        )
        sagemaker.allow_pass_role(role, "the pipeline gives each job the role of its step", *steps)

    def _allow_register(self) -> None:
        """Let the pipeline register packages, but never as anything but pending."""
        role, on = self.pipeline, [sagemaker.GROUPS, sagemaker.PACKAGES]
        pending = {sagemaker.STATUS: "PendingManualApproval"}
        create = ["sagemaker:CreateModelPackage"]
        why = "the pipeline registers a version of any model of the catalogue, pending a decision"
        permit(role, why, actions=create, on=on, when={"StringEquals": pending})
        forbid(role, actions=create, on=on, when={"StringNotEquals": pending})
        self._buckets.evidence.grant_read(role, "the pipeline reads the gates' verdict", "runs/*")
        self._buckets.work.grant_read(
            role, "the registry looks at any run's model", "runs/*/train/*"
        )
