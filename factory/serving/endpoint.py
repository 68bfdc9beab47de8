"""Which requests bring a version into service? SageMaker's, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory.catalogue.spec import Model
from factory.layout.names import TAG_MODEL
from factory.serving import guardrails
from factory.serving.intent import NEVER, Aim
from factory.serving.rollout import Endpoint

PATIENCE = 8 * 3600  # seconds that an update may take at most, by AWS
FIRST_PROBE = 30  # seconds after the update was asked for

Request = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One way of one version into service."""

    model: Model
    package: str
    """The package's ARN."""
    endpoint: str
    config: str
    container: Request
    """The package's container: its Image, ImageDigest and Environment."""
    data: str
    """The URI of the approved bytes."""
    at_once: bool = False
    """Without a canary: for what has served before."""


def model_request(deployment: Deployment, role_arn: str, network: Request) -> Request:
    """Return CreateModel's: the approved bytes, in the image that was approved, without network.

    The container sees none. *network*, if it says anything, is where its instances have their
    interfaces, and SageMaker fetches the bytes.
    """
    container = deployment.container
    return {
        **({"VpcConfig": network} if network else {}),
        "ModelName": deployment.config,
        "ExecutionRoleArn": role_arn,
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {
            "Image": _pinned(container),
            "ModelDataUrl": deployment.data,
            "Environment": container.get("Environment", {}),
        },
    }


def _pinned(container: Request) -> str:
    """Return the image by its digest where the registry knows one: a tag can be moved."""
    image = str(container["Image"])
    if "ImageDigest" not in container:
        return image
    return f"{image.rsplit(':', 1)[0]}@{container['ImageDigest']}"


def config_request(deployment: Deployment, captures_uri: str, key_arn: str) -> Request:
    """Return CreateEndpointConfig's: one variant, whose traffic is recorded below a URI.

    The key is that of the records and of the instances' disks.
    """
    serving = deployment.model.serving
    return {
        "EndpointConfigName": deployment.config,
        "KmsKeyId": key_arn,
        "ProductionVariants": [
            {
                "VariantName": guardrails.VARIANT,
                "ModelName": deployment.config,
                "InitialInstanceCount": serving.instances,
                "InstanceType": serving.instance_type,
                "InitialVariantWeight": 1.0,
            }
        ],
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": serving.capture_percent,
            "DestinationS3Uri": captures_uri,
            "KmsKeyId": key_arn,
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            "CaptureContentTypeHeader": {
                "CsvContentTypes": ["text/csv"],
                "JsonContentTypes": ["application/json"],
            },
        },
    }


def create_request(deployment: Deployment) -> Request:
    """Return CreateEndpoint's."""
    return {
        "EndpointName": deployment.endpoint,
        "EndpointConfigName": deployment.config,
        "Tags": [{"Key": TAG_MODEL, "Value": deployment.model.name}],
    }


def update_request(deployment: Deployment, alarms: Sequence[str]) -> Request:
    """Return UpdateEndpoint's; one of the *alarms* is enough to take the update back."""
    serving = deployment.model.serving
    return {
        "EndpointName": deployment.endpoint,
        "EndpointConfigName": deployment.config,
        "DeploymentConfig": guardrails.deployment(serving, alarms, at_once=deployment.at_once),
    }


def aim(deployment: Deployment, endpoint: Endpoint | None) -> Aim:
    """Return what is meant from now on; *endpoint* is updated, or made when it is None."""
    return Aim(
        config=deployment.config,
        package=deployment.package,
        before=endpoint.changed if endpoint else NEVER,
        serves=endpoint.serves if endpoint else "",
    )


def first_probe(deployment: Deployment, now: float) -> Mapping[str, Any]:
    """Return what the probes of the deployment are asked to do, from *now* on."""
    return {
        "endpoint": deployment.endpoint,
        "config": deployment.config,
        "pause": guardrails.pause(deployment.model.serving),
        "until": int(now) + PATIENCE,
        "turn": 0,
        "instances": deployment.model.serving.instances,
    }
