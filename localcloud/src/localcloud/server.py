"""How do boto3, the AWS CLI and the CDK of other processes reach the cloud?"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from moto import backends
from werkzeug.serving import make_server

from localcloud import cloud, endpoint, moto_patches, reactor, sessions
from localcloud.application import Handler, application
from localcloud.functions.runtime.namespaces import raise_loopback
from localcloud.sagemaker import warm

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

HOST = "localhost"  # moto knows a template's bucket by this very word in its URL


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


def forget_aws() -> None:
    """Drop what shell and home say of AWS: an endpoint or profile would lead our calls astray."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(sessions.NO_CONFIGURATION)


def _at_eof(end: Callable[[], None]) -> None:
    sys.stdin.read()
    end()


def serve(port: int, preload: tuple[str, ...] = (), *, until_eof: bool = False) -> int:
    """Serve on *port* of localhost (0: a free one) until SIGTERM or SIGINT; print one line."""
    raise_loopback()
    forget_aws()
    cloud.start()
    warm.preload(preload)
    remember_modules()
    server = make_server(HOST, port, application(), threaded=True, request_handler=Handler)
    endpoint.base = f"http://{HOST}:{server.server_port}"

    def end(_signal: int = 0, _frame: FrameType | None = None) -> None:
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if until_eof:
        threading.Thread(target=_at_eof, args=(end,), daemon=True).start()
    print(f"ready {endpoint.base}", flush=True)
    server.serve_forever(poll_interval=0.05)
    reactor.close()
    return 0
