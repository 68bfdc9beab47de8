from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def locked(cloud, build):
    """Build a bucket with Object Lock and put one object that is kept for ten days."""

    def make(mode):
        stack = build(
            {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"ObjectLockEnabled": True}}}
        )
        cloud.aws("s3").put_object(
            Bucket=stack["Bucket"],
            Key="k",
            Body=b"kept",
            ObjectLockMode=mode,
            ObjectLockRetainUntilDate=in_days(cloud, 10),
        )
        return stack["Bucket"]

    return make


def in_days(cloud, days):
    return datetime.fromtimestamp(cloud.now(), UTC) + timedelta(days=days)


def retain(cloud, bucket, mode, days, **more):
    cloud.aws("s3").put_object_retention(
        Bucket=bucket,
        Key="k",
        Retention={"Mode": mode, "RetainUntilDate": in_days(cloud, days)},
        **more,
    )


def test_a_retention_can_be_extended(cloud, locked):
    bucket = locked("COMPLIANCE")
    retain(cloud, bucket, "COMPLIANCE", 20)
    until = cloud.aws("s3").get_object_retention(Bucket=bucket, Key="k")["Retention"]
    assert until["RetainUntilDate"] > in_days(cloud, 19)


@pytest.mark.parametrize("more", [{}, {"BypassGovernanceRetention": True}], ids=["plain", "bypass"])
@pytest.mark.parametrize(("mode", "days"), [("COMPLIANCE", 1), ("GOVERNANCE", 20)])
def test_compliance_is_never_shortened_or_weakened(cloud, locked, mode, days, more):
    bucket = locked("COMPLIANCE")
    with pytest.raises(ClientError, match="AccessDenied"):
        retain(cloud, bucket, mode, days, **more)


def test_governance_is_shortened_only_by_who_bypasses_it(cloud, locked):
    bucket = locked("GOVERNANCE")
    with pytest.raises(ClientError, match="AccessDenied"):
        retain(cloud, bucket, "GOVERNANCE", 1)
    retain(cloud, bucket, "GOVERNANCE", 1, BypassGovernanceRetention=True)


def test_a_retention_that_is_over_binds_nobody(cloud, locked):
    bucket = locked("COMPLIANCE")
    cloud.advance(11 * 86400)
    retain(cloud, bucket, "GOVERNANCE", 1)


def test_the_buckets_default_retention_holds_and_can_be_read(cloud, build):
    lock = {
        "ObjectLockEnabled": "Enabled",
        "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 3}},
    }
    properties = {"ObjectLockEnabled": True, "ObjectLockConfiguration": lock}
    stack = build({"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}})
    s3, bucket = cloud.aws("s3"), stack["Bucket"]
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"kept")["VersionId"]
    retention = s3.get_object_retention(Bucket=bucket, Key="k")["Retention"]
    assert retention["Mode"] == "COMPLIANCE"
    assert in_days(cloud, 2) < retention["RetainUntilDate"] < in_days(cloud, 4)
    with pytest.raises(ClientError, match="AccessDenied"):
        retain(cloud, bucket, "COMPLIANCE", 1)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="k", VersionId=version)


@pytest.mark.parametrize("digest", [{"ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
                                    {"ChecksumSHA256": "A" * 43 + "="}])  # fmt: skip
def test_a_body_that_is_not_what_its_digest_says_is_refused(cloud, digest):
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="digests")
    with pytest.raises(ClientError, match="BadDigest"):
        s3.put_object(Bucket="digests", Key="thing", Body=b"something", **digest)
    s3.put_object(Bucket="digests", Key="thing", Body=b"x", ChecksumAlgorithm="SHA256")
    assert s3.get_object(Bucket="digests", Key="thing")["Body"].read() == b"x"
