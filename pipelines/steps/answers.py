"""Which answers cannot be, which are far from all that training knows, and how many are alike?"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.steps.evidence import ScoredSplit
from pipelines.steps.slices import Part


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return the section of the evidence, about the rows that judge."""
    task, judged = split.model.task, split.measure.judged(split.truth)
    answers = {name: found[judged] for name, found in split.answers.items()}
    point = np.asarray(answers[task.POINT], float)
    known = split.measure.known(split.measure.taught)
    return {
        "rows": len(point),
        "tied": _tied(point, answers.get(task.DECIDES)),
        "odd": {"no finite number": int((~np.isfinite(point)).sum())}
        | dict(split.measure.odd(Part(split.truth, np.flatnonzero(judged)), answers)),
        **({} if known is None else _range(point, known)),
    }


def _tied(point: np.ndarray, decided: np.ndarray | None) -> int:
    """Return how many rows have the most frequent answer: its number, and what is decided."""
    _, codes = np.unique(point, return_inverse=True)
    if decided is not None:
        _, chosen = np.unique(decided, return_inverse=True)
        codes = codes * (int(chosen.max()) + 1) + chosen
    return int(np.unique(codes, return_counts=True)[1].max())


def _range(point: np.ndarray, known: np.ndarray) -> dict[str, Any]:
    """Return training's range, and how many points are farther from it than it is wide."""
    low, high = float(np.nanmin(known)), float(np.nanmax(known))
    far = (point < low - (high - low)) | (point > high + (high - low))
    return {"range": {"low": low, "high": high}, "outside": int(far.sum())}
