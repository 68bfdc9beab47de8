"""What may somebody who does not sign?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import ACCOUNT, allow, document
from localcloud.truths.row import truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

ERRORS = "IAM User Guide, Common errors: MissingAuthenticationToken"
WORKFLOW = "Amazon S3 User Guide, How Amazon S3 authorizes a request"
BLOCKING = "Amazon S3 User Guide, Blocking public access to your Amazon S3 storage"
OPEN = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False
)


def opened(world: World, **settings: bool) -> str:
    """Make a bucket without Block Public Access but for these settings, in which ACLs count."""
    bucket, s3 = world.bucket(ObjectOwnership="ObjectWriter"), world.aws("s3")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={**OPEN, **settings})
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    return bucket


def tries(world: World, bucket: str, key: str = "k") -> list[str]:
    """Say what becomes of an unsigned read, write and list."""
    s3 = world.anybody("s3")
    return [
        outcome(s3.get_object, Bucket=bucket, Key=key),
        outcome(s3.put_object, Bucket=bucket, Key=key, Body=b"2"),
        outcome(s3.list_objects_v2, Bucket=bucket),
    ]


def everybody(bucket: str, *actions: str, **more: Any) -> str:
    """Return a policy that lets everybody do this."""
    names = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    return document({**allow([*actions], names, **more), "Principal": "*"})


@truth("iam", ERRORS, ["MissingAuthenticationToken"] * 2, needs="iam sts sns")
def an_unsigned_call_of_a_query_service_lacks_its_token(world: World) -> Any:
    """A call without a signature is refused with MissingAuthenticationToken."""
    return [
        outcome(world.anybody("sns").list_topics),
        outcome(world.anybody("iam").list_roles),
    ]


@truth("iam", "DynamoDB Developer Guide, Error handling: MissingAuthenticationTokenException",
       ["MissingAuthenticationTokenException"] * 3, needs="iam dynamodb sqs")  # fmt: skip
def an_unsigned_call_of_a_json_service_lacks_its_token(world: World) -> Any:
    """Services that speak JSON refuse a call without a signature by an exception of that name."""
    table = world.table()
    return [
        outcome(world.anybody("dynamodb").get_item, TableName=table, Key={"pk": {"S": "a"}}),
        outcome(world.anybody("dynamodb").delete_table, TableName=table),
        outcome(world.anybody("sqs").list_queues),
    ]


@truth("iam", WORKFLOW, ["denied"] * 3, needs="iam s3")
def an_unsigned_call_of_a_private_bucket_is_denied(world: World) -> Any:
    """Without a policy or ACL that says otherwise nobody unsigned reads, writes or lists."""
    bucket = world.bucket()
    world.aws("s3").put_object(Bucket=bucket, Key="k", Body=b"1")
    return tries(world, bucket)


@truth("iam", WORKFLOW, ["done", "denied", "done"], needs="iam s3")
def a_public_bucket_policy_lets_everybody_do_what_it_says(world: World) -> Any:
    """A policy whose principal is * lets unsigned calls do its actions, and no others."""
    bucket = opened(world)
    policy = everybody(bucket, "s3:GetObject", "s3:ListBucket")
    world.aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
    return tries(world, bucket)


@truth("iam", WORKFLOW, ["done", "denied", "denied"], needs="iam s3")
def a_public_acl_of_an_object_lets_everybody_read_it(world: World) -> Any:
    """An object's ACL public-read lets unsigned calls read that object."""
    bucket = opened(world)
    world.aws("s3").put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    return tries(world, bucket)


@truth("iam", WORKFLOW, ["denied", "done", "done"], needs="iam s3")
def a_public_acl_of_a_bucket_lets_everybody_list_and_write(world: World) -> Any:
    """A bucket's ACL public-read-write lets unsigned calls list and write, but not read objects."""
    bucket = opened(world)
    world.aws("s3").put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    return tries(world, bucket)


@truth("iam", BLOCKING, ["denied"] * 3, needs="iam s3")
def restricted_public_buckets_are_closed_to_everybody(world: World) -> Any:
    """RestrictPublicBuckets closes a bucket with a public policy to unsigned calls."""
    bucket = opened(world)
    s3, policy = world.aws("s3"), everybody(bucket, "s3:*")
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    restricted = {**OPEN, "RestrictPublicBuckets": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=restricted)
    return tries(world, bucket)


@truth("iam", BLOCKING, ["denied"] * 3, needs="iam s3")
def ignored_public_acls_grant_nothing(world: World) -> Any:
    """IgnorePublicAcls takes public ACLs of a bucket and its objects for none."""
    bucket = opened(world)
    s3 = world.aws("s3")
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read-write")
    s3.put_object_acl(Bucket=bucket, Key="k", ACL="public-read")
    ignored = {**OPEN, "IgnorePublicAcls": True}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=ignored)
    return tries(world, bucket)


@truth("iam", BLOCKING, ["denied", "done", "denied"], needs="iam s3")
def a_public_policy_is_not_stored_where_it_is_blocked(world: World) -> Any:
    """BlockPublicPolicy refuses a policy for everybody, unless a condition fixes who it is for."""
    bucket = opened(world, BlockPublicPolicy=True)
    conditions: list[dict[str, Any]] = [
        {},
        {"Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}}},
        {"Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    ]
    return [
        outcome(
            world.aws("s3").put_bucket_policy,
            Bucket=bucket,
            Policy=everybody(bucket, "s3:GetObject", **condition),
        )
        for condition in conditions
    ]


@truth("iam", BLOCKING, ["denied", "denied", "done"], needs="iam s3")
def a_public_acl_is_not_stored_where_it_is_blocked(world: World) -> Any:
    """BlockPublicAcls refuses public ACLs, and writes that bring one."""
    at = {"Bucket": opened(world, BlockPublicAcls=True), "Key": "k"}
    s3 = world.aws("s3")
    return [
        outcome(s3.put_object_acl, **at, ACL="public-read"),
        outcome(s3.put_object, **at, Body=b"1", ACL="public-read"),
        outcome(s3.put_object, **at, Body=b"1", ACL="private"),
    ]
