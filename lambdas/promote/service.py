"""How do approved bytes come into service? Under a configuration of their own, with alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aws
from factory.catalogue.spec import Model
from factory.errors import NotFound, ServiceError
from factory.layout import objects
from factory.layout.names import TAG_CONFIG, TAG_PACKAGE
from factory.promotion import package
from factory.promotion.package import Approved
from factory.serving import guardrails
from factory.serving.rollout import TAG_BEFORE, TAG_FAILED, Endpoint, Step, version_of
from factory.settings import PromoteSettings
from lambdas.promote import archive

PATIENCE = 8 * 3600  # seconds that an update may take at most, by AWS
FIRST = 30  # seconds until the first probe


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One way of one version into service."""

    model: Model
    said: Approved
    config: str
    at_once: bool = False
    """Without a canary: for what has served before."""


def serve(
    wanted: Deployment, endpoint: Endpoint | None, step: Step, settings: PromoteSettings
) -> bool:
    """Make the endpoint serve what is *wanted*; False when somebody else was first."""
    name = wanted.config
    before = endpoint.failed if endpoint else ""
    failed = archive.keep_baseline(wanted.said, name, before, settings)
    _make("model", name, _model_request(wanted, settings))
    _make("endpoint_config", name, _config_request(wanted, settings))
    if step is Step.UPDATE and endpoint:
        return _update(wanted, endpoint, settings)
    if endpoint:
        _remove(endpoint)
    _create(wanted, failed, settings)
    return True


def _remove(endpoint: Endpoint) -> None:
    """Delete an endpoint that has failed, and wait until it is gone."""
    if endpoint.status != "Deleting":
        aws.sagemaker("delete_endpoint", endpoint.name, EndpointName=endpoint.name)
    aws.endpoint_gone(endpoint.name)


def _create(wanted: Deployment, failed: str, settings: PromoteSettings) -> None:
    """Create the endpoint, on which the open incident of what has *failed* before stays."""
    name, tags = wanted.model.name, _tags(wanted, "never")
    tags |= {TAG_FAILED: failed} if failed else {}
    _guard(wanted, settings)
    aws.sagemaker(
        "create_endpoint",
        name,
        EndpointName=name,
        EndpointConfigName=wanted.config,
        Tags=aws.tag_list(tags),
    )


def _update(wanted: Deployment, endpoint: Endpoint, settings: PromoteSettings) -> bool:
    """Move the endpoint; the tags say first what is meant, and then it is guarded."""
    aws.endpoint_tag(endpoint.arn, _tags(wanted, endpoint.changed))
    alarms = _guard(wanted, settings)
    serving = wanted.model.serving
    try:
        aws.sagemaker(
            "update_endpoint",
            endpoint.name,
            EndpointName=endpoint.name,
            EndpointConfigName=wanted.config,
            DeploymentConfig=guardrails.deployment(serving, alarms, at_once=wanted.at_once),
        )
    except ServiceError:
        if not _give_way(endpoint, wanted.config):
            raise
        return False
    return True


def _give_way(seen: Endpoint, config: str) -> bool:
    """Say whether another message was first; then the tags say again what is on its way."""
    now = aws.endpoint(seen.name)
    if now is None or not now.busy or now.pending in {"", config}:
        return False
    package = f"{now.package.rsplit('/', 1)[0]}/{version_of(now.pending)}"
    tags = {TAG_CONFIG: now.pending, TAG_PACKAGE: package, TAG_BEFORE: seen.changed}
    aws.endpoint_tag(seen.arn, tags)
    return True


def _tags(wanted: Deployment, before: str) -> dict[str, str]:
    return {TAG_CONFIG: wanted.config, TAG_PACKAGE: wanted.said.package, TAG_BEFORE: before}


def _guard(wanted: Deployment, settings: PromoteSettings) -> list[str]:
    """Make the alarms of the configuration and have it probed; return the alarms' names."""
    model, config = wanted.model, wanted.config
    alarms = guardrails.alarms(model, config, settings.alerts_topic_arn)
    for name, values in alarms.items():
        aws.alarm_put(name, **values)
    message = {
        "endpoint": model.name,
        "config": config,
        "pause": guardrails.pause(model.serving),
        "until": int(aws.now()) + PATIENCE,
        "turn": 0,
    }
    aws.send(settings.probe_queue_url, message, delay=FIRST)
    return list(alarms)


def _make(kind: str, name: str, request: dict[str, Any]) -> None:
    """Create what is not there; its name says what it is, so what is there is the same."""
    key = "ModelName" if kind == "model" else "EndpointConfigName"
    try:
        aws.sagemaker(f"describe_{kind}", name, **{key: name})
    except NotFound:
        aws.sagemaker(f"create_{kind}", name, **request)


def _model_request(wanted: Deployment, settings: PromoteSettings) -> dict[str, Any]:
    container = wanted.said.containers[0]
    image = container["Image"]
    if "ImageDigest" in container:
        image = f"{image.rsplit(':', 1)[0]}@{container['ImageDigest']}"
    return {
        "ModelName": wanted.config,
        "ExecutionRoleArn": settings.serving_role_arn,
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {
            "Image": image,
            "ModelDataUrl": package.copy_uri(settings.approved_bucket, wanted.said),
            "Environment": container.get("Environment", {}),
        },
    }


def _config_request(wanted: Deployment, settings: PromoteSettings) -> dict[str, Any]:
    serving = wanted.model.serving
    return {
        "EndpointConfigName": wanted.config,
        "ProductionVariants": [
            {
                "VariantName": guardrails.VARIANT,
                "ModelName": wanted.config,
                "InitialInstanceCount": serving.instances,
                "InstanceType": serving.instance_type,
                "InitialVariantWeight": 1.0,
            }
        ],
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": serving.capture_percent,
            "DestinationS3Uri": objects.captures(settings.captures_bucket, wanted.config),
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            "CaptureContentTypeHeader": {
                "CsvContentTypes": ["text/csv"],
                "JsonContentTypes": ["application/json"],
            },
        },
    }
