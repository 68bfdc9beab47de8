"""How fast is this machine right now? Three fixed pieces of work, timed beside every benchmark.

Seconds of two machines cannot be compared, seconds over the seconds of the same piece can.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
TIMES = 3  # the median counts, so that one disturbance does not
JSII = """
import bundling.node
import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
app = cdk.App(analytics_reporting=False)
stack = cdk.Stack(app, "Calibration")
for number in range(200):
    sqs.Queue(stack, f"Queue{number}")
app.synth()
"""


def measure() -> dict[str, float]:
    """Return the seconds that each piece takes: pure Python, numpy, and jsii from its start."""
    return {"python": _python(), "numpy": _numpy(), "jsii": _jsii()}


def slowness(now: Mapping[str, float], then: Mapping[str, float]) -> float:
    """Return how many times longer than *then* the pieces take *now*: the geometric mean."""
    return math.exp(statistics.fmean(math.log(now[name] / then[name]) for name in then))


def _python() -> float:
    def work() -> None:
        rows = [{"name": f"n{i % 97}", "value": i * 7919 % 10_007} for i in range(60_000)]
        ordered = sorted(json.loads(json.dumps(rows)), key=lambda row: (row["value"], row["name"]))
        total: dict[str, int] = {}
        for row in ordered:
            total[row["name"]] = total.get(row["name"], 0) + row["value"]

    return _median(work)


def _numpy() -> float:
    values = np.random.default_rng(7).normal(size=2_000_000)

    def work() -> None:
        np.histogram(np.sort(values), 64)
        np.log1p(np.abs(values)).sum()

    return _median(work)


def _jsii() -> float:
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as folder:
        variables["CDK_OUTDIR"] = folder
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", JSII], cwd=ROOT, env=variables, check=True)
    return round(time.perf_counter() - began, 3)


def _median(work: Callable[[], None]) -> float:
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return round(statistics.median(seconds), 4)
