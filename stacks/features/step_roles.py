"""As whom does each step of a run work? One role per duty, so that no step can do another's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.errors import InvalidSpec
from factory.layout.names import resource
from factory.layout.objects import CHAMPIONS, CODE, JUDGED, REPLAYS, RUNS, STEPS, outputs
from factory.training import placeholders
from factory.training.steps import CHAMPION, EVALUATE, GATES, PREPARE, TRAIN
from stacks.access import containers, sagemaker
from stacks.access.permission import forbid, permit
from stacks.access.service_role import service_role
from stacks.constructs.image import IMAGES, Image
from stacks.constructs.recipe import Compiled, Job
from stacks.constructs.sagemaker_role import SageMakerRole
from stacks.constructs.shared import Foundation
from stacks.constructs.store import Store

JOB_LOGS = ("/aws/sagemaker/ProcessingJobs", "/aws/sagemaker/TrainingJobs")
PREPARED = outputs(PREPARE.name)  # a star in a policy crosses slashes: hence the denials below
TRAINED = outputs(TRAIN.name)
EVALUATED, OLD_ANSWERS = outputs(EVALUATE.name), outputs(CHAMPION.name)


@dataclass(frozen=True, kw_only=True)
class RunBuckets:
    """Where runs read and write."""

    specs: Store
    products: Store
    work: Store
    evidence: Store


class StepRoles(Construct):
    """The roles of all runs: the pipelines' own, and one for each duty that a recipe asks for.

    Recipes share them: what a duty may do does not depend on what is learned.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        recipes: Sequence[Compiled],
        buckets: RunBuckets,
        foundation: Foundation,
    ) -> None:
        super().__init__(scope, id_)
        stage, self._foundation = foundation.stage.name, foundation
        self._buckets, self._arns = buckets, sagemaker.Arns(stage)
        self._prefix = resource(stage, "")
        jobs = [_known(recipe, job) for recipe in recipes for job in recipe.jobs]
        self._images = {
            name: Image(self, name, name=name) for name in sorted({job.image for job in jobs})
        }
        self.duties = {name: self._role(name, jobs) for name in sorted({job.duty for job in jobs})}
        self.pipeline = service_role(
            self, "Pipeline", by=iam.ServicePrincipal("sagemaker.amazonaws.com")
        )
        self._allow_run()
        self._allow_register()

    @property
    def values(self) -> Mapping[str, str]:
        """Return what the placeholders of roles, images and names stand for."""
        roles = {placeholders.role(name): role.role_arn for name, role in self.duties.items()}
        images = {placeholders.image(n): image.uri for n, image in self._images.items()}
        return roles | images | {placeholders.RESOURCE_PREFIX: self._prefix}

    def _role(self, name: str, jobs: Sequence[Job]) -> iam.Role:
        images = sorted({job.image for job in jobs if job.duty == name})
        pulled = [self._images[image] for image in images]
        role = SageMakerRole(self, name, images=pulled, log_groups=JOB_LOGS).role
        key, network = self._foundation.key, self._foundation.network
        containers.allow_use_key(role, "a job", key)
        if network:
            containers.allow_join(role, "a job", network)
        _allow_fetch_code(self._buckets, role)
        DUTIES[name](self._buckets, role)
        return role

    def _allow_run(self) -> None:
        role = self.pipeline
        permit(
            role,
            "the pipeline runs jobs, whose names SageMaker makes up",
            actions=[
                "sagemaker:AddTags",
                "sagemaker:CreateProcessingJob",
                "sagemaker:CreateTrainingJob",
                "sagemaker:DescribeProcessingJob",
                "sagemaker:DescribeTrainingJob",
                "sagemaker:StopProcessingJob",
                "sagemaker:StopTrainingJob",
            ],
            on=[
                sagemaker.arn("processing-job/pipelines-*"),
                sagemaker.arn("training-job/pipelines-*"),
            ],
        )
        why = "the pipeline gives each job the role of its duty"
        sagemaker.allow_pass_role(role, why, *self.duties.values())

    def _allow_register(self) -> None:
        """Let the pipeline register packages, but never as anything but pending."""
        role, on = self.pipeline, [self._arns.groups, self._arns.packages]
        pending = {sagemaker.STATUS: "PendingManualApproval"}
        create = ["sagemaker:CreateModelPackage"]
        why = "the pipeline registers a version of any model of the catalogue, pending a decision"
        permit(role, why, actions=create, on=on, when={"StringEquals": pending})
        forbid(role, actions=create, on=on, when={"StringNotEquals": pending})
        self._buckets.evidence.grant_read(role, "the pipeline reads the gates' verdict", RUNS)
        self._buckets.work.grant_read(role, "the registry looks at any run's model", TRAINED)


