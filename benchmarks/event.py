"""What does an event cost with ten thousand models in the catalogue, over what it costs with one?

Every function that is measured does its work for one model, in a fresh process, against the local
cloud over HTTP. Seconds, calls and bytes are compared each by itself; the worst ratio counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import Any

from benchmarks import _crowd
from benchmarks._story import Story
from factory.errors import ServiceError
from localcloud.client import Client

ONE, MANY = 1, 10_000
TIMES = 5  # the cheapest counts: what costs more is somebody else's work
GOAL_RATIO = 1.2
DONE = HTTPStatus.ACCEPTED
Costs = dict[str, dict[str, float]]
"""By function: seconds of the processor, calls and bytes."""


def measure() -> dict[str, Any]:
    """Invoke each function in both clouds by turns; return the benchmark's line."""
    with ExitStack() as clouds:
        worlds = {size: World(clouds.enter_context(_served(size)), size) for size in (ONE, MANY)}
        for _ in range(TIMES):
            for world in worlds.values():
                world.live()
        page = worlds[MANY].page()
    ratios = {
        name: {
            kind: round(worlds[MANY].costs[name][kind] / cost, 3)
            for kind, cost in worlds[ONE].costs[name].items()
        }
        for name in _crowd.FUNCTIONS
    }
    worst = {name: max(each.values()) for name, each in ratios.items()}
    return {
        "bench": "event",
        "value": max(worst.values()),
        "unit": "ratio",
        "goal": GOAL_RATIO,
        "ok": True,
        "worst": max(worst, key=worst.__getitem__),
        "models": [ONE, MANY],
        "peers": {
            name: {"ratios": ratios[name], **worlds[MANY].costs[name]} for name in _crowd.FUNCTIONS
        },
        "page": page,
    }


class World:
    """One cloud, and the cheapest cost of each function in it."""

    def __init__(self, cloud: Client, size: int) -> None:
        self._cloud, self._story = cloud, Story(cloud, _crowd.models(size))
        self.costs: Costs = {}

    def live(self) -> None:
        """Let a snapshot, a deploy, a decision, traffic and a command come, and note their cost."""
        for name, event in self._story.turn():
            cost = self._cost(name, event)
            known = self.costs.setdefault(name, cost)
            self.costs[name] = {kind: min(known[kind], now) for kind, now in cost.items()}

    def page(self) -> dict[str, float]:
        """Return what a full page of a snapshot's models costs."""
        return self._cost("fan_out", self._story.page())

    def _cost(self, name: str, event: Mapping[str, Any]) -> dict[str, float]:
        told = {**os.environ, **self._cloud.environment(), **_crowd.environment(name)}
        done = subprocess.run(
            [sys.executable, "-B", "-m", "benchmarks._invoke", name],
            input=json.dumps(event),
            env=told,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        said = json.loads(done.stdout.splitlines()[-1])
        if not _done(said["answer"]):
            raise ServiceError(f"{name} did not do its work: {done.stdout}")
        return {kind: round(cost, 4) for kind, cost in said["cost"].items()}


def _done(answer: Mapping[str, Any]) -> bool:
    """Return whether a batch, or a command, was done."""
    return not answer.get("batchItemFailures") and answer.get("statusCode", DONE) == DONE


@contextmanager
def _served(size: int) -> Iterator[Client]:
    """Serve a cloud with *size* models in a process of its own; end it afterwards."""
    command = [sys.executable, "-m", "benchmarks._crowd", str(size)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        ready = process.stdout.readline() if process.stdout else ""
        if not ready.startswith("ready "):
            raise ServiceError(f"a cloud with {size} models did not come up: {ready!r}")
        try:
            yield Client(ready.split()[1])
        finally:
            process.terminate()
