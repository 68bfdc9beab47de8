"""How much CPU does a family of 1,000 forecasts take, learned as one and judged member by member?

The series' generator tells how well they can be forecast at all. AutoETS answers for some of them,
from the same origins and fitted once as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import _autoets, _mase, _series
from benchmarks._family import Family
from pipelines.measure import mase
from pipelines.measure.panel import Layout
from pipelines.measure.time_grid import step_of

ROOT = Path(__file__).resolve().parent.parent
LAYOUT = Layout(("series",), "at", "value", step_of("day"), horizon=7)
ORIGINS = 12
GOAL_SECONDS, GOAL_OF_LIMIT = 15, 1.1
SAMPLE = 50  # members that the peer answers for


def measure() -> dict[str, Any]:
    """Learn and judge in a process of its own, then ask the peer; return the benchmark's line."""
    program = "import json; from benchmarks import family; print(json.dumps(family.run()))"
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=one_thread,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    value = round(sum(found["seconds"].values()), 2)
    return {
        "bench": "family",
        "value": value,
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": value <= GOAL_SECONDS and found["of_limit"] <= GOAL_OF_LIMIT,
        "goal_of_limit": GOAL_OF_LIMIT,
        **found,
    }


def run() -> dict[str, Any]:
    """Return the CPU seconds of each part, how good the forecasts are, and the peer's are."""
    series = _series.made()
    table = series.table()
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    family = Family(columns, LAYOUT, ORIGINS)
    parts: dict[str, Callable[[], object]] = {
        "frames": lambda: family.frames,
        "fit": lambda: family.estimator,
        "answer": lambda: family.forecast,
        "judge": lambda: family.members,
        "intervals": lambda: family.covered,
        "proof": lambda: family.proof,
    }
    seconds = {name: _cpu(part) for name, part in parts.items()}
    found, limit = _mase.mean_of(family.losses[0]), series.limit(LAYOUT.horizon)
    return {
        "seconds": seconds,
        "mase": round(found, 4),
        "limit": round(limit, 4),
        "of_limit": round(found / limit, 3),
        "naive": round(_mase.mean_of(family.losses[1]), 4),
        "selected": len(family.members.better) / family.members.of,
        "members": family.members.words("the last season"),
        "covered": round(float(family.covered.mean()), 3),
        "proof": family.proof,
        "peers": {"auto_ets": _peer(family, series.values[:SAMPLE])},
    }


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return round(time.process_time() - began, 2)


def _peer(family: Family, values: np.ndarray) -> dict[str, float]:
    """Return how good the peer and the family are for the first members, and the peer's CPU."""
    layout = family.layout
    found = _autoets.answer(values, layout.step.season, layout.horizon, family.count)
    rows = len(values) * family.count
    scale = mase.scales(family.panel, int(family.origins.test[0]))[: len(values)]
    loss = _mase.losses(
        family.actual[:rows],
        found.forecast.reshape(rows, layout.horizon),
        np.repeat(scale, family.count),
    )
    return {
        "members": len(values),
        "seconds": round(found.seconds, 2),
        "mase": round(_mase.mean_of(loss), 4),
        "ours": round(_mase.mean_of(family.losses[0][:rows]), 4),
    }
