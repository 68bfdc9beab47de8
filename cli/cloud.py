"""How does a verb reach the cloud it works on? The real one, or a local one: same calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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


def catalogue_text(aws: Any, uri: str) -> bytes:
    """Return the catalogue that is deployed."""
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    with told(uri):
        return bytes(aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
