"""What do AWS::SageMaker resources become?"""

from __future__ import annotations

import uuid

from localcloud.cloudformation.api_parameters import call, tags, text
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)

_PIPELINE = {
    "PipelineName": ANY,
    "PipelineDisplayName": ANY,
    "PipelineDescription": ANY,
    "PipelineDefinition": {
        "PipelineDefinitionBody": ANY,
        "PipelineDefinitionS3Location": {"Bucket": ANY, "Key": ANY, "Version": ANY},
    },
    "RoleArn": ANY,
    "ParallelismConfiguration": {"MaxParallelExecutionSteps": ANY},
    "Tags": ANY,
}


def _definition(place: Place, properties: Properties) -> str:
    definition = properties["PipelineDefinition"]
    if "PipelineDefinitionBody" in definition:
        return text(definition["PipelineDefinitionBody"])
    where = definition["PipelineDefinitionS3Location"]
    version = {"VersionId": where["Version"]} if "Version" in where else {}
    answer = place.aws("s3").get_object(Bucket=where["Bucket"], Key=where["Key"], **version)
    return str(answer["Body"].read().decode())


def _given(place: Place, properties: Properties) -> Properties:
    name = properties["PipelineName"]
    return {
        "PipelineDisplayName": name,
        **{key: value for key, value in properties.items() if key != "Tags"},
        "PipelineDefinition": _definition(place, properties),
    }


def _pairs(properties: Properties) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags(properties).items()]


def _create(place: Place, properties: Properties) -> Made:
    name = properties["PipelineName"]
    call(
        "sagemaker",
        "CreatePipeline",
        _given(place, properties),
        ClientRequestToken=uuid.uuid4().hex,
        Tags=_pairs(properties),
    )
    return Made(name, {"Arn": place.arn("sagemaker", f"pipeline/{name}")})


def _update(place: Place, made: Made, properties: Properties) -> None:
    call(
        "sagemaker",
        "UpdatePipeline",
        _given(place, properties),
        PipelineName=made.physical_id,
    )


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("sagemaker").delete_pipeline(
        PipelineName=made.physical_id, ClientRequestToken=uuid.uuid4().hex
    )


def _create_group(_place: Place, properties: Properties) -> Made:
    given = {name: value for name, value in properties.items() if name != "Tags"}
    answer = call("sagemaker", "CreateModelPackageGroup", given, Tags=_pairs(properties))
    arn = answer["ModelPackageGroupArn"]
    return Made(arn, {"ModelPackageGroupArn": arn, "ModelPackageGroupStatus": "Completed"})


def _delete_group(place: Place, _made: Made, properties: Properties) -> None:
    place.aws("sagemaker").delete_model_package_group(
        ModelPackageGroupName=properties["ModelPackageGroupName"]
    )


def install() -> None:
    """Register pipeline and model package group."""
    register(
        ResourceType(
            name="AWS::SageMaker::Pipeline",
            honours=_PIPELINE,
            create=_create,
            update=applied(_update, "PipelineName", "Tags"),
            delete=_delete,
        )
    )
    register(
        ResourceType(
            name="AWS::SageMaker::ModelPackageGroup",
            attributes=("ModelPackageGroupArn", "ModelPackageGroupStatus"),
            honours=dict.fromkeys(
                ("ModelPackageGroupName", "ModelPackageGroupDescription", "Tags")
            ),
            create=_create_group,
            delete=_delete_group,
        )
    )
