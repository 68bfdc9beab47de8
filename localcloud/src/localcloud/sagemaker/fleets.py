"""Which processes answer for which endpoint?"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from localcloud import reactor
from localcloud.places import PerPlace
from localcloud.sagemaker import capture
from localcloud.sagemaker.serving import NotServingError, Server
from localcloud.sagemaker.store import Record


class Fleet:
    """The processes of one endpoint configuration, by variant, and its capture.

    One process stands for all instances of a variant: the laptop gains nothing from more. How many
    there should be counts where traffic is split, see `Traffic`.
    """

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
        try:
            if self.capture:
                self.capture.flush()
        finally:
            for server in self.servers.values():
                server.close()


class Traffic:
    """One endpoint's requests: its own fleet's, or in part those of the fleet to come."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self._shifted: tuple[Fleet, Iterator[bool]] | None = None

    def shift(self, new: Fleet, active: int, whole: int) -> None:
        """Give *new* exactly *active* of every *whole* requests from now on, evenly spread.

        As many as of its instances are active: with 1 of 3 it is every third request.
        """
        self._shifted = (new, _turns(active, whole))

    def back(self) -> None:
        """Give the endpoint's own fleet all requests again."""
        self._shifted = None

    def next(self) -> Fleet:
        """Return whose turn it is to answer a request."""
        shifted = self._shifted
        if shifted is None:
            return self.fleet
        new, turns = shifted
        return new if next(turns) else self.fleet

    def fleets(self) -> list[Fleet]:
        """Return all that may answer."""
        shifted = self._shifted
        return [self.fleet] if shifted is None else [self.fleet, shifted[0]]


def _turns(active: int, whole: int) -> Iterator[bool]:
    """Yield whether it is the new fleet's turn."""

    def turn(number: int) -> bool:
        return (number + 1) * active // whole > number * active // whole

    return map(turn, itertools.count())  # unlike a generator safe to be asked by many threads


running: PerPlace[str, Traffic] = PerPlace()
"""By endpoint; deployments.py and endpoints.py change it."""


def of(name: str) -> Fleet | None:
    """Return the processes whose turn it is to answer for an endpoint, if there are any."""
    traffic = running.get(name)
    return traffic.next() if traffic else None


def serving(name: str) -> Fleet | None:
    """Return the endpoint's own processes: during an update, those it had before."""
    traffic = running.get(name)
    return traffic.fleet if traffic else None


def _each_capture(act: Callable[[capture.Capture], None]) -> None:
    for _, traffic in running.everywhere():
        for each in traffic.fleets():
            if each.capture:
                act(each.capture)


def close_all() -> None:
    """End the processes of all endpoints."""
    for _, traffic in running.everywhere():
        for each in traffic.fleets():
            each.close()
    running.clear()


def install() -> None:
    """Write what is captured when the cloud settles; end the processes with the cloud."""
    reactor.on_settle(lambda: _each_capture(lambda each: each.submit()))
    reactor.on_close(close_all)
