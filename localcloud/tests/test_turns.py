"""AWS says / we say: whoever writes one object at the same time as others is answered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

TOGETHER, TIMES = 8, 20
BODY = bytes(1 << 19)  # digests of it are made while others go on


@pytest.fixture(scope="module")
def bucket(cloud):
    cloud.aws("s3").create_bucket(Bucket="turns")
    return "turns"


def together(*calls):
    """Make each call many times, side by side; return the errors."""

    def often(call):
        found = []
        for number in range(TIMES):
            try:
                call(number)
            except ClientError as error:
                found.append(error.response["Error"]["Code"])
        return found

    with ThreadPoolExecutor(len(calls)) as pool:
        return [error for errors in pool.map(often, calls) for error in errors]


def test_all_who_put_one_key_at_once_are_answered(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(TOGETHER)]
    puts = [lambda _, each=each: each.put_object(Bucket=bucket, Key="k", Body=BODY) for each in s3]
    assert together(*puts) == []


def test_who_reads_copies_or_deletes_meanwhile_is_answered_too(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(6)]
    at = {"Bucket": bucket, "Key": "m"}
    s3[0].put_object(**at, Body=b"1")
    errors = together(
        lambda _: s3[0].put_object(**at, Body=BODY),
        lambda _: s3[1].put_object(**at, Body=BODY),
        lambda _: s3[2].get_object(**at)["Body"].read(),
        lambda _: s3[3].copy_object(Bucket=bucket, Key="copy", CopySource=at),
        lambda _: s3[4].head_object(**at),
        lambda _: s3[5].delete_object(**at),
    )
    assert set(errors) <= {"NoSuchKey", "404"}


def test_one_of_all_who_write_a_key_if_it_is_new_succeeds(cloud, bucket):
    s3 = [cloud.session().client("s3") for _ in range(TOGETHER)]
    puts = [
        lambda number, each=each: each.put_object(
            Bucket=bucket, Key=f"new-{number}", Body=BODY, IfNoneMatch="*"
        )
        for each in s3
    ]
    assert together(*puts) == ["PreconditionFailed"] * (TOGETHER - 1) * TIMES
