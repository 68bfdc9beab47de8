"""What does an S3 call need?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote

from localcloud.iam import encryption
from localcloud.iam.requests.call import Call, Want

_BUCKET_PARTS = {
    "uploads": "ListBucketMultipartUploads",
    "versions": "ListBucketVersions",
    "location": "GetBucketLocation",
    "policyStatus": "GetBucketPolicyStatus",
    "lifecycle": "{}LifecycleConfiguration",
    "versioning": "{}BucketVersioning",
    "policy": "{}BucketPolicy",
    "website": "{}BucketWebsite",
    "acl": "{}BucketAcl",
    "tagging": "{}BucketTagging",
    "logging": "{}BucketLogging",
    "cors": "{}BucketCORS",
    "notification": "{}BucketNotification",
    "accelerate": "{}AccelerateConfiguration",
    "publicAccessBlock": "{}BucketPublicAccessBlock",
    "encryption": "{}EncryptionConfiguration",
    "object-lock": "{}BucketObjectLockConfiguration",
    "replication": "{}ReplicationConfiguration",
    "ownershipControls": "{}BucketOwnershipControls",
    "inventory": "{}InventoryConfiguration",
    "requestPayment": "{}BucketRequestPayment",
}
_BUCKET_DELETES = {"policy": "DeleteBucketPolicy", "website": "DeleteBucketWebsite"}
_OBJECT_PARTS = {"acl": "Acl", "tagging": "Tagging", "retention": "Retention"}
_OBJECT_PARTS |= {"legal-hold": "LegalHold", "attributes": "Attributes", "torrent": "Torrent"}
_VERSIONED = {"", "Acl", "Tagging", "Attributes", "Torrent"}
_CONTEXT_QUERY = ("prefix", "delimiter", "max-keys", "versionId")


def wants(call: Call) -> Iterator[Want]:
    """Every permission an S3 call needs, the encrypting key's included."""
    if not call.bucket:
        yield Want("s3:ListAllMyBuckets", "arn:aws:s3:::*")
    elif not call.key:
        yield from _bucket(call)
    else:
        yield from _object(call)


