"""What do AWS::S3 resources become?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import places
from localcloud.cloudformation import bucket_notifications, canned_acls, lifecycle
from localcloud.cloudformation.api_parameters import flag, tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    created,
    register,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SHAPE = {
    "BucketName": ANY,
    "AccessControl": ANY,
    "VersioningConfiguration": {"Status": ANY},
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {
                "BucketKeyEnabled": ANY,
                "ServerSideEncryptionByDefault": {"SSEAlgorithm": ANY, "KMSMasterKeyID": ANY},
            }
        ]
    },
    "PublicAccessBlockConfiguration": dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    ),
    "LifecycleConfiguration": lifecycle.SHAPE,
    "ObjectLockEnabled": ANY,
    "ObjectLockConfiguration": {
        "ObjectLockEnabled": ANY,
        "Rule": {"DefaultRetention": {"Mode": ANY, "Days": ANY, "Years": ANY}},
    },
    "OwnershipControls": {"Rules": [{"ObjectOwnership": ANY}]},
    "NotificationConfiguration": bucket_notifications.SHAPE,
    "LoggingConfiguration": {"DestinationBucketName": ANY, "LogFilePrefix": ANY},
    "Tags": ANY,
}


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("BucketName") or place.generated(63).lower()
    locked = flag(properties.get("ObjectLockEnabled", False))
    settings = places.bucket_settings(place.region)
    place.aws("s3").create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked, **settings)
    domain = f"{name}.s3.amazonaws.com"
    return Made(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": domain,
            "RegionalDomainName": f"{name}.s3.{place.region}.amazonaws.com",
            "DualStackDomainName": f"{name}.s3.dualstack.{place.region}.amazonaws.com",
            "WebsiteURL": f"http://{name}.s3-website-{place.region}.amazonaws.com",
        },
    )


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("s3").delete_bucket(Bucket=made.physical_id)


def _apply(place: Place, made: Made, properties: Properties) -> None:
    s3, bucket = place.aws("s3"), made.physical_id
    for name, apply in _APPLIERS.items():
        if properties.get(name) is not None:
            apply(s3, bucket, properties[name])


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if any(old.get(name) != new.get(name) for name in ("BucketName", "ObjectLockEnabled")):
        return None
    s3, bucket = place.aws("s3"), made.physical_id
    for name, remove in _REMOVERS.items():
        if name in old and name not in new:
            remove(s3, bucket)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    _apply(place, made, changed)
    return made


def _encrypt(s3: Any, bucket: str, value: Properties) -> None:
    rules = [_encryption(rule) for rule in value["ServerSideEncryptionConfiguration"]]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _encryption(rule: Properties) -> Properties:
    made: Properties = {"BucketKeyEnabled": flag(rule.get("BucketKeyEnabled", False))}
    if "ServerSideEncryptionByDefault" in rule:
        made["ApplyServerSideEncryptionByDefault"] = rule["ServerSideEncryptionByDefault"]
    return made


def _block(s3: Any, bucket: str, value: Properties) -> None:
    flags = {name: flag(given) for name, given in value.items()}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=flags)


def _lock(s3: Any, bucket: str, value: Properties) -> None:
    configuration: Properties = {"ObjectLockEnabled": "Enabled"}
    retention = value.get("Rule", {}).get("DefaultRetention")
    if retention:
        numbers = {name: int(retention[name]) for name in ("Days", "Years") if name in retention}
        configuration["Rule"] = {"DefaultRetention": {"Mode": retention["Mode"], **numbers}}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


def _log(s3: Any, bucket: str, value: Properties) -> None:
    target = {
        "TargetBucket": value.get("DestinationBucketName", bucket),
        "TargetPrefix": value.get("LogFilePrefix", ""),
    }
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": target})


def _tag(s3: Any, bucket: str, value: list[Properties]) -> None:
    pairs = [{"Key": key, "Value": item} for key, item in tags({"Tags": value}).items()]
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": pairs})


_APPLIERS: dict[str, Callable[[Any, str, Any], object]] = {
    "VersioningConfiguration": lambda s3, bucket, value: s3.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration=value
    ),
    "BucketEncryption": _encrypt,
    "PublicAccessBlockConfiguration": _block,
    "LifecycleConfiguration": lambda s3, bucket, value: s3.put_bucket_lifecycle_configuration(
        Bucket=bucket, LifecycleConfiguration={"Rules": lifecycle.rules(value)}
    ),
    "ObjectLockConfiguration": _lock,
    "OwnershipControls": lambda s3, bucket, value: s3.put_bucket_ownership_controls(
        Bucket=bucket, OwnershipControls=value
    ),
    "AccessControl": canned_acls.apply,
    "NotificationConfiguration": bucket_notifications.configure,
    "LoggingConfiguration": _log,
    "Tags": _tag,
}
_REMOVERS: dict[str, Callable[[Any, str], object]] = {
    "VersioningConfiguration": lambda s3, bucket: s3.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    ),
    "BucketEncryption": lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket),
    "PublicAccessBlockConfiguration": lambda s3, bucket: s3.delete_public_access_block(
        Bucket=bucket
    ),
    "LifecycleConfiguration": lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket),
    "OwnershipControls": lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    "AccessControl": canned_acls.remove,
    "NotificationConfiguration": lambda s3, bucket: bucket_notifications.configure(s3, bucket, {}),
    "LoggingConfiguration": lambda s3, bucket: s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={}
    ),
    "Tags": lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket),
}


def install() -> None:
    """Register the bucket."""
    register(
        ResourceType(
            name="AWS::S3::Bucket",
            attributes=(
                "Arn",
                "DomainName",
                "RegionalDomainName",
                "DualStackDomainName",
                "WebsiteURL",
            ),
            honours=_SHAPE,
            create=created(_create, _apply, _delete),
            update=_update,
            delete=_delete,
            refuses=bucket_notifications.refuses,
        )
    )
