"""What may a role with narrow grants do with buckets, tables and keys?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import allow, deny, document
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

LOGIC = "IAM User Guide, Policy evaluation logic"
S3_KEYS = "Service Authorization Reference, Amazon S3"
PUT = {"Key": "k", "Body": b"1"}


@truth("iam", LOGIC, ["denied", "denied", "denied"], needs="iam sts s3 sqs dynamodb")
def what_nothing_allows_is_denied(world: World) -> Any:
    """A request is denied unless a policy allows it."""
    nobody = world.actor()
    return [
        nobody.outcome("s3", "list_buckets"),
        nobody.outcome("sqs", "list_queues"),
        nobody.outcome("dynamodb", "list_tables"),
    ]


@truth("iam", LOGIC, ["done", "denied", "denied"], needs="iam sts s3")
def a_grant_holds_for_the_named_objects_and_action(world: World) -> Any:
    """An allowed action on one prefix allows neither another prefix nor another action."""
    bucket = world.bucket()
    writer = world.actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/in/*"))
    return [
        writer.outcome("s3", "put_object", Bucket=bucket, Key="in/a b%41+", Body=b"1"),
        writer.outcome("s3", "put_object", Bucket=bucket, Key="out/a", Body=b"1"),
        writer.outcome("s3", "get_object", Bucket=bucket, Key="in/a b%41+"),
    ]


@truth("iam", S3_KEYS, ["done", "denied", "denied"], needs="iam sts s3")
def a_list_without_the_granted_prefix_is_denied(world: World) -> Any:
    """A condition on s3:prefix does not hold for a request that names no prefix."""
    bucket = world.bucket()
    condition = {"StringLike": {"s3:prefix": "in/*"}}
    lister = world.actor(allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=condition))
    return [
        lister.outcome("s3", "list_objects_v2", Bucket=bucket, Prefix="in/x"),
        lister.outcome("s3", "list_objects_v2", Bucket=bucket, Prefix="out/"),
        lister.outcome("s3", "list_objects_v2", Bucket=bucket),
    ]


@truth("iam", "Amazon S3 API Reference, CopyObject: Permissions", ["denied", "done"],
       needs="iam sts s3")  # fmt: skip
def a_copy_reads_its_source(world: World) -> Any:
    """CopyObject needs s3:GetObject on the source besides s3:PutObject on the destination."""
    bucket = world.bucket()
    world.aws("s3").put_object(Bucket=bucket, Key="src", Body=b"1")
    write = allow("s3:PutObject", f"arn:aws:s3:::{bucket}/dst")
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/src")
    copy = {"Bucket": bucket, "Key": "dst", "CopySource": {"Bucket": bucket, "Key": "src"}}
    return [
        world.actor(write).outcome("s3", "copy_object", **copy),
        world.actor(write, read).outcome("s3", "copy_object", **copy),
    ]


@ministack_says(
    ["NoSuchKey", "NoSuchKey"],
    "GetObject's reference: without s3:ListBucket the answer is 403",
)
@truth("iam", "Amazon S3 API Reference, GetObject: Permissions", ["denied", "NoSuchKey"],
       needs="iam sts s3")  # fmt: skip
def who_may_not_list_does_not_learn_that_a_key_is_absent(world: World) -> Any:
    """A missing object is a 404 for callers with s3:ListBucket and a 403 for all others."""
    bucket = world.bucket()
    read = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    list_ = allow("s3:ListBucket", f"arn:aws:s3:::{bucket}")
    return [
        world.actor(read).outcome("s3", "get_object", Bucket=bucket, Key="none"),
        world.actor(read, list_).outcome("s3", "get_object", Bucket=bucket, Key="none"),
    ]


@truth("iam", "Amazon S3 API Reference, GetObject: Permissions; IAM reference of Amazon S3",
       ["denied", "denied", "done"], needs="iam sts s3")  # fmt: skip
def who_may_list_below_a_prefix_does_not_learn_that_a_key_is_absent(world: World) -> Any:
    """GetObject and HeadObject name no prefix, so that a grant for one does not tell of absence."""
    bucket = world.bucket()
    world.aws("s3").put_object(Bucket=bucket, Key="a/there", Body=b"1")
    condition = {"StringLike": {"s3:prefix": "a/*"}}
    reader = world.actor(
        allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*"),
        allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=condition),
    )
    at = {"Bucket": bucket, "Key": "a/none"}
    return [
        reader.outcome("s3", "get_object", **at),
        "denied" if reader.outcome("s3", "head_object", **at) in {"denied", "403"} else "told",
        reader.outcome("s3", "get_object", Bucket=bucket, Key="a/there"),
    ]


@truth("iam", "Amazon S3 API Reference, CopyObject: x-amz-tagging-directive, and Permissions",
       {"COPY": ["denied", "done"], "REPLACE": ["done", "done"]}, needs="iam sts s3")  # fmt: skip
def a_copy_of_a_tagged_object_needs_the_tags_rights(world: World) -> Any:
    """Tags are read and written with rights of their own, unless the copy leaves them behind."""
    bucket, s3 = world.bucket(), world.aws("s3")
    s3.put_object(Bucket=bucket, Key="tagged", Body=b"1", Tagging="team=blue")
    s3.put_object(Bucket=bucket, Key="plain", Body=b"1")
    copier = world.actor(allow(["s3:GetObject", "s3:PutObject"], f"arn:aws:s3:::{bucket}/*"),
                         allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"))  # fmt: skip
    return {
        directive: [
            copier.outcome(
                "s3",
                "copy_object",
                Bucket=bucket,
                Key="copy",
                CopySource={"Bucket": bucket, "Key": key},
                TaggingDirective=directive,
            )
            for key in ("tagged", "plain")
        ]
        for directive in ("COPY", "REPLACE")
    }


@ministack_says(
    ["denied"] * 3,
    "the guide's policies use s3:if-none-match; MiniStack denies what they grant",
)
@truth("iam", "Amazon S3 User Guide, Enforce conditional writes on buckets",
       ["done", "denied", "PreconditionFailed"], needs="iam sts s3")  # fmt: skip
def a_write_once_grant_needs_if_none_match(world: World) -> Any:
    """The key s3:if-none-match holds only for writes that carry the header."""
    bucket = world.bucket()
    condition = {"StringEquals": {"s3:if-none-match": "*"}}
    once = world.actor(allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Condition=condition))
    return [
        once.outcome("s3", "put_object", Bucket=bucket, **PUT, IfNoneMatch="*"),
        once.outcome("s3", "put_object", Bucket=bucket, **PUT),
        once.outcome("s3", "put_object", Bucket=bucket, **PUT, IfNoneMatch="*"),
    ]


@ministack_says(
    "DeleteObjects: AccessDenied",
    "the reference reports each key's error; MiniStack refuses the whole call",
)
@truth("iam", "Amazon S3 API Reference, DeleteObjects", [["a/1"], [("b/1", "AccessDenied")]],
       needs="iam sts s3")  # fmt: skip
def a_batch_of_deletions_is_decided_object_by_object(world: World) -> Any:
    """DeleteObjects deletes what the caller may delete and reports each refusal."""
    bucket = world.bucket()
    for key in ("a/1", "b/1"):
        world.aws("s3").put_object(Bucket=bucket, Key=key, Body=b"1")
    keeper = world.actor(allow("s3:DeleteObject", f"arn:aws:s3:::{bucket}/a/*"))
    asked = {"Objects": [{"Key": "a/1"}, {"Key": "b/1"}]}
    answer = keeper.aws("s3").delete_objects(Bucket=bucket, Delete=asked)
    refused = [(each["Key"], each["Code"]) for each in answer.get("Errors", [])]
    return [[each["Key"] for each in answer.get("Deleted", [])], refused]


@truth("iam", LOGIC, ["done", "denied", "done"], needs="iam sts s3")
def a_deny_wins_over_every_allow(world: World) -> Any:
    """An explicit deny overrides all allows."""
    bucket = world.bucket()
    where = f"arn:aws:s3:::{bucket}/*"
    careful = world.actor(allow("s3:*", where), deny("s3:DeleteObject", f"{where[:-1]}keep/*"))
    return [
        careful.outcome("s3", "put_object", Bucket=bucket, Key="keep/a", Body=b"1"),
        careful.outcome("s3", "delete_object", Bucket=bucket, Key="keep/a"),
        careful.outcome("s3", "delete_object", Bucket=bucket, Key="other"),
    ]


@ministack_says(
    ["done", "done"],
    "a session's aws:PrincipalArn is its role's (IAM guide, global keys); MiniStack lets it pass",
)
@truth("iam", "Amazon S3 User Guide, Bucket policies: examples", ["done", "denied"],
       needs="iam sts s3")  # fmt: skip
def a_bucket_policy_counts_with_its_conditions(world: World) -> Any:
    """A deny in a bucket policy refuses the callers its condition names, and nobody else."""
    bucket, role = world.bucket(), world.role(allow("s3:*"))
    other = world.actor(allow("s3:*"))
    named = {"ArnEquals": {"aws:PrincipalArn": role}}
    refusal = deny("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Principal="*", Condition=named)
    world.aws("s3").put_bucket_policy(Bucket=bucket, Policy=document(refusal))
    return [
        other.outcome("s3", "put_object", Bucket=bucket, **PUT),
        world.assume(role).outcome("s3", "put_object", Bucket=bucket, **PUT),
    ]


@truth("iam", LOGIC, ["denied", "done", "done", "done"], needs="iam s3")
def a_buckets_deny_binds_the_administrator(world: World) -> Any:
    """An explicit deny in a bucket's policy overrides every allow; the policy can be taken back."""
    bucket, s3 = world.bucket(), world.aws("s3")
    kept = f"arn:aws:s3:::{bucket}/kept/*"
    policy = document({**deny("s3:PutObject", kept), "Principal": "*"})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy)
    at = {"Bucket": bucket, "Key": "kept/a", "Body": b"1"}
    return [
        outcome(s3.put_object, **at),
        outcome(s3.put_object, **at | {"Key": "a"}),
        outcome(s3.delete_bucket_policy, Bucket=bucket),
        outcome(s3.put_object, **at),
    ]


@truth("iam", LOGIC, ["denied", "done"], needs="iam sqs")
def a_queues_deny_binds_the_administrator(world: World) -> Any:
    """An explicit deny in a queue's policy overrides every allow of the identity."""
    queue = world.queue()
    queue.set(Policy=document({**deny("sqs:SendMessage", queue.arn), "Principal": "*"}))
    sqs = world.aws("sqs")
    return [
        outcome(sqs.send_message, QueueUrl=queue.url, MessageBody="x"),
        outcome(sqs.receive_message, QueueUrl=queue.url),
    ]
