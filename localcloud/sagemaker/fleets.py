"""Which processes answer for which endpoint?"""

from __future__ import annotations

from collections.abc import Callable

from localcloud import reactor
from localcloud.sagemaker import capture
from localcloud.sagemaker.serving import NotServingError, Server
from localcloud.sagemaker.store import Record


class Fleet:
    """The processes of one endpoint configuration, by variant, and its capture."""

    def __init__(self, endpoint: str, config: Record) -> None:
        self.config = config
        self.servers = {
            each["VariantName"]: Server(endpoint, each) for each in config["ProductionVariants"]
        }
        self.capture = capture.of(endpoint, config)

    def start(self) -> None:
        """Return when every variant answers; close them all if one does not."""
        try:
            for server in self.servers.values():
                server.start()
        except NotServingError:
            self.close()
            raise

    def close(self) -> None:
        """Write what is captured and end all processes."""
        if self.capture:
            self.capture.flush()
        for server in self.servers.values():
            server.close()


running: dict[str, Fleet] = {}
"""By endpoint; endpoints.py changes it."""


def of(name: str) -> Fleet | None:
    """Return the processes that answer for an endpoint, if there are any."""
    return running.get(name)


def _each_capture(act: Callable[[capture.Capture], None]) -> None:
    for each in list(running.values()):
        if each.capture:
            act(each.capture)


def _close_all() -> None:
    for each in running.values():
        each.close()


def install() -> None:
    """Write what is captured when the cloud settles; end the processes with the cloud."""
    reactor.on_settle(lambda: _each_capture(lambda each: each.submit()))
    reactor.on_close(_close_all)
