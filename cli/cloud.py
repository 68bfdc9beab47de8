"""How does a verb reach the cloud it works on? The real one, or a local one: same calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from factory.errors import AccessDenied, NotFound, ServiceError

STACKS = "modelworks-"
DENIED = {"AccessDenied", "AccessDeniedException", "403"}


def session() -> Any:
    """Return the caller's own session: AWS's variables and profiles decide who that is."""
    return boto3.Session()


@contextmanager
def told(thing: str) -> Iterator[None]:
    """Turn what boto3 raises about *thing* into one sentence."""
    try:
        yield
    except ClientError as exc:
        code, message = exc.response["Error"]["Code"], exc.response["Error"].get("Message", "")
        kind = AccessDenied if code in DENIED else ServiceError
        raise kind(f"{thing}: {message or code} ({code})") from exc
    except BotoCoreError as exc:
        raise ServiceError(
            f"{thing}: {exc}; is a cloud running and are AWS's variables set? `factory up` "
            "starts one and prints them"
        ) from exc


def name_of(aws: Any) -> str:
    """Return the caller's name as the ledger will know it: the IAM user's or the session's."""
    with told("asking who is calling"):
        arn = aws.client("sts").get_caller_identity()["Arn"]
    return str(arn.rsplit("/", 1)[-1])


def now(aws: Any) -> datetime:
    """Return the cloud's time, which need not be this machine's: a local cloud's clock is moved."""
    with told("asking for the time"):
        answer = aws.client("sts").get_caller_identity()
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


def assume(aws: Any, role: str) -> Any:
    """Return a session of *role* that carries the caller's name as its source identity."""
    person = name_of(aws)
    keys = aws.client("sts").assume_role(
        RoleArn=role, RoleSessionName=person, SourceIdentity=person
    )["Credentials"]
    return boto3.Session(
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def outputs(aws: Any) -> Mapping[str, str]:
    """Return the outputs of the factory's stacks by name, for example `LedgerBucket`."""
    found: dict[str, str] = {}
    with told("reading the factory's stacks"):
        pages = aws.client("cloudformation").get_paginator("describe_stacks").paginate()
        for page in pages:
            for stack in page["Stacks"]:
                if stack["StackName"].startswith(STACKS):
                    found |= {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
    if not found:
        raise NotFound(f"no stack here is called {STACKS}...; deploy the factory first")
    return found
