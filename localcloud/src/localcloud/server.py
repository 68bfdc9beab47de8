"""How do boto3, the AWS CLI and the CDK of other processes reach the cloud?"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from moto import backends
from werkzeug.serving import make_server

from localcloud import cloud, endpoint, moto_patches, reactor, scratch, sessions
from localcloud.application import Handler, application
from localcloud.functions.runtime.namespaces import raise_loopback
from localcloud.sagemaker import warm
from localcloud.state.folder import Unusable, say
from localcloud.state.snapshots import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

LARGE = 1024 * 1024  # bytes of what is taken from the system and given back to it
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
    server = make_server(HOST, port, application(), threaded=True, request_handler=Handler)
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
