"""What does an invocation cost beyond the handler's work, in a warm environment and a new one?"""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks import _functions
from localcloud import process
from localcloud.client import Client

GOAL_MILLISECONDS, GOAL_COLD_MILLISECONDS = 20, 150
WARM, COLD = 200, 20
CODE = "def handle(event, context):\n    return event\n"


def measure() -> dict[str, Any]:
    """Invoke one function often, and others for the first time; return the line."""
    with process.start() as cloud:
        role = _functions.role(cloud)
        _functions.create(cloud, role, "warm", CODE)
        first = _milliseconds(cloud, "warm")  # the fork server starts
        warm = [_milliseconds(cloud, "warm") for _ in range(WARM)]
        for number in range(COLD):
            _functions.create(cloud, role, f"cold-{number}", CODE)
        cold = [_milliseconds(cloud, f"cold-{number}") for number in range(COLD)]
    slow = statistics.median(cold)
    return {
        "bench": "warmhandler",
        "value": round(statistics.median(warm), 2),
        "unit": "ms",
        "goal": GOAL_MILLISECONDS,
        "ok": slow <= GOAL_COLD_MILLISECONDS,
        "cold": round(slow, 1),
        "goal_cold": GOAL_COLD_MILLISECONDS,
        "peers": {"first": round(first, 1), "slowest": round(max(warm), 1)},
    }


def _milliseconds(cloud: Client, name: str) -> float:
    began = time.perf_counter()
    _functions.invoke(cloud.aws("lambda"), name)
    return (time.perf_counter() - began) * 1000
