"""What does it cost to start a thousand models of one snapshot, while AWS refuses one call in ten?

The deployed factory runs in the local cloud; only the pipeline is one without steps. Every model
has to start once, and no message may be left.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.synth import synthesize

FEW, MANY = 100, 1_000
GOAL_CALLS = 10  # two of them write down what is asked for and what it became
FLAT = 1.1  # times the calls of a model among a few
STARTING = ("fan_out", "retrain")
"""The functions between a snapshot and its runs; the others hear of what these have done."""


def measure() -> dict[str, Any]:
    """Start a few models and many; return the benchmark's line."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_fleet(size, Path(folder)) for size in (FEW, MANY))
    flat = round(_each(many, "calls") / _each(few, "calls"), 3)
    return {
        "bench": "fleet",
        "value": _each(many, "calls"),
        "unit": "AWS calls a model",
        "goal": GOAL_CALLS,
        "ok": whole(few, FEW) and whole(many, MANY) and 1 / FLAT <= flat <= FLAT,
        "models_per_minute": round(60 * MANY / many["seconds"]),
        "flat": flat,
        "peers": {str(size): _told(fleet) for size, fleet in ((FEW, few), (MANY, many))},
    }


def whole(fleet: dict[str, Any], size: int) -> bool:
    """Return whether each of *size* models has started once, and nothing is left to be done."""
    return (
        fleet["models"] == fleet["started"] == size
        and not fleet["doubled"]
        and not fleet["waiting"]
        and not fleet["failures"]
    )


def _fleet(size: int, folder: Path) -> dict[str, Any]:
    synthesize(size, folder)
    command = [sys.executable, "-m", "benchmarks._fleet", str(folder / f"{size}.out")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _each(fleet: dict[str, Any], what: str) -> float:
    """Return *what* of the functions that start runs, for each model."""
    each: Mapping[str, int] = fleet[what]
    return round(sum(each.get(name, 0) for name in STARTING) / int(fleet["models"]), 3)


def _told(fleet: dict[str, Any]) -> dict[str, Any]:
    others = fleet["calls"].keys() - set(STARTING)
    return {
        **{k: v for k, v in fleet.items() if k not in {"calls", "retried", "failures"}},
        "failures": len(fleet["failures"]),
        "calls": _each(fleet, "calls"),
        "retried": _each(fleet, "retried"),
        "calls_of_others": {
            name: round(fleet["calls"][name] / fleet["models"], 3) for name in sorted(others)
        },
    }