def _context(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {
        f"s3:{name}": value for name, value in call.headers.items() if name.startswith("x-amz-")
    }
    found |= {f"s3:{name}": call.query[name] for name in _CONTEXT_QUERY if name in call.query}
    for name in ("if-none-match", "if-match"):
        if name in call.headers:
            found[f"s3:{name}"] = call.headers[name]
    tags = dict(parse_qsl(call.headers.get("x-amz-tagging", ""), keep_blank_values=True))
    found |= {f"s3:RequestObjectTag/{key}": value for key, value in tags.items()}
    if tags:
        found["s3:RequestObjectTagKeys"] = [*tags]
    return found


def _bucket(call: Call) -> Iterator[Want]:
    arn = f"arn:aws:s3:::{call.bucket}"
    if call.method == "POST":
        return  # DeleteObjects (asked object by object) and browser forms
    yield Want(f"s3:{_bucket_action(call)}", arn, _context(call))


def _bucket_action(call: Call) -> str:
    default = {"PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(call.method, "ListBucket")
    part = next((name for name in _BUCKET_PARTS if name in call.query), None)
    if part is None:
        return default
    if call.method == "DELETE" and part in _BUCKET_DELETES:
        return _BUCKET_DELETES[part]
    return _BUCKET_PARTS[part].format("Get" if call.method == "GET" else "Put")


def _object(call: Call) -> Iterator[Want]:
    arn = f"arn:aws:s3:::{call.bucket}/{call.key}"
    context = _context(call) | encryption.object_tags(call.account, call.bucket, call.key)
    action = _object_action(call)
    yield Want(f"s3:{action}", arn, context)
    if call.headers.get("x-amz-bypass-governance-retention", "").lower() == "true":
        yield Want("s3:BypassGovernanceRetention", arn, context)
    if call.method in {"GET", "HEAD"} and action.startswith("GetObject"):
        yield from _reading(call, arn, action)
    if action == "PutObject":
        yield from _writing(call, arn, context)


def _object_action(call: Call) -> str:
    if "uploadId" in call.query and call.method in {"GET", "DELETE"}:
        return "ListMultipartUploadParts" if call.method == "GET" else "AbortMultipartUpload"
    if call.method == "POST":
        return {"restore": "RestoreObject", "select": "GetObject"}.get(
            next((part for part in ("restore", "select") if part in call.query), ""), "PutObject"
        )
    verb = {"PUT": "Put", "DELETE": "Delete"}.get(call.method, "Get")
    part = next((_OBJECT_PARTS[name] for name in _OBJECT_PARTS if name in call.query), "")
    version = "Version" if "versionId" in call.query and part in _VERSIONED else ""
    return f"{verb}Object{version}{part}"


def _reading(call: Call, arn: str, action: str) -> Iterator[Want]:
    """Ask for the content's key; who may not list does not learn that a key is absent.

    The call names no prefix: whoever may list below one only may not list by it.
    """
    if action.endswith("Attributes"):
        yield Want("s3:GetObject", arn)
    if not encryption.object_exists(call.account, call.bucket, call.key):
        yield Want("s3:ListBucket", f"arn:aws:s3:::{call.bucket}")
    elif action in {"GetObject", "GetObjectVersion"}:
        yield from _key_of_object(call, call.bucket, call.key, call.query.get("versionId"))


def _writing(call: Call, arn: str, context: dict[str, Any]) -> Iterator[Want]:
    for header, action in (
        ("x-amz-tagging", "PutObjectTagging"),
        ("x-amz-acl", "PutObjectAcl"),
        ("x-amz-object-lock-mode", "PutObjectRetention"),
        ("x-amz-object-lock-legal-hold", "PutObjectLegalHold"),
    ):
        if header in call.headers:
            yield Want(f"s3:{action}", arn, context)
    if source := call.headers.get("x-amz-copy-source"):
        yield from _copying(call, source)
    given = call.headers.get("x-amz-server-side-encryption-aws-kms-key-id")
    algorithm = call.headers.get("x-amz-server-side-encryption")
    default = None if algorithm else encryption.bucket_key(call.account, call.bucket)
    if key := given or default:
        yield _kms(call, "GenerateDataKey", key, call.bucket, call.key)
        if "uploadId" in call.query:  # parts are decrypted to be assembled
            yield _kms(call, "Decrypt", key, call.bucket, call.key)


def under_s3s_key(call: Call, account: str) -> Want | None:
    """Tell what a write needs that is to be under a key and names none: S3's own of the writer's.

    *account* is the writer's, who may be a stranger in the bucket's.
    """
    writes = bool(call.bucket and call.key) and _object_action(call) == "PutObject"
    if not writes or not encryption.is_unnamed(call.account, call.bucket, call.headers):
        return None
    key = encryption.key_of_s3(account, call.region)
    return _kms(call, "GenerateDataKey", key, call.bucket, call.key)


def _copying(call: Call, source: str) -> Iterator[Want]:
    path, _, version = source.lstrip("/").partition("?versionId=")
    bucket, _, key = unquote(path).partition("/")
    suffix = "Version" if version else ""
    tags = encryption.object_tags(call.account, bucket, key)
    yield Want(f"s3:GetObject{suffix}", f"arn:aws:s3:::{bucket}/{key}", tags)
    if tags and call.headers.get("x-amz-tagging-directive", "COPY") == "COPY":
        yield Want(f"s3:GetObject{suffix}Tagging", f"arn:aws:s3:::{bucket}/{key}", tags)
        yield Want("s3:PutObjectTagging", f"arn:aws:s3:::{call.bucket}/{call.key}")
    yield from _key_of_object(call, bucket, key, version or None)


def _key_of_object(call: Call, bucket: str, key: str, version: str | None) -> Iterator[Want]:
    if used := encryption.object_key(call.account, bucket, key, version):
        yield _kms(call, "Decrypt", used, bucket, key)


def _kms(call: Call, action: str, key: str, bucket: str, name: str) -> Want:
    arn = encryption.key_arn(key, call.account, call.region)
    context = {"kms:ViaService": f"s3.{call.region}.amazonaws.com"}
    whole = encryption.bucket_key_enabled(call.account, bucket)
    context["kms:EncryptionContext:aws:s3:arn"] = f"arn:aws:s3:::{bucket}" + (
        "" if whole else f"/{name}"
    )
    return Want(f"kms:{action}", arn, context)


def deleting(call: Call, key: str, version: str | None) -> list[Want]:
    """Tell what one object of a DeleteObjects call needs."""
    suffix = "Version" if version else ""
    arn = f"arn:aws:s3:::{call.bucket}/{key}"
    tags = encryption.object_tags(call.account, call.bucket, key)
    found = [
        Want(f"s3:DeleteObject{suffix}", arn, tags | ({"s3:versionId": version} if version else {}))
    ]
    if call.headers.get("x-amz-bypass-governance-retention", "").lower() == "true":
        found.append(Want("s3:BypassGovernanceRetention", arn, tags))
    return found
