"""What does AWS::SageMaker::ModelPackage become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.resource_types import (
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)

_CHANGEABLE = ("ModelApprovalStatus", "ApprovalDescription", "CustomerMetadataProperties")
_FIXED = (
    "ModelPackageGroupName",
    "ModelPackageDescription",
    "InferenceSpecification",
    "ModelMetrics",
    "MetadataProperties",
    "DriftCheckBaselines",
    "Domain",
    "Task",
    "SamplePayloadUrl",
    "SourceUri",
)


def _create(_place: Place, properties: Properties) -> Made:
    given = {name: value for name, value in properties.items() if name != "ApprovalDescription"}
    arn = call("sagemaker", "CreateModelPackage", given)["ModelPackageArn"]
    if "ApprovalDescription" in properties:  # only an update takes it
        about = {"ApprovalDescription": properties["ApprovalDescription"]}
        call("sagemaker", "UpdateModelPackage", about, ModelPackageArn=arn)
    return Made(arn, {"ModelPackageArn": arn, "ModelPackageStatus": "Completed"})


def _update(_place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in _FIXED):
        return None
    given = {name: new[name] for name in _CHANGEABLE if name in new}
    kept = new.get("CustomerMetadataProperties", {})
    lost = sorted(set(old.get("CustomerMetadataProperties", {})) - set(kept))
    call(
        "sagemaker",
        "UpdateModelPackage",
        given,
        ModelPackageArn=made.physical_id,
        CustomerMetadataPropertiesToRemove=lost,
    )
    return made


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("sagemaker").delete_model_package(ModelPackageName=made.physical_id)


def install() -> None:
    """Register the model package."""
    register(
        ResourceType(
            name="AWS::SageMaker::ModelPackage",
            attributes=("ModelPackageArn", "ModelPackageStatus"),
            honours=dict.fromkeys((*_FIXED, *_CHANGEABLE)),
            create=_create,
            update=_update,
            delete=_delete,
        )
    )
