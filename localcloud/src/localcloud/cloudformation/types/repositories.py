"""What does AWS::ECR::Repository become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import flag, tags, text
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    created,
    register,
)

_SHAPE = {
    "RepositoryName": ANY,
    "ImageTagMutability": ANY,
    "ImageScanningConfiguration": {"ScanOnPush": ANY},
    "EncryptionConfiguration": {"EncryptionType": ANY, "KmsKey": ANY},
    "LifecyclePolicy": {"LifecyclePolicyText": ANY},
    "RepositoryPolicyText": ANY,
    "EmptyOnDelete": ANY,
    "Tags": ANY,
}
NAME_LENGTH = 256
_FIXED = ("RepositoryName", "EncryptionConfiguration")


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("RepositoryName") or place.generated(NAME_LENGTH).lower()
    more = {}
    if "EncryptionConfiguration" in properties:
        encryption = properties["EncryptionConfiguration"]
        names = {"EncryptionType": "encryptionType", "KmsKey": "kmsKey"}
        more["encryptionConfiguration"] = {names[key]: encryption[key] for key in encryption}
    made = place.aws("ecr").create_repository(repositoryName=name, **more)["repository"]
    return Made(name, {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]})


def _apply(place: Place, made: Made, properties: Properties) -> None:
    ecr, name = place.aws("ecr"), made.physical_id
    ecr.put_image_tag_mutability(
        repositoryName=name, imageTagMutability=properties.get("ImageTagMutability", "MUTABLE")
    )
    scanning = properties.get("ImageScanningConfiguration", {})
    ecr.put_image_scanning_configuration(
        repositoryName=name,
        imageScanningConfiguration={"scanOnPush": flag(scanning.get("ScanOnPush", False))},
    )
    if "LifecyclePolicy" in properties:
        document = properties["LifecyclePolicy"]["LifecyclePolicyText"]
        ecr.put_lifecycle_policy(repositoryName=name, lifecyclePolicyText=document)
    if "RepositoryPolicyText" in properties:
        policy = text(properties["RepositoryPolicyText"])
        ecr.set_repository_policy(repositoryName=name, policyText=policy)
    wanted = [{"Key": key, "Value": value} for key, value in tags(properties).items()]
    if wanted:
        ecr.tag_resource(resourceArn=made.attributes["Arn"], tags=wanted)


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in _FIXED):
        return None
    ecr, name = place.aws("ecr"), made.physical_id
    if "LifecyclePolicy" in old and "LifecyclePolicy" not in new:
        ecr.delete_lifecycle_policy(repositoryName=name)
    if "RepositoryPolicyText" in old and "RepositoryPolicyText" not in new:
        ecr.delete_repository_policy(repositoryName=name)
    lost = sorted(set(tags(old)) - set(tags(new)))
    if lost:
        ecr.untag_resource(resourceArn=made.attributes["Arn"], tagKeys=lost)
    _apply(place, made, new)
    return made


def _delete(place: Place, made: Made, properties: Properties) -> None:
    force = flag(properties.get("EmptyOnDelete", False))
    place.aws("ecr").delete_repository(repositoryName=made.physical_id, force=force)


def install() -> None:
    """Register the repository of container images."""
    register(
        ResourceType(
            name="AWS::ECR::Repository",
            attributes=("Arn", "RepositoryUri"),
            honours=_SHAPE,
            create=created(_create, _apply, _delete),
            update=_update,
            delete=_delete,
        )
    )
