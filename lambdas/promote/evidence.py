"""What was approved, and what lies there now? Looked up anew, never taken from the event."""

from __future__ import annotations

import hashlib

import aws
from factory.catalogue.spec import Model
from factory.errors import NotFound, Refused
from factory.layout import objects
from factory.layout.files import NO_CHAMPION
from factory.layout.names import pipeline
from factory.promotion.approval import Found
from factory.promotion.package import Approved
from factory.settings import PromoteSettings


def artifact(said: Approved) -> bytes:
    """Return the bytes that the package points at now."""
    uri = said.containers[0]["ModelDataUrl"]
    try:
        return aws.s3_get(uri)
    except NotFound as missing:
        raise Refused(f"the artifact is gone: {uri}") from missing


def find(said: Approved, body: bytes, model: Model, settings: PromoteSettings) -> Found:
    """Gather what the approval is checked against."""
    if not said.run:
        raise Refused("the package names no run; only the factory's pipeline registers packages")
    name = said.run.split(":pipeline/", 1)[-1].split("/", 1)[0]
    if name != pipeline(model.recipe):
        raise Refused(
            f"its run is of pipeline {name}, the recipe of {said.model} is run by "
            f"{pipeline(model.recipe)}; start a new run"
        )
    return Found(
        artifact=hashlib.sha256(body).hexdigest(),
        evidence=_evidence(said, settings),
        registered=_registered(said.run),
        run_definition=_run_definition(said.run),
        deployed_definition=_deployed_definition(name),
        champion=_champion(said),
    )


def _evidence(said: Approved, settings: PromoteSettings) -> bytes:
    uri = f"{objects.Run(settings.evidence_bucket, said.model, said.run).folder}evidence.json"
    try:
        return aws.s3_get(uri)
    except NotFound as missing:
        raise Refused(f"there is no evidence at {uri}") from missing


def _registered(run: str) -> str:
    """Return the package that the run's register step made; a package cannot claim a run itself."""
    steps = aws.sagemaker_list(
        "list_pipeline_execution_steps", "PipelineExecutionSteps", PipelineExecutionArn=run
    )
    made = (step.get("Metadata", {}).get("RegisterModel", {}).get("Arn") for step in steps)
    return next(filter(None, made), "")


def _run_definition(run: str) -> str:
    found = aws.sagemaker(
        "describe_pipeline_definition_for_execution", run, PipelineExecutionArn=run
    )
    return str(found["PipelineDefinition"])


def _deployed_definition(name: str) -> str:
    found = aws.sagemaker("describe_pipeline", name, PipelineName=name)
    return str(found["PipelineDefinition"])


def _champion(said: Approved) -> str:
    """Return the digest of the newest other package that is approved, or `none`."""
    listed = aws.sagemaker_list(
        "list_model_packages",
        "ModelPackageSummaryList",
        ModelPackageGroupName=said.model,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    others = [p["ModelPackageArn"] for p in listed if p["ModelPackageArn"] != said.package]
    if not others:
        return NO_CHAMPION
    package = aws.sagemaker("describe_model_package", others[0], ModelPackageName=others[0])
    return str(package["CustomerMetadataProperties"]["artifact"])
