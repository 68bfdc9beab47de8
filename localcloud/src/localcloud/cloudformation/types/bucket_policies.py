"""What does AWS::S3::BucketPolicy become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import text
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)


def _put_policy(place: Place, _made: Made, properties: Properties) -> None:
    document = text(properties["PolicyDocument"])
    place.aws("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=document)


def _create_policy(place: Place, properties: Properties) -> Made:
    made = Made(properties["Bucket"])
    _put_policy(place, made, properties)
    return made


def _delete_policy(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("s3").delete_bucket_policy(Bucket=made.physical_id)


def install() -> None:
    """Register the bucket policy."""
    register(
        ResourceType(
            name="AWS::S3::BucketPolicy",
            honours={"Bucket": ANY, "PolicyDocument": ANY},
            create=_create_policy,
            update=applied(_put_policy, "Bucket"),
            delete=_delete_policy,
        )
    )
