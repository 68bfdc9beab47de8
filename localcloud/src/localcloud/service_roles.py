"""How does a service of AWS act as a role, and what may it do then?"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from moto.sts.models import sts_backends

from localcloud import clock, places, sessions
from localcloud.iam.caller import identity
from localcloud.iam.decision import allowed, decide
from localcloud.iam.requests.call import Want

SESSION_SECONDS = 3600
RENEWAL_SECONDS = 300  # a cached session is renewed this long before it ends


class NotAssumable(Exception):
    """A role's trust policy does not admit the service that wants to act as it."""


def as_role(role_arn: str, session_name: str, service: str) -> sessions.Acting:
    """Return the clients of a session of the role for *service* (``lambda.amazonaws.com``).

    The session is of one hour, in the region of the work that goes on. Raises NotAssumable when
    the role does not exist or its trust policy does not admit the service.
    """
    return _acting(places.here().region, *credentials(role_arn, session_name, service))


@functools.lru_cache(maxsize=256)
def _acting(_region: str, *keys: str) -> sessions.Acting:
    return sessions.Acting(*keys)


_credentials: dict[tuple[str, str, str], tuple[float, tuple[str, str, str]]] = {}


def credentials(role_arn: str, session_name: str, service: str) -> tuple[str, str, str]:
    """Return key, secret and token of a session of the role, kept until shortly before its end."""
    known = _credentials.get((role_arn, session_name, service))
    if known and known[0] - RENEWAL_SECONDS > clock.now():
        return known[1]
    _demand_trust(role_arn, service)
    account = role_arn.split(":")[4]
    backend: Any = sts_backends[account]["aws"]
    role = backend.assume_role(
        places.here().region, session_name[:64], role_arn, None, SESSION_SECONDS, None
    )
    keys = (role.access_key_id, role.secret_access_key, role.session_token)
    _credentials[role_arn, session_name, service] = (clock.now() + SESSION_SECONDS, keys)
    return keys


def may(
    role_arn: str,
    service: str,
    action: str,
    resource: str,
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Whether *service*, acting as the role, may do this; raises NotAssumable if it may not be it.

    The decision is written down as that of the session the service would have.
    """
    key, _, _ = credentials(role_arn, service.split(".", maxsplit=1)[0], service)
    want = Want(action, resource, context or {})
    return decide(identity(key), want, places.of(role_arn), {}).allowed


def _demand_trust(role_arn: str, service: str) -> None:
    if not allowed(service, "sts:AssumeRole", role_arn, {}):
        raise NotAssumable(
            f"{service} may not assume {role_arn}: the role does not exist or its trust policy does"
            f" not admit that service; add the service to the role's AssumeRolePolicyDocument."
        )
