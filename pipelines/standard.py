"""In which order do the jobs of a run work, and what may each see? One shape for every recipe.

Definition time only. Placeholders like ${WorkBucket} are filled in by CloudFormation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker.core.workflow.conditions import ConditionEquals
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import StepTypeEnum

from factory.layout import files, objects
from factory.training import placeholders
from factory.training.placeholders import placeholder
from factory.training.steps import CHAMPION, EVALUATE, GATES, PREPARE, TRAIN, Step
from pipelines import jobs
from pipelines.contract import SERVING
from pipelines.jobs import CODE_URI, GIVEN, PARAMETERS, Job
from pipelines.sdk import LiteralStep

CODE_DIGEST = placeholder(placeholders.CODE_DIGEST)
PREFIX = placeholder(placeholders.RESOURCE_PREFIX)
RUN = ExecutionVariables.PIPELINE_EXECUTION_ARN
VERDICTS = PropertyFile(name="Verdicts", output_name="evidence", path=files.VERDICTS)


def pipeline(name: str, image: str, session: PipelineSession) -> Pipeline:
    """Return recipe *name*: Prepare, Champion beside Train and Evaluate, Gates, Register or Refuse.

    All jobs run in the image called *image*, in which the model will serve.
    """
    uri = placeholder(placeholders.image(image))
    prepare = _prepare(uri)
    train = _train(uri, prepare)
    champion = _champion(uri, prepare)
    evaluate = _evaluate(uri, prepare, train)
    asked = {"predictions": evaluate, "champion": champion}
    gates = _gates(uri, prepare, train, asked)
    decide = ConditionStep(
        name="Decide",
        conditions=[ConditionEquals(left=_verdict("passed"), right=True)],
        if_steps=[_register(uri, train)],
        else_steps=[_refuse()],
    )
    return Pipeline(
        name=name,
        parameters=list(PARAMETERS.values()),
        steps=[prepare, train, champion, evaluate, gates, decide],
        pipeline_experiment_config=None,
        sagemaker_session=session,
    )


def _prepare(image: str) -> LiteralStep:
    """Check the snapshots and part what may be learned from what is judged on."""
    sources = {"spec": GIVEN.spec_uri, "train": GIVEN.train_uri, "test": GIVEN.test_uri}
    values = {"model": GIVEN.model, "train-uri": GIVEN.train_uri, "test-uri": GIVEN.test_uri}
    job = Job(step=PREPARE, image=image, code=CODE_URI, sources=sources, values=values)
    return jobs.processing(job, _work(PREPARE), cached=True)


def _train(image: str, prepare: LiteralStep) -> LiteralStep:
    """Learn from the training rows alone; the code may be the builder's own."""
    sources = {"spec": GIVEN.spec_uri, "train": jobs.output(prepare, "train")}
    values, code = {"model": GIVEN.model}, GIVEN.train_code_uri
    job = Job(step=TRAIN, image=image, code=code, sources=sources, values=values)
    digest = GIVEN.train_code_digest
    return jobs.training(job, _place(placeholders.WORK_BUCKET, TRAIN.name), code_digest=digest)


def _evaluate(image: str, prepare: LiteralStep, train: LiteralStep) -> LiteralStep:
    """Let the challenger answer; what it sees has no label, and no word of the champion."""
    sources = {"model": jobs.artifact(train), "features": jobs.output(prepare, "features")}
    job = Job(step=EVALUATE, image=image, code=CODE_URI, sources=sources, values={})
    return jobs.processing(job, _work(EVALUATE))


def _champion(image: str, prepare: LiteralStep) -> LiteralStep:
    """Let the champion answer while the challenger learns; without one the job ends at once.

    It is no branch of a condition: what waits for a step of a branch not taken never runs.
    """
    sources = {"champion": GIVEN.champion_uri, "features": jobs.output(prepare, "features")}
    job = Job(step=CHAMPION, image=image, code=CODE_URI, sources=sources, values={})
    return jobs.processing(job, _work(CHAMPION))


