"""What does AutoETS, of StatsForecast, forecast for series, and how much CPU does it take?

In an environment of its own. It is fitted once, before the first origin, and goes on from there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = """
import sys, time, warnings, numpy, pandas
from statsforecast import StatsForecast
from statsforecast.models import AutoETS
warnings.simplefilter("ignore")
path, (season, horizon, origins) = sys.argv[1], map(int, sys.argv[2:])
values = numpy.load(path)
count, days = values.shape
table = pandas.DataFrame({
    "unique_id": numpy.repeat(numpy.arange(count), days),
    "ds": numpy.tile(pandas.date_range("2025-01-06", periods=days), count),
    "y": values.ravel(),
})
def answered(rows):
    return StatsForecast([AutoETS(season_length=season)], freq="D").cross_validation(
        df=rows, h=horizon, n_windows=origins, step_size=horizon, refit=False)
answered(table[table.unique_id == 0])  # compiles
began = time.process_time()
found = answered(table)
took = time.process_time() - began
ordered = found.sort_values(["unique_id", "ds"]).AutoETS.to_numpy()
numpy.save(path, ordered.reshape(count, origins, horizon))
print(took)
"""


class Answer(NamedTuple):
    """What the peer said."""

    forecast: np.ndarray
    """By series, origin and step."""
    seconds: float
    """CPU, after it had compiled."""


def answer(values: np.ndarray, season: int, horizon: int, origins: int) -> Answer:
    """Return the forecasts of *values*, by series and day, from the last *origins* a horizon apart.

    Its environment is set up where it lacks, which takes minutes.
    """
    _run(["make", "--no-print-directory", ".venv-peers/ready"])
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "values.npy"
        np.save(path, values)
        numbers = map(str, (season, horizon, origins))
        python = str(ROOT / ".venv-peers" / "bin" / "python")
        printed = _run([python, "-c", PROGRAM, str(path), *numbers])
        return Answer(np.load(path), float(printed.splitlines()[-1]))


def _run(words: list[str]) -> str:
    own = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "NIXTLA_ID_AS_COL": "1"}
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True, check=True
    )
    print(done.stdout, file=sys.stderr, end="")
    return done.stdout
