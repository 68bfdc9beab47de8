"""Which decisions were right, and which go against the score?"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.steps import groups
from pipelines.steps.evidence import ScoredSplit

EVERYBODY = "everybody"


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return counts of right decisions, and of those that no threshold of a group explains."""
    yes, selected = split.label.astype(bool), split.selected
    return {
        "positives": int(yes.sum()),
        "true_positives": int((yes & selected).sum()),
        "negatives": int((~yes).sum()),
        "true_negatives": int((~yes & ~selected).sum()),
        "order": _order(split),
    }


def _order(split: ScoredSplit) -> dict[str, Any]:
    by = list(split.model.threshold_columns)
    names, codes = groups.joint(split.features, by) if by else ([[EVERYBODY]], _one(split))
    against = [
        against_score(split.score[chosen], split.selected[chosen])
        for chosen in (codes == code for code in range(len(names)))
    ]
    worst = int(np.argmax(against))
    named = ", ".join(names[worst])
    return {"by": by, "groups": len(names), "against": sum(against), "worst": named}


def _one(split: ScoredSplit) -> np.ndarray:
    return np.zeros(len(split.score), np.int64)


def against_score(score: np.ndarray, selected: np.ndarray) -> int:
    """Return the fewest decisions that would have to change for a threshold to explain all."""
    _, codes = np.unique(score, return_inverse=True)
    refused, chosen = np.bincount(codes[~selected]), np.bincount(codes[selected])
    size = codes.max(initial=-1) + 1
    refused = np.pad(refused, (0, size - len(refused)))
    chosen = np.pad(chosen, (0, size - len(chosen)))
    selected_below = np.concatenate([[0], np.cumsum(chosen)])
    refused_above = np.concatenate([np.cumsum(refused[::-1])[::-1], [0]])
    return int((selected_below + refused_above).min())
