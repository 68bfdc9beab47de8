"""Which benchmarks were asked for? All of them, or those named; exit 1 when a goal is missed."""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks import _calibration

REFERENCE = Path(__file__).with_name("reference.json")
TIMES = {"s", "ms"}
"""Units that depend on the machine; a goal in any other unit stands as it is."""


def main(names: list[str]) -> int:
    """Run the benchmarks called *names*, or all."""
    there = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name[0] != "_")
    unknown = sorted(set(names) - set(there))
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(there)}")
        return 2
    missed = 0
    for name in names or there:
        line = judged(importlib.import_module(f"benchmarks.{name}").measure())
        print(json.dumps(line), flush=True)
        missed += not line["ok"]
    return 1 if missed else 0


def judged(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return *line* with the calibration beside it, and whether the goal is met.

    Goals in seconds are those of the faster of the two machines that were compared; *allowed* is
    the goal on this machine at this moment.
    """
    calibration = _calibration.measure()
    scale = factor(calibration) if line["unit"] in TIMES else 1.0
    allowed = round(line["goal"] * scale, 3)
    ok = bool(line["ok"] and line["value"] <= allowed)
    return {**line, "calibration": calibration, "allowed": allowed, "ok": ok}


def factor(calibration: Mapping[str, float]) -> float:
    """Return how many times longer work takes here and now than on the faster machine."""
    known = json.loads(REFERENCE.read_text(encoding="utf-8"))
    measured, faster = known["measured"], known["faster_machine"]
    pairs = [
        (measured["demo"]["value"], faster["demo"]),
        (measured["deploy"]["value"], faster["deploy"]),
        (measured["synth"]["seconds_1"], faster["seconds_1"]),
    ]
    machine = math.exp(statistics.fmean(math.log(here / there) for here, there in pairs))
    return machine * _calibration.slowness(calibration, known["calibration"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
