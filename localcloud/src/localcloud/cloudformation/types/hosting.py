"""What do a SageMaker model and its endpoint configuration become?"""

from __future__ import annotations

from typing import Any

from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)

NAME_LENGTH = 63
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


def _simple(word: str, shape: Properties) -> ResourceType:
    """Return a type that SageMaker makes at once, and of which everything but tags is fixed."""
    name = f"{word}Name"

    def create(place: Place, properties: Properties) -> Made:
        arn = called(place, f"Create{word}", name, properties)[f"{word}Arn"]
        return Made(arn, {name: name_of(word, arn)})

    def delete(_place: Place, made: Made, _properties: Properties) -> None:
        call("sagemaker", f"Delete{word}", {name: made.attributes[name]})

    return ResourceType(
        name=f"AWS::SageMaker::{word}",
        attributes=(name,),
        honours=shape,
        create=create,
        delete=delete,
    )


def called(place: Place, operation: str, name: str, properties: Properties) -> Any:
    """Call an operation that makes something of this name, or of one made up."""
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    given = {**properties, name: properties.get(name) or place.generated(NAME_LENGTH)}
    return call("sagemaker", operation, given, Tags=pairs)


def name_of(word: str, arn: str) -> str:
    """Return the name of what an ARN stands for, as it was written: ARNs are in lower case."""
    described = call("sagemaker", f"Describe{word}", {f"{word}Name": arn})
    return str(described[f"{word}Name"])


def install() -> None:
    """Register model and endpoint configuration."""
    register(_simple("Model", _MODEL))
    register(_simple("EndpointConfig", _CONFIG))
