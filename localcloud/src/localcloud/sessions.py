"""With whose keys does the cloud itself call its services?"""

from __future__ import annotations

import functools
import os
import threading
from typing import TYPE_CHECKING, Any

import boto3

from localcloud import descriptions, places

if TYPE_CHECKING:
    from botocore.config import Config

ADMIN_KEY = "testing"
NO_CONFIGURATION = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
"""Variables that keep the SDK away from the user's own profiles, which may name an endpoint."""


def session(access_key: str, secret_key: str, token: str | None = None) -> boto3.Session:
    """Return a session of these keys in the region of the work that goes on."""
    return boto3.Session(
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        aws_session_token=token,
        region_name=places.here().region,
        botocore_session=descriptions.core(),
    )


def admin() -> boto3.Session:
    """Return a session of the administrator, here."""
    return session(key_of(places.here().account), ADMIN_KEY)


def client(service: str, place: places.Place | None = None) -> Any:
    """Return the one client of *service* that the administrator of *place*, or here, has.

    It never depends on the process's environment.
    """
    return _client(service, place or places.here())


@functools.lru_cache(maxsize=1024)
def _client(service: str, place: places.Place) -> Any:
    with places.at(place):
        return session(key_of(place.account), ADMIN_KEY).client(service)


def key_of(account: str) -> str:
    """Return the access key of an account's administrator: the account's number."""
    return ADMIN_KEY if account == places.ACCOUNT else account


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
