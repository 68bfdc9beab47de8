"""Who answers a request? A function for its URL, the admin API, or moto's own dispatcher."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)

from localcloud import admin, endpoint, resets, unimplemented
from localcloud.functions import url_calls
from localcloud.iam import unsigned
from localcloud.sagemaker import credentials

if TYPE_CHECKING:
    from collections.abc import Callable


class Handler(MotoRequestHandler):
    """Keeps connections open and does not write a line for every call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Write nothing."""


@functools.cache
def application() -> Callable[[dict[str, Any], Any], Any]:
    """Return the one WSGI application of this process."""
    moto = DomainDispatcherApplication(create_backend_app)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith(endpoint.URLS):
            return url_calls.application(environ, start_response)
        if environ["PATH_INFO"] == endpoint.CREDENTIALS:
            return credentials.application(environ, start_response)
        if environ["PATH_INFO"].startswith(endpoint.ADMIN):
            return admin.application(environ, start_response)
        refusal = unsigned.refusal(environ) or unimplemented.unknown_service(moto, environ)
        if refusal is not None:
            return refusal(environ, start_response)
        if environ["PATH_INFO"] == resets.PATH and environ["REQUEST_METHOD"] == "POST":
            resets.forget()
        return unimplemented.naming_paths(moto, environ, start_response)

    return answer
