"""How much more do many clients get done than one, when their functions run at the same time?"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.config import Config

from benchmarks import _functions
from localcloud import process
from localcloud.client import Client

GOAL = 1.6
"""Times the throughput of one client, on two cores; *value* is this over what we reach."""
CLIENTS, FUNCTIONS, EACH = 16, 8, 4
CODE = """
def handle(event, context):
    return sum(number * number for number in range(1_000_000))
"""


def measure() -> dict[str, Any]:
    """Let one client invoke the functions by turns, then all clients; return the line."""
    with process.start() as cloud:
        role = _functions.role(cloud)
        names = [f"work-{number}" for number in range(FUNCTIONS)]
        for name in names:
            _functions.create(cloud, role, name, CODE)
        _throughput(cloud, names, clients=CLIENTS)  # all environments are warm then
        one = _throughput(cloud, names, clients=1)
        many = _throughput(cloud, names, clients=CLIENTS)
    return {
        "bench": "parallel",
        "value": round(GOAL / (many / one), 3),
        "unit": "ratio",
        "goal": 1.0,
        "ok": True,
        "times": round(many / one, 2),
        "goal_times": GOAL,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "peers": {"one": round(one, 2), "many": round(many, 2)},
    }


def _throughput(cloud: Client, names: list[str], clients: int) -> float:
    """Return how many invocations a second so many clients get answered."""
    sdk = cloud.session().client("lambda", config=Config(max_pool_connections=clients))
    rounds = CLIENTS * EACH // FUNCTIONS
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda name: _functions.invoke(sdk, name), names * rounds))
    return len(names) * rounds / (time.perf_counter() - began)
