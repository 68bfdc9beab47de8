"""What has the factory made at run time, that no stack knows of?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from botocore.exceptions import WaiterError

from cli.teardown.thing import Thing, pages
from factory.errors import ServiceError
from factory.layout import names
from factory.layout.names import TAG_CONFIG

TAG_MODEL = "modelworks:model"
"""On a group of packages: the model of the catalogue that it belongs to."""
CONFIG = re.compile(r"(.+)-v\d+-[0-9a-f]{8}")
"""As `factory.layout.names.config` calls a configuration and the model that it serves."""
PATIENCE = {"Delay": 5, "MaxAttempts": 120}
RUNNING = ("Executing", "Stopping")
PAUSE, LOOKS = 2, 300  # seconds between two looks at a run that stops, and looks
LOGS = "/aws/sagemaker/Endpoints/"


def found(aws: Any, stacks: Mapping[str, list[Any]]) -> Iterator[Thing]:
    """Yield it in an order in which it can go: what uses before what is used."""
    models = _models(aws)
    yield from _runs(aws, stacks)
    yield from _endpoints(aws, models)
    yield from _configurations(aws, models)
    yield from _alarms(aws)
    yield from _packages(aws, models)


def _models(aws: Any) -> set[str]:
    """Return the models whose groups of packages onboarding has made."""
    client = aws.client("sagemaker")
    groups = pages(client, "list_model_package_groups", "ModelPackageGroupSummaryList")
    return {
        group["ModelPackageGroupName"]
        for group in groups
        if TAG_MODEL in _tags(client, group["ModelPackageGroupArn"])
    }


def _tags(client: Any, arn: str) -> set[str]:
    return {tag["Key"] for tag in pages(client, "list_tags", "Tags", ResourceArn=arn)}


def _runs(aws: Any, stacks: Mapping[str, list[Any]]) -> Iterator[Thing]:
    """Yield the runs under way: SageMaker does not delete a pipeline that runs."""
    client = aws.client("sagemaker")
    for resource in (r for resources in stacks.values() for r in resources):
        if resource["ResourceType"] == "AWS::SageMaker::Pipeline":
            listed = pages(
                client,
                "list_pipeline_executions",
                "PipelineExecutionSummaries",
                PipelineName=resource["PhysicalResourceId"],
            )
            for run in listed:
                if run["PipelineExecutionStatus"] in RUNNING:
                    arn = run["PipelineExecutionArn"]
                    yield Thing("run", arn, partial(stop, client, arn))


def stop(client: Any, arn: str) -> None:
    """Stop the run unless it has ended, and wait until it has."""
    for look in range(LOOKS):
        run = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        if run["PipelineExecutionStatus"] not in RUNNING:
            return
        if not look and run["PipelineExecutionStatus"] == "Executing":
            client.stop_pipeline_execution(PipelineExecutionArn=arn)
        time.sleep(PAUSE)
    raise ServiceError(f"run {arn}: it is still stopping; run the teardown again in a while")


def _endpoints(aws: Any, models: set[str]) -> Iterator[Thing]:
    """Yield the endpoints that promotion has made, and their logs."""
    client, logs = aws.client("sagemaker"), aws.client("logs")
    for endpoint in pages(client, "list_endpoints", "Endpoints"):
        name = endpoint["EndpointName"]
        if name in models and TAG_CONFIG in _tags(client, endpoint["EndpointArn"]):
            yield Thing("endpoint", name, partial(_end, client, name))
    for group in pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=LOGS):
        name = group["logGroupName"]
        if name.removeprefix(LOGS) in models:
            yield Thing("log group", name, partial(logs.delete_log_group, logGroupName=name))


def _end(client: Any, name: str) -> None:
    client.delete_endpoint(EndpointName=name)
    try:
        client.get_waiter("endpoint_deleted").wait(EndpointName=name, WaiterConfig=PATIENCE)
    except WaiterError as late:
        raise ServiceError(
            f"endpoint {name}: it is still being deleted; run the teardown again in a while"
        ) from late


def _configurations(aws: Any, models: set[str]) -> Iterator[Thing]:
    """Yield the configurations of endpoints, and the models that these name."""
    client = aws.client("sagemaker")
    for kind, operation, key, name_of in (
        ("endpoint configuration", "endpoint_config", "EndpointConfigs", "EndpointConfigName"),
        ("model", "model", "Models", "ModelName"),
    ):
        remove = getattr(client, f"delete_{operation}")
        for each in pages(client, f"list_{operation}s", key):
            config = CONFIG.fullmatch(each[name_of])
            if config and config[1] in models:
                yield Thing(kind, config[0], partial(remove, **{name_of: config[0]}))


def _alarms(aws: Any) -> Iterator[Thing]:
    client = aws.client("cloudwatch")
    prefix = names.alarm("").removesuffix("/")
    for alarm in pages(client, "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix):
        name = alarm["AlarmName"]
        yield Thing("alarm", name, partial(client.delete_alarms, AlarmNames=[name]))


def _packages(aws: Any, models: set[str]) -> Iterator[Thing]:
    """Yield the packages and, last, their groups, by which all else is known as the factory's."""
    client = aws.client("sagemaker")
    for model in sorted(models):
        listed = pages(
            client, "list_model_packages", "ModelPackageSummaryList", ModelPackageGroupName=model
        )
        for package in listed:
            arn = package["ModelPackageArn"]
            yield Thing("package", arn, partial(client.delete_model_package, ModelPackageName=arn))
    for model in sorted(models):
        remove = partial(client.delete_model_package_group, ModelPackageGroupName=model)
        yield Thing("group of packages", model, remove)
