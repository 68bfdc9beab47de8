"""How is AWS called, and what becomes of its errors?"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from factory.errors import AccessDenied, Conflict, NotFound, ServiceError, Throttled

MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "EntityNotFoundException"}
MISSING |= {"ResourceNotFound", "ResourceNotFoundException", "NoSuchEntity"}
ABSENT = ("not find", "does not exist")  # SageMaker has no better code than ValidationException
TAKEN = {"412", "PreconditionFailed", "ConditionalCheckFailedException"}
TAKEN |= {"TransactionCanceledException", "TransactionConflictException"}
DENIED = {"403", "AccessDenied", "AccessDeniedException", "AuthorizationError"}
BUSY = {"ConditionalRequestConflict", "Throttling", "ThrottlingException", "SlowDown"}
BUSY |= {"TooManyRequestsException", "ProvisionedThroughputExceededException"}
BUSY |= {"ResourceLimitExceeded"}


@functools.cache
def client(service: str) -> Any:
    """Return the client of *service*, made once in the life of a function's sandbox."""
    return boto3.client(service, config=Config(retries={"mode": "standard"}))


@contextmanager
def told(thing: str) -> Iterator[None]:
    """Turn botocore's errors about *thing* into the factory's, with AWS's own words."""
    try:
        yield
    except ClientError as exc:
        raise _error(exc)(f"{exc.operation_name} {thing}: {exc.response['Error']}") from exc


def _error(exc: ClientError) -> type[ServiceError]:
    code, message = exc.response["Error"]["Code"], exc.response["Error"].get("Message", "")
    if code == "ValidationException" and any(words in message for words in ABSENT):
        return NotFound
    kinds = ((MISSING, NotFound), (TAKEN, Conflict), (DENIED, AccessDenied), (BUSY, Throttled))
    return next((kind for codes, kind in kinds if code in codes), ServiceError)
