"""Who calls, in whose role, and what time is it there?"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3

from aws.calls import client, translated


def caller_name() -> str:
    """Return the caller's name as the ledger will know it: the IAM user's or the session's."""
    return str(_identity()["Arn"].rsplit("/", 1)[-1])


def caller_id() -> str:
    """Return what IAM knows the caller by (`aws:userid`): of a role, the session too."""
    return str(_identity()["UserId"])


def account() -> str:
    """Return the number of the caller's account."""
    return str(_identity()["Account"])


def region() -> str:
    """Return the region that is called."""
    return str(client("sts").meta.region_name)


def arn(service: str, resource: str) -> str:
    """Return the ARN of a *resource* of the caller's own account, in the region that is called."""
    return f"arn:{_partition()}:{service}:{region()}:{account()}:{resource}"


def arn_of_bucket(bucket: str) -> str:
    """Return the ARN of a bucket, which names neither a region nor an account."""
    return f"arn:{_partition()}:s3:::{bucket}"


def arn_of_account() -> str:
    """Return the ARN that stands in policies for everybody of the caller's account."""
    return f"arn:{_partition()}:iam::{account()}:root"


def service_time() -> datetime:
    """Return AWS's time, which need not be this machine's: a local cloud's clock is moved."""
    return parsedate_to_datetime(_identity()["ResponseMetadata"]["HTTPHeaders"]["date"])


def assumed(role_arn: str) -> Any:
    """Return a session of a role that carries the caller's name as its source identity."""
    person = caller_name()
    return _assumed(role_arn, RoleSessionName=person, SourceIdentity=person)


def assumed_plainly(role_arn: str) -> Any:
    """Return a session of a role that carries no source identity, as a service's has none."""
    return _assumed(role_arn, RoleSessionName="smoke")


def session(key_id: str, secret: str) -> Any:
    """Return a session of whoever owns an access key."""
    return boto3.Session(aws_access_key_id=key_id, aws_secret_access_key=secret)


def _assumed(role_arn: str, **arguments: str) -> Any:
    with translated(role_arn):
        keys = client("sts").assume_role(RoleArn=role_arn, **arguments)["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def _partition() -> str:
    return str(_identity()["Arn"].split(":")[1])


def _identity() -> dict[str, Any]:
    with translated("who is calling"):
        return dict(client("sts").get_caller_identity())
