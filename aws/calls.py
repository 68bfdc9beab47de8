"""How is AWS called, as whom, and what becomes of its errors?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import boto3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

from factory.errors import AccessDenied, Conflict, NotFound, ServiceError, Throttled, Unreachable

MISSING = {"404", "NoSuchKey", "NoSuchBucket", "NotFound", "EntityNotFoundException"}
MISSING |= {"ResourceNotFound", "ResourceNotFoundException", "NoSuchEntity"}
MISSING |= {"NoSuchTagSet", "ObjectLockConfigurationNotFoundError", "NoSuchBucketPolicy"}
MISSING |= {"NoSuchPublicAccessBlockConfiguration", "NotFoundException", "QueueDoesNotExist"}
MISSING |= {"AWS.SimpleQueueService.NonExistentQueue"}
ABSENT = ("not find", "does not exist")
VAGUE = {"ValidationException", "ValidationError"}  # SageMaker and CloudFormation have no better
TAKEN = {"412", "PreconditionFailed", "ConditionalCheckFailedException"}
TAKEN |= {"TransactionCanceledException", "TransactionConflictException"}
DENIED = {"403", "AccessDenied", "AccessDeniedException", "AuthorizationError"}
BUSY = {"ConditionalRequestConflict", "Throttling", "ThrottlingException", "SlowDown"}
BUSY |= {"TooManyRequestsException", "ProvisionedThroughputExceededException"}
BUSY |= {"ResourceLimitExceeded"}
NOT_REACHED = (
    exceptions.ConnectionError,
    exceptions.CredentialRetrievalError,
    exceptions.HTTPClientError,
    exceptions.NoCredentialsError,
    exceptions.NoRegionError,
    exceptions.PartialCredentialsError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)


class Caller:
    """One identity, and its clients, each made once."""

    def __init__(self, session: Any) -> None:
        """Call as *session*: a boto3.Session, or boto3 itself for what the environment says."""
        self.session = session
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Return the client of *service*."""
        if service not in self._clients:
            retries = Config(retries={"mode": "standard"})
            self._clients[service] = self.session.client(service, config=retries)
        return self._clients[service]


OWN = Caller(boto3)
"""Who calls unless somebody else is named: a function's role, or the user of a shell."""
_caller: ContextVar[Caller | None] = ContextVar("caller", default=None)


def caller() -> Caller:
    """Return who calls now."""
    return _caller.get() or OWN


def client(service: str) -> Any:
    """Return the client of *service* of whoever calls now."""
    return caller().client(service)


@contextmanager
def calling_as(session: Any) -> Iterator[None]:
    """Make every call of this adapter as *session* (a boto3.Session) until the block ends.

    It holds for this thread, or this task, and for no other.
    """
    before = _caller.set(Caller(session))
    try:
        yield
    finally:
        _caller.reset(before)


@contextmanager
def translated(thing: str) -> Iterator[None]:
    """Turn botocore's errors about *thing* into the factory's, with AWS's own words."""
    try:
        yield
    except ClientError as exc:
        error = exc.response["Error"]
        words = f"{error.get('Message') or 'no reason given'} ({error['Code']})"
        raise _kind(exc)(f"{exc.operation_name} {thing}: {words}") from exc
    except NOT_REACHED as exc:
        raise Unreachable(f"{thing}: {exc}") from exc


def ask(service: str, operation: str, thing: str, **arguments: Any) -> dict[str, Any]:
    """Return the answer to one call about *thing*; errors are the factory's."""
    with translated(thing):
        return dict(getattr(client(service), operation)(**arguments))


def pages(service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Yield the items under *key* on every page of a listing."""
    about = " ".join(value for value in arguments.values() if isinstance(value, str))
    with translated(about or service):
        for page in client(service).get_paginator(operation).paginate(**arguments):
            yield from page.get(key, ())


def wait_for(service: str, state: str, *, every: int, times: int, **arguments: Any) -> None:
    """Return when boto3's waiter for *state* is content, after looking *times*, *every* seconds.

    ServiceError when it is not by then.
    """
    waiter = client(service).get_waiter(state)
    try:
        waiter.wait(WaiterConfig={"Delay": every, "MaxAttempts": times}, **arguments)
    except WaiterError as late:
        raise ServiceError(f"{', '.join(map(str, arguments.values()))}: {late}") from late


def _kind(exc: ClientError) -> type[ServiceError]:
    code, message = exc.response["Error"]["Code"], exc.response["Error"].get("Message", "")
    if code in VAGUE and any(words in message for words in ABSENT):
        return NotFound
    kinds = ((MISSING, NotFound), (TAKEN, Conflict), (DENIED, AccessDenied), (BUSY, Throttled))
    return next((kind for codes, kind in kinds if code in codes), ServiceError)
