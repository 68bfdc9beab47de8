"""With whose keys does the cloud itself call its services?"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

import boto3
from moto.sts.models import sts_backends

from localcloud import clock, descriptions

if TYPE_CHECKING:
    from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "us-east-1"
ADMIN_KEY = "testing"
NO_CONFIGURATION = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""Variables that keep the SDK away from the user's own profiles, which may name an endpoint."""
SESSION_SECONDS = 3600
RENEWAL_SECONDS = 300  # a cached session is renewed this long before it ends


class NotAssumable(Exception):
    """A role's trust policy does not admit the service that wants to act as it."""


def session(access_key: str, secret_key: str, token: str | None = None) -> boto3.Session:
    """Return a session of these keys."""
    return boto3.Session(
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        region_name=REGION,
        botocore_session=descriptions.core(),
    )


@functools.cache
def admin() -> boto3.Session:
    """Return the administrator's session; it never depends on the process's environment."""
    return session(ADMIN_KEY, ADMIN_KEY)


@functools.cache
def client(service: str) -> Any:
    """Return the administrator's one client of *service*."""
    return admin().client(service)


class Acting:
    """Somebody's clients, each made once: making one costs more than most calls with it."""

    def __init__(self, *keys: str) -> None:
        self._session = session(*keys)
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, Config | None], Any] = {}

    def client(self, service: str, config: Config | None = None) -> Any:
        """Return the client of *service* with this *config*, which is known by its identity."""
        with self._lock:
            if (service, config) not in self._clients:
                self._clients[service, config] = self._session.client(service, config=config)
            return self._clients[service, config]


def as_role(role_arn: str, session_name: str, service: str) -> Acting:
    """Return the clients of a session of the role for *service* (``lambda.amazonaws.com``).

    The session is of one hour. Raises NotAssumable when the role does not exist or its trust policy
    does not admit the service.
    """
    return _acting(*credentials(role_arn, session_name, service))


_acting = functools.lru_cache(maxsize=256)(Acting)


_credentials: dict[tuple[str, str, str], tuple[float, tuple[str, str, str]]] = {}


def credentials(role_arn: str, session_name: str, service: str) -> tuple[str, str, str]:
    """Return key, secret and token of a session of the role, kept until shortly before its end."""
    known = _credentials.get((role_arn, session_name, service))
    if known and known[0] - RENEWAL_SECONDS > clock.now():
        return known[1]
    _demand_trust(role_arn, service)
    account = role_arn.split(":")[4]
    backend: Any = sts_backends[account]["aws"]
    role = backend.assume_role(REGION, session_name[:64], role_arn, None, SESSION_SECONDS, None)
    keys = (role.access_key_id, role.secret_access_key, role.session_token)
    _credentials[role_arn, session_name, service] = (clock.now() + SESSION_SECONDS, keys)
    return keys


def _demand_trust(role_arn: str, service: str) -> None:
    from localcloud import iam  # noqa: PLC0415 - iam itself acts through sessions

    if not iam.allowed(service, "sts:AssumeRole", role_arn, {}):
        raise NotAssumable(
            f"{service} may not assume {role_arn}: the role does not exist or its trust policy does"
            f" not admit that service; add the service to the role's AssumeRolePolicyDocument."
        )
