"""With which keys and tags are a bucket's objects stored?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.s3.exceptions import S3ClientError

from localcloud.iam import managed
from localcloud.iam.resources import GLOBAL, backend, bucket_of


def key_arn(key: str, account: str, region: str) -> str:
    """Spell the ARN of a key named by id, ARN or alias, also of one that does not exist."""
    if key.startswith("arn:"):
        _, _, _, region, account, resource = key.split(":", 5)
        key = resource.removeprefix("key/")
    store = backend("kms", account, region)
    identifier = store.get_key_id(key)
    if "alias/" in key:
        identifier = store.get_key_id_from_alias(key) or identifier
    return f"arn:aws:kms:{region}:{account}:key/{identifier}"


def bucket_key(account: str, bucket: str) -> str | None:
    """Return the customer key a bucket encrypts with by default."""
    return (
        _encryption(account, bucket)
        .get("ApplyServerSideEncryptionByDefault", {})
        .get("KMSMasterKeyID")
    )


def key_of_s3(account: str, region: str) -> str:
    """Return the ARN of the key under which S3 stores what is to be under a key without a name."""
    store = backend("kms", account, region)
    return str(managed.adopted(store.keys[store.get_key_id_from_alias(managed.S3)]).arn)


def is_unnamed(account: str, bucket: str, headers: Mapping[str, Any]) -> bool:
    """Tell whether a write asks for a key and names none, by its *headers* or by the bucket's rule.

    The bucket's key is for writes that ask for no encryption of their own.
    """
    if headers.get("x-amz-server-side-encryption-aws-kms-key-id"):
        return False
    if asked := headers.get("x-amz-server-side-encryption"):
        return bool(asked == "aws:kms")
    rule = _encryption(account, bucket).get("ApplyServerSideEncryptionByDefault", {})
    return rule.get("SSEAlgorithm") == "aws:kms" and not rule.get("KMSMasterKeyID")


def bucket_key_enabled(account: str, bucket: str) -> bool:
    """Whether one data key serves the whole bucket (S3 Bucket Keys)."""
    return str(_encryption(account, bucket).get("BucketKeyEnabled", "")).lower() == "true"


def _encryption(account: str, bucket: str) -> dict[str, Any]:
    rule = (getattr(bucket_of(account, bucket), "encryption", None) or {}).get("Rule") or {}
    return rule[0] if isinstance(rule, list) else rule


def _object(account: str, bucket: str, key: str, version: str | None = None) -> Any:
    try:
        return backend("s3", account, GLOBAL).get_object(bucket, key, version_id=version)
    except S3ClientError:
        return None  # no such bucket: S3 itself will say so


def object_exists(account: str, bucket: str, key: str) -> bool:
    """Whether the current version of the object is there (or the bucket itself is not)."""
    return bucket_of(account, bucket) is None or _object(account, bucket, key) is not None


def object_key(account: str, bucket: str, key: str, version: str | None) -> str | None:
    """Return the customer key that an object was written with."""
    found = _object(account, bucket, key, version)
    if found is None or found.encryption != "aws:kms":
        return None
    return str(found.kms_key_id) if found.kms_key_id else None


def object_tags(account: str, bucket: str, key: str) -> dict[str, str]:
    """Return the object's tags as s3:ExistingObjectTag conditions."""
    found = _object(account, bucket, key)
    if found is None:
        return {}
    held = backend("s3", account, GLOBAL).tagger.get_tag_dict_for_resource(found.arn)
    return {f"s3:ExistingObjectTag/{name}": value for name, value in held.items()}
