"""What do a SageMaker model, its endpoint configuration and its endpoint become?"""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from localcloud import clock
from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    created,
    register,
)

NAME_LENGTH = 63
POLL_SECONDS = 0.05
_WAITS = ("WaitIntervalInSeconds", "TerminationWaitInSeconds")
_CONTAINER = {
    **dict.fromkeys(("Image", "ModelDataUrl", "Environment", "ContainerHostname", "Mode")),
    "ModelPackageName": ANY,
    "ModelDataSource": {"S3DataSource": dict.fromkeys(("S3Uri", "S3DataType", "CompressionType"))},
}
_MODEL = {
    **dict.fromkeys(("ModelName", "ExecutionRoleArn", "EnableNetworkIsolation", "Tags")),
    "PrimaryContainer": _CONTAINER,
    "Containers": [_CONTAINER],
}
_VARIANT = {
    **dict.fromkeys(
        (
            "VariantName",
            "ModelName",
            "InitialInstanceCount",
            "InstanceType",
            "InitialVariantWeight",
            "VolumeSizeInGB",
            "ModelDataDownloadTimeoutInSeconds",
            "ContainerStartupHealthCheckTimeoutInSeconds",
        )
    ),
    "ServerlessConfig": dict.fromkeys(
        ("MaxConcurrency", "MemorySizeInMB", "ProvisionedConcurrency")
    ),
}
_CONFIG = {
    **dict.fromkeys(("EndpointConfigName", "KmsKeyId", "Tags")),
    "ProductionVariants": [_VARIANT],
    "DataCaptureConfig": {
        **dict.fromkeys(
            ("EnableCapture", "DestinationS3Uri", "InitialSamplingPercentage", "KmsKeyId")
        ),
        "CaptureOptions": [{"CaptureMode": ANY}],
        "CaptureContentTypeHeader": dict.fromkeys(("CsvContentTypes", "JsonContentTypes")),
    },
}
_CAPACITY = {"Type": ANY, "Value": ANY}
_ENDPOINT = {
    **dict.fromkeys(("EndpointName", "EndpointConfigName", "RetainDeploymentConfig", "Tags")),
    "DeploymentConfig": {
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": ANY}]},
        "BlueGreenUpdatePolicy": {
            "MaximumExecutionTimeoutInSeconds": ANY,
            "TerminationWaitInSeconds": ANY,
            "TrafficRoutingConfiguration": {
                "Type": ANY,
                "CanarySize": _CAPACITY,
                "LinearStepSize": _CAPACITY,
                "WaitIntervalInSeconds": ANY,
            },
        },
    },
}


class NotInService(Exception):
    """An endpoint that did not come to what the template asks for."""


def _simple(word: str, shape: Properties) -> ResourceType:
    """Return a type that SageMaker makes at once, and of which everything but tags is fixed."""
    name = f"{word}Name"

    def create(place: Place, properties: Properties) -> Made:
        arn = _called(place, f"Create{word}", name, properties)[f"{word}Arn"]
        return Made(arn, {name: _name(word, arn)})

    def delete(_place: Place, made: Made, _properties: Properties) -> None:
        call("sagemaker", f"Delete{word}", {name: made.attributes[name]})

    return ResourceType(
        name=f"AWS::SageMaker::{word}",
        attributes=(name,),
        honours=shape,
        create=create,
        delete=delete,
    )


def _called(place: Place, operation: str, name: str, properties: Properties) -> Any:
    """Call an operation that makes something of this name, or of one made up."""
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    given = {**properties, name: properties.get(name) or place.generated(NAME_LENGTH)}
    return call("sagemaker", operation, given, Tags=pairs)


def _name(word: str, arn: str) -> str:
    """Return the name of what an ARN stands for, as it was written: ARNs are in lower case."""
    described = call("sagemaker", f"Describe{word}", {f"{word}Name": arn})
    return str(described[f"{word}Name"])


def _create(place: Place, properties: Properties) -> Made:
    given = {key: value for key, value in properties.items() if key != "RetainDeploymentConfig"}
    arn = _called(place, "CreateEndpoint", "EndpointName", given)["EndpointArn"]
    return Made(arn, {"EndpointName": _name("Endpoint", arn)})


def _stand(place: Place, made: Made, _properties: Properties) -> None:
    """Wait until the endpoint serves; raise NotInService with SageMaker's reason if it fails."""
    described = _settled(place, made)
    if described["EndpointStatus"] != "InService" or described.get("FailureReason"):
        raise NotInService(
            f"Resource of type 'AWS::SageMaker::Endpoint' with identifier "
            f"'{made.physical_id}' did not stabilize: it is {described['EndpointStatus']}: "
            f"{described.get('FailureReason')}"
        )


def _settled(place: Place, made: Made) -> Any:
    sagemaker, name = place.aws("sagemaker"), made.attributes["EndpointName"]
    while True:
        described = sagemaker.describe_endpoint(EndpointName=name)
        if described["EndpointStatus"] not in {"Creating", "Updating"}:
            return described
        time.sleep(POLL_SECONDS)


def _update(place: Place, made: Made, properties: Properties) -> None:
    """Move to the new configuration; one that it has already needs no deployment."""
    _demand_time(properties)
    name = made.attributes["EndpointName"]
    there = place.aws("sagemaker").describe_endpoint(EndpointName=name)
    if there["EndpointConfigName"] == properties["EndpointConfigName"]:
        return
    given = {key: value for key, value in properties.items() if key != "Tags"}
    call("sagemaker", "UpdateEndpoint", given, EndpointName=name)
    _stand(place, made, properties)


def _demand_time(properties: Properties) -> None:
    """Raise NotInService for a deployment that waits while the cloud's time stands still."""
    policy = (properties.get("DeploymentConfig") or {}).get("BlueGreenUpdatePolicy") or {}
    settings = {**policy, **(policy.get("TrafficRoutingConfiguration") or {})}
    waits = [name for name in _WAITS if int(settings.get(name) or 0)]
    if waits and clock.is_stopped():
        raise NotInService(
            f"{', '.join(waits)}: the deployment would wait for ever, because the cloud's clock "
            "is stopped; let it tick, or leave the waiting out"
        )


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    """End the endpoint, after a deployment under way, and wait until it is gone."""
    sagemaker, name = place.aws("sagemaker"), made.attributes["EndpointName"]
    _settled(place, made)
    sagemaker.delete_endpoint(EndpointName=name)
    while _is_there(sagemaker, name):
        time.sleep(POLL_SECONDS)


def _is_there(sagemaker: Any, name: str) -> bool:
    try:
        sagemaker.describe_endpoint(EndpointName=name)
    except ClientError:
        return False
    return True


def install() -> None:
    """Register model, endpoint configuration and endpoint."""
    register(_simple("Model", _MODEL))
    register(_simple("EndpointConfig", _CONFIG))
    register(
        ResourceType(
            name="AWS::SageMaker::Endpoint",
            attributes=("EndpointName",),
            honours=_ENDPOINT,
            create=created(_create, _stand, _delete),
            update=applied(_update, "EndpointName"),
            delete=_delete,
        )
    )
