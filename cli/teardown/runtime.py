"""What has the factory created at run time, which no stack knows of?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import aws
from aws import registry
from aws.calls import pages, translated
from aws.outputs import outputs
from cli.teardown.resource import Resource
from factory.errors import ServiceError
from factory.layout import names, objects
from factory.layout.names import TAG_MODEL

RUNNING = ("Executing", "Stopping")
PAUSE, CHECKS = 2, 300  # seconds between two checks of what stops or is deleted, and checks
LOGS = "/aws/sagemaker/Endpoints/"


def found(stacks: Mapping[str, list[Any]], stage: str) -> Iterator[Resource]:
    """Yield what is of *stage*, in an order in which it can go: what uses before what is used."""
    groups = _models(stage)
    models = groups | _meant(stacks, stage)
    yield from _runs(stacks)
    yield from _endpoints(models)
    yield from _configurations(models)
    yield from _alarms(models, stage)
    yield from _packages(groups)


def _models(stage: str) -> set[str]:
    """Return what SageMaker calls the models whose groups of packages onboarding has made."""
    own = names.resource(stage, "")
    groups = pages(
        "sagemaker", "list_model_package_groups", "ModelPackageGroupSummaryList", NameContains=own
    )
    return {
        group["ModelPackageGroupName"]
        for group in groups
        if group["ModelPackageGroupName"].startswith(own)
        and TAG_MODEL in _tags(group["ModelPackageGroupArn"])
    }


def _meant(stacks: Mapping[str, list[Any]], stage: str) -> set[str]:
    """Return what promotion has ever meant to serve: the groups may be in another account."""
    if names.stack(stage, "serving") not in stacks:
        return set()
    own, bucket = names.resource(stage, ""), outputs(stage)["ApprovedBucket"]
    listed = aws.s3_list(objects.uri(bucket, objects.INTENTS, ""))
    found = {uri.rpartition("/")[2].removesuffix(".json") for uri in listed}
    return {endpoint for endpoint in found if endpoint.startswith(own)}


def _tags(arn: str) -> set[str]:
    return {tag["Key"] for tag in pages("sagemaker", "list_tags", "Tags", ResourceArn=arn)}


def _runs(stacks: Mapping[str, list[Any]]) -> Iterator[Resource]:
    """Yield the runs under way: SageMaker does not delete a pipeline that runs."""
    for resource in (r for resources in stacks.values() for r in resources):
        if resource["ResourceType"] == "AWS::SageMaker::Pipeline":
            listed = pages(
                "sagemaker",
                "list_pipeline_executions",
                "PipelineExecutionSummaries",
                PipelineName=resource["PhysicalResourceId"],
            )
            for run in listed:
                if run["PipelineExecutionStatus"] in RUNNING:
                    arn = run["PipelineExecutionArn"]
                    yield Resource("run", arn, partial(stop, arn))


def stop(arn: str) -> None:
    """Stop the run unless it has ended, and wait until it has."""
    for check in range(CHECKS):
        run = aws.sagemaker("describe_pipeline_execution", arn, PipelineExecutionArn=arn)
        if run["PipelineExecutionStatus"] not in RUNNING:
            return
        if not check and run["PipelineExecutionStatus"] == "Executing":
            aws.sagemaker("stop_pipeline_execution", arn, PipelineExecutionArn=arn)
        time.sleep(PAUSE)
    raise ServiceError(f"run {arn}: it is still stopping; run the teardown again in a while")


def _endpoints(models: set[str]) -> Iterator[Resource]:
    """Yield the endpoints that promotion has made, and their logs."""
    for endpoint in pages("sagemaker", "list_endpoints", "Endpoints"):
        name = endpoint["EndpointName"]
        if name in models and TAG_MODEL in _tags(endpoint["EndpointArn"]):
            yield Resource("endpoint", name, partial(_end, name))
    for group in pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=LOGS):
        name = group["logGroupName"]
        if name.removeprefix(LOGS) in models:
            yield Resource("log group", name, partial(_delete_log, name))


def _end(name: str) -> None:
    aws.sagemaker("delete_endpoint", name, EndpointName=name)
    try:
        aws.endpoint_gone(name, times=CHECKS)
    except ServiceError as late:
        raise ServiceError(f"{late}; run the teardown again in a while") from late


def _delete_log(name: str) -> None:
    with translated(name):
        aws.client("logs").delete_log_group(logGroupName=name)


def _configurations(models: set[str]) -> Iterator[Resource]:
    """Yield the configurations of endpoints, and the models that these name."""
    for kind, operation, key, name_of in (
        ("endpoint configuration", "endpoint_config", "EndpointConfigs", "EndpointConfigName"),
        ("model", "model", "Models", "ModelName"),
    ):
        for each in pages("sagemaker", f"list_{operation}s", key):
            config = names.CONFIG.fullmatch(each[name_of])
            if config and config[1] in models:
                remove = partial(_delete, operation, name_of, config[0])
                yield Resource(kind, config[0], remove)


def _alarms(models: set[str], stage: str) -> Iterator[Resource]:
    """Yield the alarms on endpoints, and those on the factory's own metrics.

    The account that watches knows no groups and no intents; nobody else writes these metrics.
    """
    own = names.metrics(stage)
    for name, settings in aws.alarms_below(names.resource(stage, "")).items():
        if name.split("/")[0] in models or settings.get("Namespace") == own:
            yield Resource("alarm", name, partial(aws.alarms_delete, [name]))


def _packages(models: set[str]) -> Iterator[Resource]:
    """Yield the packages and, last, their groups, by which all else is known as the factory's."""
    for model in sorted(models):
        for version in registry.versions(model):
            remove = partial(_delete, "model_package", "ModelPackageName", version.arn)
            yield Resource("package", version.arn, remove)
    for model in sorted(models):
        remove = partial(_delete, "model_package_group", "ModelPackageGroupName", model)
        yield Resource("group of packages", model, remove)


def _delete(kind: str, key: str, name: str) -> None:
    aws.sagemaker(f"delete_{kind}", name, **{key: name})
