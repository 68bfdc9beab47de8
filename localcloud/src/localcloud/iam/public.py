"""What does a bucket offer to somebody who has not signed?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from moto.s3.models import ALL_USERS_GRANTEE, FakeAcl

from localcloud.iam import resources
from localcloud.iam.conditions import listed
from localcloud.iam.policy import Document, Effect, Principal, evaluate, parse
from localcloud.iam.requests.call import Call, Want
from localcloud.places import Place

_FIXING = {
    "aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner",
    "aws:sourceaccount", "aws:userid", "aws:principalarn", "aws:principalaccount",
    "aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths",
    "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
}  # fmt: skip
"""Condition keys with fixed values of which a statement for everybody is not a public one."""
_SETTING = "block public access setting"
_PUBLIC_ACLS = {"public-read", "public-read-write", "authenticated-read"}
_GROUPS = ("groups/global/AllUsers", "groups/global/AuthenticatedUsers")
_BUCKET_GRANTS = {
    "READ": {"ListBucket", "ListBucketVersions", "ListBucketMultipartUploads"},
    "WRITE": {"PutObject"},
    "READ_ACP": {"GetBucketAcl"},
    "WRITE_ACP": {"PutBucketAcl"},
}
_OBJECT_GRANTS = {
    "READ": {"GetObject", "GetObjectVersion"},
    "READ_ACP": {"GetObjectAcl", "GetObjectVersionAcl"},
    "WRITE_ACP": {"PutObjectAcl", "PutObjectVersionAcl"},
}


def blocks(bucket: Any, setting: str) -> bool:
    """Whether Block Public Access of a bucket has this *setting*, e.g. ``ignore_public_acls``."""
    return str(getattr(bucket.public_access_block, setting, "")).lower() == "true"


def policy_is_public(policy: Document) -> bool:
    """Whether a bucket's policy grants anything to everybody, as S3 understands it."""
    return any(map(_statement_is_public, listed(policy.get("Statement", []))))


def _document(text: str) -> Document:
    """Read a policy; one that is none is refused later, in its own words."""
    try:
        found = parse(text)
    except ValueError:
        return {}
    return found if all(isinstance(s, dict) for s in listed(found.get("Statement", []))) else {}


def _statement_is_public(statement: Mapping[str, Any]) -> bool:
    if statement.get("Effect") != "Allow":
        return False
    who = statement.get("Principal", {"AWS": "*"})  # NotPrincipal means nearly everybody
    if who != "*" and "*" not in listed(who.get("AWS", [])):
        return False
    return not any(
        key.lower() in _FIXING and not any("*" in str(value) for value in listed(values))
        for keys in statement.get("Condition", {}).values()
        for key, values in keys.items()
    )


def blocked(call: Call, body: str | bytes) -> str:
    """Say by which setting a bucket blocks the public policy or ACL that a call brings."""
    bucket = resources.bucket_of(call.account, call.bucket)
    if bucket is None or call.method not in {"PUT", "POST"}:
        return ""
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    if "policy" in call.query and not call.key:
        if blocks(bucket, "block_public_policy") and policy_is_public(_document(text)):
            return f"because public policies are blocked by the BlockPublicPolicy {_SETTING}"
    elif blocks(bucket, "block_public_acls") and _brings_public_acl(call, text):
        return f"because public ACLs are blocked by the BlockPublicAcls {_SETTING}"
    return ""


def _brings_public_acl(call: Call, body: str) -> bool:
    grants = [text for name, text in call.headers.items() if name.startswith("x-amz-grant-")]
    grants += [body] if "acl" in call.query else []
    return call.headers.get("x-amz-acl") in _PUBLIC_ACLS or any(
        group in grant for grant in grants for group in _GROUPS
    )


def for_strangers(want: Want, documents: list[Document]) -> list[Document]:
    """Return what counts of a resource's policies for callers of no account, or of another.

    Of a public bucket policy that is nothing where RestrictPublicBuckets is set.
    """
    is_s3, bucket = want.action.startswith("s3:"), want.resource.partition(":::")[2]
    held = resources.bucket_of("", bucket.partition("/")[0]) if is_s3 else None
    if held is None or not blocks(held, "restrict_public_buckets"):
        return documents
    return [] if any(map(policy_is_public, documents)) else documents


def allows(bucket: Any, want: Want, place: Place, context: Mapping[str, Any]) -> bool:
    """Whether a bucket's policy or an ACL allows it, and Block Public Access does not forbid it."""
    documents = for_strangers(want, resources.policies(want.resource, place))
    effect = evaluate(documents, want.action, want.resource, context, Principal())
    if effect is Effect.SILENT and want.action.startswith("s3:"):
        return _acl_allows(bucket, want)
    return effect is Effect.ALLOW


def _acl_allows(bucket: Any, want: Want) -> bool:
    enforced = "BucketOwnerEnforced" in str(bucket.ownership_rule or "")
    if enforced or blocks(bucket, "ignore_public_acls"):
        return False
    key = want.resource.partition("/")[2]
    action = want.action.removeprefix("s3:")
    if not key or action == "PutObject":
        return action in _granted(bucket.acl, _BUCKET_GRANTS)
    held = bucket.keys.get(key)
    return held is not None and action in _granted(held.acl, _OBJECT_GRANTS)


def _granted(acl: FakeAcl | None, grants: Mapping[str, Iterable[str]]) -> set[str]:
    """Return the actions that an ACL grants to everybody."""
    given = {
        permission
        for grant in (acl.grants if acl else [])
        if ALL_USERS_GRANTEE in grant.grantees
        for permission in listed(grant.permissions)
    }
    every = "FULL_CONTROL" in given
    return {action for name, held in grants.items() if every or name in given for action in held}
