"""How long does it take to deploy all templates into the local cloud?"""

from __future__ import annotations

import time
from typing import Any

from local.synth_cache import cached_assembly
from localcloud import process
from localcloud.deploy import deploy
from scan.assembly import Assembly

GOAL_SECONDS = 5


def measure() -> dict[str, Any]:
    """Deploy into a cloud just started, and once more unchanged; return the benchmark's line."""
    folder = cached_assembly()
    began = time.perf_counter()
    with process.start() as cloud:
        ready = time.perf_counter()
        deploy(folder, cloud.session())
        deployed = time.perf_counter()
        deploy(folder, cloud.session())
        again = time.perf_counter()
    value = deployed - ready
    return {
        "bench": "deploy",
        "value": round(value, 2),
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": True,
        "resources": sum(len(t["Resources"]) for t in Assembly(folder).templates.values()),
        "peers": {
            "start of the cloud": round(ready - began, 2),
            "the same once more": round(again - deployed, 2),
        },
    }
