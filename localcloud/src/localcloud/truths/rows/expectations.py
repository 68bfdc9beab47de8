"""What becomes of a call that expects another owner or another version than there is?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

OTHER = "999999999999"


@truth("s3", "Amazon S3 API Reference, PutObject: x-amz-expected-bucket-owner",
       ["denied", "NoSuchKey", "denied", "denied"])  # fmt: skip
def a_bucket_of_another_owner_is_left_alone(world: World) -> Any:
    """If the account ID that you provide does not match the actual owner of the bucket, the request
    fails with the HTTP status code 403 Forbidden."""
    bucket, s3 = world.bucket(), world.aws("s3")
    at, expecting = {"Bucket": bucket, "Key": "k"}, {"ExpectedBucketOwner": OTHER}
    refused = outcome(s3.put_object, **at, Body=b"1", **expecting)
    unwritten = outcome(s3.get_object, **at)
    s3.put_object(**at, Body=b"1")
    return [
        refused,
        unwritten,
        outcome(s3.list_objects_v2, Bucket=bucket, **expecting),
        outcome(
            s3.copy_object,
            Bucket=bucket,
            Key="copy",
            CopySource={"Bucket": bucket, "Key": "k"},
            ExpectedSourceBucketOwner=OTHER,
        ),
    ]


@truth("s3", "Amazon S3 API Reference, PutObject: x-amz-expected-bucket-owner", "done")
def a_bucket_of_the_owner_that_is_expected_is_written(world: World) -> Any:
    """The account ID of the expected bucket owner."""
    bucket, s3 = world.bucket(), world.aws("s3")
    account = world.aws("sts").get_caller_identity()["Account"]
    return outcome(s3.put_object, Bucket=bucket, Key="k", Body=b"1", ExpectedBucketOwner=account)


@truth("glue", "Glue API Reference, UpdateTable: VersionId",
       ["done", "ConcurrentModificationException", "first"])  # fmt: skip
def who_comes_second_with_a_table_does_not_undo_the_first(world: World) -> Any:
    """VersionId: the version ID at which to update the table contents."""
    glue, name = world.aws("glue"), world.name()
    glue.create_database(DatabaseInput={"Name": name})
    at = {"DatabaseName": name}
    glue.create_table(**at, TableInput={"Name": "t"})
    version = glue.get_table(**at, Name="t")["Table"]["VersionId"]
    writes = [
        outcome(
            glue.update_table,
            **at,
            TableInput={"Name": "t", "Parameters": {"writer": writer}},
            VersionId=version,
        )
        for writer in ("first", "second")
    ]
    return [*writes, glue.get_table(**at, Name="t")["Table"]["Parameters"]["writer"]]