def _gates(
    image: str, prepare: LiteralStep, train: LiteralStep, asked: Mapping[str, LiteralStep]
) -> LiteralStep:
    """Measure and judge; the only step that sees labels, bytes and lineage together."""
    sources = {
        "code": CODE_URI,
        "training-code": GIVEN.train_code_uri,
        "spec": GIVEN.spec_uri,
        **{name: jobs.output(prepare, name) for name in PREPARE.outputs},
        **{name: jobs.output(step, "predictions") for name, step in asked.items()},
        "artifact": jobs.artifact(train),
    }
    values = {
        "model": GIVEN.model,
        "spec-digest": GIVEN.spec_digest,
        "execution": RUN,
        "request": GIVEN.request,
        "champion-digest": GIVEN.champion_digest,
        "champion-answers": GIVEN.champion_answers,
        "look": GIVEN.look,
        "code-digest": CODE_DIGEST,
        "training-code-digest": GIVEN.train_code_digest,
        "image": image,
    }
    job = Job(step=GATES, image=image, code=CODE_URI, sources=sources, values=values)
    outputs = {"evidence": _evidence(), "replay": _replay()}
    return jobs.processing(job, outputs, property_file=VERDICTS)


def _register(image: str, train: LiteralStep) -> LiteralStep:
    """Create the package; approving it is a person's work, so no parameter reaches the status."""
    types = ["text/csv", "application/json"]
    report = {"ContentType": "application/json", "S3Uri": _evidence(files.EVIDENCE)}
    request = {
        "ModelPackageGroupName": Join(on="", values=[PREFIX, GIVEN.model]),
        "ModelPackageDescription": GIVEN.reason,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [_container(image, jobs.artifact(train))],
            "SupportedContentTypes": types,
            "SupportedResponseMIMETypes": types,
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": report}},
        "CustomerMetadataProperties": {
            "artifact": _verdict("artifact"),
            "evidence": _verdict("evidence"),
            "answers": _verdict("answers"),
            "evidenceUri": _evidence(files.EVIDENCE),
            "execution": RUN,
            "request": GIVEN.request,
            "code": CODE_DIGEST,
            "spec": GIVEN.spec_digest,
            "champion": GIVEN.champion_digest,
        },
    }
    return LiteralStep("Register", StepTypeEnum.REGISTER_MODEL, request)


def _refuse() -> FailStep:
    words = Join(on="", values=["the gates refuse ", GIVEN.model, ": ", _verdict("reason")])
    return FailStep(name="Refuse", error_message=words)


def _container(image: str, model_data: Any) -> dict[str, Any]:
    return {"Image": image, "ModelDataUrl": model_data, "Environment": dict(SERVING)}


def _verdict(field: str) -> JsonGet:
    return JsonGet(step_name=GATES.title, property_file=VERDICTS, json_path=field)


def _work(step: Step) -> Mapping[str, Join]:
    """Return where each output of *step* goes."""
    return {name: _place(placeholders.WORK_BUCKET, step.name, name) for name in step.outputs}


def _evidence(*parts: str) -> Join:
    return _place(placeholders.EVIDENCE_BUCKET, *parts)


def _replay() -> Join:
    """Return where the rows with judged answers go: where no person reads."""
    return _place(placeholders.EVIDENCE_BUCKET, pattern=objects.REPLAYS)


def _place(bucket: str, *parts: str, pattern: str = objects.RUNS) -> Join:
    """Return where this run keeps its things: s3://BUCKET/runs/MODEL/EXECUTION/..."""
    execution = ExecutionVariables.PIPELINE_EXECUTION_ID
    folder = objects.uri(placeholder(bucket), objects.prefix(pattern)).rstrip("/")
    return Join(on="/", values=[folder, GIVEN.model, execution, *parts])
