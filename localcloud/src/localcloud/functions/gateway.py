"""How do the calls of functions come in? Each environment has a door of its own.

The socket belongs to the environment's network, in which nobody else listens, and the cloud has
it. So it is known whose a call is, and such a call is nobody's but the role's: the admin API is
closed, and a key that was never issued is not the administrator's.
"""

from __future__ import annotations

import functools
import json
import selectors
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer
from werkzeug.wrappers import Response

from localcloud import endpoint, origin

DEFAULT_PORT = 5066
_HOST = "127.0.0.1"
_CLOSED = (endpoint.ADMIN, "/moto-api", "/latest/meta-data")
_OPEN = (endpoint.URLS, endpoint.RESPONSES, endpoint.CREDENTIALS)
_HOSTS = ("moto_api", "instance_metadata")
MOST_CONNECTIONS = 256
"""What one door holds open: each costs the cloud a thread and a file."""
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Server(ThreadedWSGIServer):
    """Answers at one door; who has too many connections open gets no further one."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, application: Application, handler: Any) -> None:
        super().__init__(_HOST, 0, application, handler, fd=listening.fileno())
        self.timeout = 0
        self.socket.setblocking(False)
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, if there is one left for this door."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the thread back in the end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class _Doors:
    """All doors, and the thread that waits at them."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._waiting = False

    def add(self, socket_: socket.socket, server: BaseWSGIServer) -> None:
        with self._lock:
            self._selector.register(socket_, selectors.EVENT_READ, server)
            if not self._waiting:
                self._waiting = True
                threading.Thread(target=self._wait, name="doors", daemon=True).start()

    def remove(self, socket_: socket.socket) -> None:
        with self._lock:
            server = self._selector.unregister(socket_).data
        server.server_close()

    def _wait(self) -> None:
        while True:
            for key, _ in self._selector.select():
                key.data.handle_request()


_doors = _Doors()
_make: list[Any] = []


def serve_with(application: Callable[[], Application], handler: Any) -> None:
    """Let calls be answered by this application, which is made when the first comes."""
    _make[:] = [application, handler]


def port() -> int:
    """Return at which port environments see the cloud: its own, if it has one."""
    return urlsplit(endpoint.base).port or DEFAULT_PORT


def listener() -> socket.socket:
    """Return a listening socket in the cloud's own network."""
    return socket.create_server((_HOST, 0), backlog=128)


def serve(listening: socket.socket, door: origin.Door) -> socket.socket:
    """Answer what comes in at a listening socket, until it is left; return it."""
    listening.setblocking(False)
    application, handler = _make
    answer = functools.partial(_answer, application, door)
    _doors.add(listening, _Server(listening, answer, handler))
    return listening


def leave(listening: socket.socket) -> None:
    """Answer nothing more there."""
    _doors.remove(listening)
    listening.close()


def _answer(
    application: Callable[[], Application],
    door: origin.Door,
    environ: dict[str, Any],
    start_response: Any,
) -> Iterable[bytes]:
    path, host = environ["PATH_INFO"], environ.get("HTTP_HOST", "").split(":")[0]
    if (path.startswith(_CLOSED) and not path.startswith(_OPEN)) or host in _HOSTS:
        message = f"{path} is closed to functions and containers: it is the administrator's alone."
        refusal = Response(json.dumps({"error": message}), 403, content_type="application/json")
        return refusal(environ, start_response)
    with origin.coming_through(door):
        return application()(environ, start_response)
