"""What do a SageMaker model and its endpoint configuration become?"""

from __future__ import annotations

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
        return called(place, word, properties)

    def delete(_place: Place, made: Made, _properties: Properties) -> None:
        call("sagemaker", f"Delete{word}", {name: made.attributes[name]})

    return ResourceType(
        name=f"AWS::SageMaker::{word}",
        attributes=(name,),
        honours=shape,
        create=create,
        delete=delete,
    )


def called(place: Place, word: str, properties: Properties) -> Made:
    """Call the operation that makes such a thing, of the name it is given or of one made up."""
    name = f"{word}Name"
    pairs = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    given = {**properties, name: properties.get(name) or place.generated(NAME_LENGTH)}
    arn = call("sagemaker", f"Create{word}", given, Tags=pairs)[f"{word}Arn"]
    return Made(arn, {name: given[name]})


def install() -> None:
    """Register model and endpoint configuration."""
    register(_simple("Model", _MODEL))
    register(_simple("EndpointConfig", _CONFIG))
