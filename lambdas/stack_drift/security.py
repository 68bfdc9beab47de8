"""How are roles, policies, keys and buckets read?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import aws
from factory.errors import NotFound
from factory.stack_drift.deployed import Resource


def role(resource: Resource) -> dict[str, Any]:
    """Read who may take a role, and every policy that it has."""
    name = resource.name
    mine = {"RoleName": name}
    found = aws.ask("iam", "get_role", name, **mine)["Role"]
    attached = list(aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", **mine))
    own = list(aws.pages("iam", "list_role_policies", "PolicyNames", **mine))
    return {
        **found,
        "ManagedPolicyArns": [each["PolicyArn"] for each in attached],
        "PermissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "Policies": {each: _own(name, each) for each in own},
    }


def _own(name: str, policy: str) -> Mapping[str, Any]:
    found = aws.ask("iam", "get_role_policy", name, RoleName=name, PolicyName=policy)
    document: Mapping[str, Any] = found["PolicyDocument"]
    return document


def managed_policy(resource: Resource) -> dict[str, Any]:
    """Read the version of a policy that is in force."""
    arn = resource.physical_id
    version = aws.ask("iam", "get_policy", arn, PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = aws.ask("iam", "get_policy_version", arn, PolicyArn=arn, VersionId=version)
    return {"PolicyDocument": found["PolicyVersion"]["Document"]}


def key(resource: Resource) -> dict[str, Any]:
    """Read whether a key can be used, and who may use it."""
    key_id = resource.physical_id
    found = aws.ask("kms", "describe_key", key_id, KeyId=key_id)["KeyMetadata"]
    policy = aws.ask("kms", "get_key_policy", key_id, KeyId=key_id, PolicyName="default")
    turned = aws.ask("kms", "get_key_rotation_status", key_id, KeyId=key_id)
    return {
        "Enabled": found["Enabled"],
        "EnableKeyRotation": turned["KeyRotationEnabled"],
        "KeyPolicy": json.loads(policy["Policy"]),
    }


def bucket(resource: Resource) -> dict[str, Any]:
    """Read who may use a bucket, and what it keeps. Only what was deployed with one has a lock."""
    name = resource.name
    found: dict[str, Any] = {
        "VersioningConfiguration": {
            "Status": aws.ask("s3", "get_bucket_versioning", name, Bucket=name).get("Status")
        }
    }
    policy = _unless_absent(lambda: aws.ask("s3", "get_bucket_policy", name, Bucket=name))
    found["Policy"] = json.loads(policy["Policy"]) if policy else None
    public = _unless_absent(lambda: aws.ask("s3", "get_public_access_block", name, Bucket=name))
    found["PublicAccessBlockConfiguration"] = public.get("PublicAccessBlockConfiguration")
    if resource.properties.get("ObjectLockConfiguration"):
        lock = aws.ask("s3", "get_object_lock_configuration", name, Bucket=name)
        found["ObjectLockConfiguration"] = _lock(lock["ObjectLockConfiguration"])
    return found


def _lock(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lock with its period in the one unit that it is said in: days, or years."""
    retention = found.get("Rule", {}).get("DefaultRetention", {})
    said = {name: value for name, value in retention.items() if value}
    return {**found, "Rule": {"DefaultRetention": said}} if said else {**found}


def _unless_absent(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what a bucket has; nothing where S3 says that it has none."""
    try:
        return read()
    except NotFound:
        return {}
