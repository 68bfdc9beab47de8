"""How much CPU do exam and gates take, once all is imported? On the census, with a champion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

import models
from benchmarks._run import Run, cpu
from demo.adult_data import landing_files
from pipelines.steps import champion, evaluate, gates

ROOT = Path(__file__).resolve().parent.parent
MODEL = models.catalogue()["income"]
PROTECTED = ["age", "race", "sex"]  # as the contract says
GOAL_SECONDS = 3


def measure() -> dict[str, Any]:
    """Examine and judge in a process of its own; return the benchmark's line."""
    program = "import json; from benchmarks import gates; print(json.dumps(gates.run()))"
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=one_thread, capture_output=True, check=True
    )
    took: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    value = round(sum(took.values()), 2)
    return {
        "bench": "gates",
        "value": value,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": value <= GOAL_SECONDS,
        "peers": {name: round(seconds, 2) for name, seconds in took.items()},
    }


def run() -> dict[str, float]:
    """Return the CPU seconds of each step of a run whose champion is its own model."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        own = Run(Path(folder), MODEL)
        landed = landing_files(own.home / "landing")
        own.learn({product: _table(path) for product, path in landed.items()}, PROTECTED)
        start = cpu(own.come_up)
        took = {
            "evaluate": cpu(lambda: own.ask("model", evaluate.main)) - start,
            "champion": cpu(lambda: own.ask("champion", champion.main)) - start,
            "gates": cpu(lambda: gates.main(own.judging)),
        }
        os.chdir(ROOT)
    return took


def _table(path: Path) -> pa.Table:
    known = pa_csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
    return pa_csv.read_csv(path, convert_options=known)
