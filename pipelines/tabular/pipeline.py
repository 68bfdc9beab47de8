"""In which order do the recipe's jobs run, and what may each see?

Definition time only. Placeholders like ${WorkBucket} are filled in by CloudFormation.
"""

from __future__ import annotations

from typing import Any

from sagemaker.core.workflow.conditions import ConditionEquals
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import StepTypeEnum

from pipelines import jobs
from pipelines.sdk import LiteralStep

MODEL = ParameterString("Model")
TRAIN_URI = ParameterString("TrainUri")
TEST_URI = ParameterString("TestUri")
CHAMPION_URI = ParameterString("ChampionUri")
CHAMPION_DIGEST = ParameterString("ChampionDigest", default_value="none")
TRAIN_CODE_URI = ParameterString("TrainCodeUri", default_value="${CodeUri}")
REASON = ParameterString("Reason")
PARAMETERS = [
    MODEL,
    TRAIN_URI,
    TEST_URI,
    CHAMPION_URI,
    CHAMPION_DIGEST,
    TRAIN_CODE_URI,
    REASON,
    jobs.INSTANCE_TYPE,
]

CODE = {"code": "${CodeUri}"}
CATALOGUE = {"catalogue": "${CatalogueUri}"}
RUN = ExecutionVariables.PIPELINE_EXECUTION_ARN
VERDICTS = PropertyFile(name="Verdicts", output_name="evidence", path="verdicts.json")


def pipeline(session: PipelineSession) -> Pipeline:
    """Return the recipe: Prepare, Train, Evaluate, Gates, then Register or Refuse."""
    prepare = _prepare()
    train = _train(prepare)
    evaluate = _evaluate(prepare, train)
    gates = _gates(prepare, train, evaluate)
    decide = ConditionStep(
        name="Decide",
        conditions=[ConditionEquals(left=_verdict("passed"), right=True)],
        if_steps=[_register(train)],
        else_steps=[_refuse()],
    )
    return Pipeline(
        name="tabular",
        parameters=PARAMETERS,
        steps=[prepare, train, evaluate, gates, decide],
        pipeline_experiment_config=None,
        sagemaker_session=session,
    )


def _prepare() -> LiteralStep:
    """Check the snapshots and part what may be learned from what is judged on."""
    inputs = {**CATALOGUE, "train": TRAIN_URI, "test": TEST_URI}
    said = {"model": MODEL, "train-uri": TRAIN_URI, "test-uri": TEST_URI}
    return jobs.processing(
        "Prepare",
        inputs={**CODE, **inputs},
        outputs={n: _work("prepare", n) for n in ("train", "features", "labels", "lineage")},
        arguments=said | jobs.folders(inputs, ""),
        cached=True,
    )


def _train(prepare: LiteralStep) -> LiteralStep:
    """Learn from the training rows alone; the code may be the builder's own."""
    rows = jobs.output(prepare, "train")
    return jobs.training(
        "Train",
        channels={"code": TRAIN_CODE_URI, **CATALOGUE, "train": rows},
        output=_work("train"),
        arguments={"model": MODEL},
    )


def _evaluate(prepare: LiteralStep, train: LiteralStep) -> LiteralStep:
    """Let the model answer; what it sees has no label."""
    inputs = {
        "model": jobs.artifact(train),
        "champion": CHAMPION_URI,
        "features": jobs.output(prepare, "features"),
    }
    return jobs.processing(
        "Evaluate",
        inputs={**CODE, **inputs},
        outputs={"predictions": _work("evaluate")},
        arguments=jobs.folders(inputs, "/predictions"),
    )


def _gates(prepare: LiteralStep, train: LiteralStep, evaluate: LiteralStep) -> LiteralStep:
    """Measure and judge; the only step that sees labels, bytes and lineage together."""
    prepared = ("train", "features", "labels", "lineage")
    inputs = {
        **CODE,
        **CATALOGUE,
        "training-code": TRAIN_CODE_URI,
        **{name: jobs.output(prepare, name) for name in prepared},
        "predictions": jobs.output(evaluate, "predictions"),
        "artifact": jobs.artifact(train),
    }
    said = {
        "model": MODEL,
        "execution": RUN,
        "champion-digest": CHAMPION_DIGEST,
        "code-digest": "${CodeDigest}",
        "catalogue-digest": "${CatalogueDigest}",
        "image": jobs.IMAGE,
    }
    return jobs.processing(
        "Gates",
        inputs=inputs,
        outputs={"evidence": _evidence()},
        arguments=said | jobs.folders(inputs, "/evidence"),
        property_file=VERDICTS,
    )


def _register(train: LiteralStep) -> LiteralStep:
    """Create the package; approving it is a person's work, so no parameter reaches the status."""
    types = ["text/csv", "application/json"]
    report = {"ContentType": "application/json", "S3Uri": _evidence("evidence.json")}
    request = {
        "ModelPackageGroupName": MODEL,
        "ModelPackageDescription": REASON,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": {
            "Containers": [_container(jobs.artifact(train))],
            "SupportedContentTypes": types,
            "SupportedResponseMIMETypes": types,
        },
        "ModelMetrics": {"ModelQuality": {"Statistics": report}},
        "MetadataProperties": {"GeneratedBy": RUN},
        "CustomerMetadataProperties": {
            "artifact": _verdict("artifact"),
            "evidence": _verdict("evidence"),
            "evidenceUri": _evidence("evidence.json"),
            "execution": RUN,
            "code": "${CodeDigest}",
            "catalogue": "${CatalogueDigest}",
            "champion": CHAMPION_DIGEST,
        },
    }
    return LiteralStep("Register", StepTypeEnum.REGISTER_MODEL, request)


def _refuse() -> FailStep:
    words = Join(on="", values=["the gates refuse ", MODEL, ": ", _verdict("reason")])
    return FailStep(name="Refuse", error_message=words)


def _container(model_data: Any) -> dict[str, Any]:
    serving = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    }
    return {"Image": jobs.IMAGE, "ModelDataUrl": model_data, "Environment": serving}


def _verdict(field: str) -> JsonGet:
    return JsonGet(step_name="Gates", property_file=VERDICTS, json_path=field)


def _work(*parts: str) -> Join:
    return _place("${WorkBucket}", *parts)


def _evidence(*parts: str) -> Join:
    return _place("${EvidenceBucket}", *parts)


def _place(bucket: str, *parts: str) -> Join:
    """Return where this run keeps its things: s3://BUCKET/runs/MODEL/EXECUTION/..."""
    execution = ExecutionVariables.PIPELINE_EXECUTION_ID
    return Join(on="/", values=[f"s3://{bucket}/runs", MODEL, execution, *parts])