def _known(recipe: Compiled, job: Job) -> Job:
    """Return *job*, or raise InvalidSpec when nobody has its duty or knows its image."""
    for what, name, known, place in (
        ("the role of duty", job.duty, DUTIES, "stacks/features/step_roles.py"),
        ("image", job.image, IMAGES, "stacks/constructs/image.py"),
    ):
        if name not in known:
            raise InvalidSpec(
                f"{recipe.file}: step {job.step!r} asks for {what} {name!r}, which is unknown; "
                f"choose from {', '.join(sorted(known))}, or add it to {place}"
            )
    return job


def _allow_fetch_code(buckets: RunBuckets, role: iam.Role) -> None:
    """Let a step run any code that was deployed: its run may have begun under an earlier one."""
    buckets.specs.grant_list(role, "every step fetches its recipe's code", STEPS)
    buckets.specs.grant_read(role, "every step runs the code that its run began with", STEPS)


def _allow_read_spec(buckets: RunBuckets, role: iam.Role, who: str) -> None:
    buckets.specs.grant_list(role, f"{who} fetches the spec of its model", JUDGED)
    buckets.specs.grant_read(role, f"{who} reads the judged part of any model's spec", JUDGED)


def _allow_prepare(buckets: RunBuckets, role: iam.Role) -> None:
    _allow_read_spec(buckets, role, "prepare")
    buckets.products.grant_list(role, "prepare fetches snapshots")
    buckets.products.grant_read(role, "prepare reads the snapshots of any product", "*")
    buckets.work.grant_write(role, "prepare writes the inputs of any run", PREPARED)


def _allow_train(buckets: RunBuckets, role: iam.Role) -> None:
    _allow_read_spec(buckets, role, "training")
    work, inputs = buckets.work, (outputs(PREPARE.name, "train"), CODE)
    work.grant_list(role, "training fetches its inputs", RUNS, CODE)
    work.grant_read(role, "training reads what was prepared for it and a builder's code", *inputs)
    work.grant_write(role, "training writes the model of any run", TRAINED)
    others = [work.bucket.arn_for_objects(k) for k in (PREPARED, EVALUATED, OLD_ANSWERS)]
    forbid(role, actions=["s3:PutObject"], on=others)


def _allow_evaluate(buckets: RunBuckets, role: iam.Role) -> None:
    work, inputs = buckets.work, (TRAINED, outputs(PREPARE.name, "features"))
    work.grant_list(role, "evaluation fetches models and features", RUNS)
    work.grant_read(role, "evaluation reads the models and features of any run", *inputs)
    work.grant_write(role, "evaluation writes the challenger's answers in any run", EVALUATED)
    _forbid_others(work, role, written=OLD_ANSWERS)


def _allow_ask_champion(buckets: RunBuckets, role: iam.Role) -> None:
    work, inputs = buckets.work, (TRAINED, outputs(PREPARE.name, "features"), CHAMPIONS)
    work.grant_list(role, "the champion's step fetches models and features", RUNS, CHAMPIONS)
    work.grant_read(role, "the champion's step reads champions and features of any run", *inputs)
    work.grant_write(role, "the champion's answers are written in any run", OLD_ANSWERS)
    _forbid_others(work, role, written=EVALUATED)


def _forbid_others(work: Store, role: iam.Role, *, written: str) -> None:
    """Keep who runs an artifact from labels, training rows, and answers *written* by others."""
    hidden = (outputs(PREPARE.name, "labels"), outputs(PREPARE.name, "train"))
    objects = [work.bucket.arn_for_objects(key) for key in hidden]
    forbid(role, actions=["s3:GetObject"], on=objects)
    forbid(role, actions=["s3:PutObject"], on=[work.bucket.arn_for_objects(written)])


def _allow_judge(buckets: RunBuckets, role: iam.Role) -> None:
    _allow_read_spec(buckets, role, "the gates' step")
    work, keys = buckets.work, (RUNS, CODE)
    work.grant_list(role, "the gates fetch what they judge", *keys)
    work.grant_read(role, "the gates see all of any run, and the code that learned", *keys)
    buckets.evidence.grant_write(role, "the gates alone write evidence", RUNS, REPLAYS)


DUTIES: Mapping[str, Callable[[RunBuckets, iam.Role], None]] = {
    PREPARE.title: _allow_prepare,
    TRAIN.title: _allow_train,
    EVALUATE.title: _allow_evaluate,
    CHAMPION.title: _allow_ask_champion,
    GATES.title: _allow_judge,
}
"""What each duty may do; a recipe's definition can ask for no other."""
