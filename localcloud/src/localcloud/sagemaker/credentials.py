"""How does a container get credentials of its role? From an address in its variables, as in AWS.

They are asked for at the container's own door, which says whose they are: no token is needed, and
nobody else's can be had there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from localcloud import origin, realtime, service_roles

SERVICE = "sagemaker.amazonaws.com"
FRESH_SECONDS = 600
"""So soon, by the machine's clock, which is the container's, that they are asked for anew."""


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a container that asks for credentials, as a WSGI application."""
    door = origin.current()
    if door is None or door.role is None:
        response = _response({"code": "NotFound", "message": "no role is known here"}, 404)
    else:
        try:
            response = _response(_of(door.role), 200)
        except service_roles.NotAssumable as error:
            response = _response({"code": "AccessDenied", "message": str(error)}, 403)
    return response(environ, start_response)


def _of(role: str) -> dict[str, str]:
    key, secret, token = service_roles.credentials(role, "SageMaker", SERVICE)
    end = datetime.fromtimestamp(realtime.now() + FRESH_SECONDS, UTC)
    return {
        "RoleArn": role,
        "AccessKeyId": key,
        "SecretAccessKey": secret,
        "Token": token,
        "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _response(body: dict[str, str], status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")
