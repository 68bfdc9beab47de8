"""With whose keys does the cloud itself call its services?"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

import boto3

from localcloud import descriptions

if TYPE_CHECKING:
    from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "us-east-1"
ADMIN_KEY = "testing"
NO_CONFIGURATION = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""Variables that keep the SDK away from the user's own profiles, which may name an endpoint."""


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
