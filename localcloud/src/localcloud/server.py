"""How do boto3, the AWS CLI and the CDK of other processes reach the cloud?"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import struct
import sys
import threading
from typing import TYPE_CHECKING, Any

from moto import backends
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from localcloud import (
    admin,
    cloud,
    endpoint,
    moto_patches,
    reactor,
    resets,
    scratch,
    sessions,
    unimplemented,
)
from localcloud.functions import url_calls
from localcloud.iam import unsigned
from localcloud.sagemaker import warm
from localcloud.state import gate
from localcloud.state.folder import Unusable, say
from localcloud.state.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

LARGE = 1024 * 1024  # bytes of what is taken from the system and given back to it
HOST = "localhost"  # moto knows a template's bucket by this very word in its URL


class _Handler(MotoRequestHandler):
    """Keeps connections open and does not write a line for every call."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_args: Any, **_kwargs: Any) -> None:
        pass

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


class Application:
    """The WSGI application: functions' URLs, the admin API, then moto's own dispatcher."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one request."""
        if environ["PATH_INFO"].startswith(endpoint.URLS):
            return url_calls.application(environ, start_response)
        if environ["PATH_INFO"].startswith(endpoint.ADMIN):
            return admin.application(environ, start_response)
        refusal = unsigned.refusal(environ) or unimplemented.unknown_service(self._moto, environ)
        if refusal is not None:
            return refusal(environ, start_response)
        if environ["PATH_INFO"] == resets.PATH and environ["REQUEST_METHOD"] == "POST":
            with gate.entered():
                resets.forget()
                return unimplemented.naming_paths(self._moto, environ, start_response)
        return unimplemented.naming_paths(self._moto, environ, start_response)


def remember_modules() -> None:
    """List moto's own folder once: moto does so, twice, for every request."""
    modules = tuple(backends.list_of_moto_modules())
    moto_patches.replace(
        backends,
        "list_of_moto_modules",
        lambda: modules,
        fixes="lists its own folder twice for every request",
        upstream=moto_patches.UNREPORTED,
    )


def raise_loopback() -> None:
    """Bring the loopback interface up where it is down, as in a fresh network namespace."""
    up, get_flags, set_flags = 0x1, 0x8913, 0x8914  # IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        answer = fcntl.ioctl(control, get_flags, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", answer)[1]
        if not flags & up:
            fcntl.ioctl(control, set_flags, struct.pack("16sh22x", b"lo", flags | up))


def return_memory() -> None:
    """Let what a large object took go back to the system when it is freed; glibc would keep it."""
    threshold = -3  # M_MMAP_THRESHOLD; once it is set it does not grow with what is freed
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(threshold, LARGE)


def forget_aws() -> None:
    """Drop what shell and home say of AWS: an endpoint or profile would lead our calls astray."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(sessions.NO_CONFIGURATION)


def _at_eof(end: Callable[[], None]) -> None:
    sys.stdin.read()
    end()


def _restored(folder: Path) -> Snapshots | None:
    """Let the cloud have what is in *folder*; None, and the reason said, if that cannot be."""
    try:
        snapshots = Snapshots(folder)
        snapshots.restore()
    except Unusable as error:
        say(str(error))
        return None
    return snapshots


def serve(
    port: int,
    preload: tuple[str, ...] = (),
    *,
    until_eof: bool = False,
    state: Path | None = None,
) -> int:
    """Serve on *port* of localhost (0: a free one) until SIGTERM or SIGINT; print one line.

    With a folder as *state* the cloud begins as it was, and what becomes of it is kept there.
    """
    raise_loopback()
    forget_aws()
    return_memory()
    scratch.root()
    cloud.start()
    warm.preload(preload)
    remember_modules()
    snapshots = _restored(state) if state else None
    if state and snapshots is None:
        return 1
    server = make_server(HOST, port, Application(), threaded=True, request_handler=_Handler)
    endpoint.base = f"http://{HOST}:{server.server_port}"

    def end(_signal: int = 0, _frame: FrameType | None = None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if until_eof:
        threading.Thread(target=_at_eof, args=(end,), daemon=True).start()
    if snapshots:
        snapshots.begin()
    print(f"ready {endpoint.base}", flush=True)
    server.serve_forever(poll_interval=0.05)
    reactor.flush()
    if snapshots:
        snapshots.end()
    reactor.close()
    scratch.remove()
    return 0
