"""Who answers a request? A function for its URL, the admin API, or moto's own dispatcher."""

from __future__ import annotations

import functools
import json
import traceback
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug import Response

from localcloud import admin, endpoint, reactor, resets, unimplemented
from localcloud.functions import url_calls
from localcloud.iam import unsigned
from localcloud.sagemaker import credentials
from localcloud.state import gate

if TYPE_CHECKING:
    from collections.abc import Callable


FAILURE = "InternalFailure"
FORM, XML, JSON = "application/x-www-form-urlencoded", "text/xml", "application/x-amz-json-1.1"


class Handler(MotoRequestHandler):
    """Keeps connections open and does not write a line for every call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Write nothing."""

    def run_wsgi(self) -> None:
        """Answer, and let go of the request's body at once: request and environment are a cycle."""
        super().run_wsgi()
        self.environ.clear()


def _backend_app(service: Any) -> Any:
    """Return moto's application of a service, which does not look for bugs of its callers.

    For that Flask makes a class for every request with a form, a cycle that holds its whole body.
    """
    app = create_backend_app(service)
    app.debug = False
    app.config["PROPAGATE_EXCEPTIONS"] = True  # as with debug: they are answered by us
    return app


@functools.cache
def application() -> Callable[[dict[str, Any], Any], Any]:
    """Return the one WSGI application of this process."""
    moto = DomainDispatcherApplication(_backend_app)

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith(endpoint.URLS):
            with gate.entered():
                return url_calls.application(environ, start_response)
        if environ["PATH_INFO"] == endpoint.CREDENTIALS:
            with gate.entered():
                return credentials.application(environ, start_response)
        if environ["PATH_INFO"].startswith(endpoint.ADMIN):
            return admin.application(environ, start_response)
        refusal = unsigned.refusal(environ) or unimplemented.unknown_service(moto, environ)
        if refusal is not None:
            return refusal(environ, start_response)
        if environ["PATH_INFO"] == resets.PATH and environ["REQUEST_METHOD"] == "POST":
            with gate.entered():
                resets.forget()
                return unimplemented.naming_paths(moto, environ, start_response)
        return unimplemented.naming_paths(moto, environ, start_response)

    return functools.partial(_answered, answer)


def _answered(answer: Any, environ: dict[str, Any], start_response: Any) -> Any:
    """Answer as *answer* does; an error of the cloud's own is a failure, and told as one."""
    try:
        return answer(environ, start_response)
    except Exception as error:  # noqa: BLE001 - reported, whatever it is
        what = environ.get("HTTP_X_AMZ_TARGET") or environ["PATH_INFO"]
        name = f"{environ['REQUEST_METHOD']} {what}"
        reactor.failures.append({"name": name, "traceback": traceback.format_exc()})
        return _failure(environ, f"{name}: {error!r}")(environ, start_response)


def _failure(environ: dict[str, Any], words: str) -> Response:
    """Return the answer in the protocol of the call: XML to a form, JSON to all others."""
    if environ.get("CONTENT_TYPE", "").startswith(FORM):
        error = f"<Code>{FAILURE}</Code><Message>{escape(words)}</Message>"
        return Response(f"<ErrorResponse><Error>{error}</Error></ErrorResponse>", 500, {}, XML)
    body = json.dumps({"__type": FAILURE, "message": words})
    return Response(body, 500, {"x-amzn-errortype": FAILURE}, JSON)
