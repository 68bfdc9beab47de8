"""Which decisions were right, and which go against the score?"""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.steps import groups
from pipelines.steps.evidence import ScoredSplit

EVERYBODY = "everybody"


def measure(split: ScoredSplit) -> dict[str, Any]:
    """Return how many rows of each class are decided rightly, and what no threshold explains."""
    truth, decided = split.measure.decided(split.truth, split.answers)
    found: dict[str, Any] = {
        "classes": {
            str(name): {
                "rows": int((truth == name).sum()),
                "right": int(((truth == name) & (decided == name)).sum()),
            }
            for name in np.unique(truth)
        }
    }
    by = split.model.task.threshold_columns(split.model)
    return found if by is None else found | {"order": _order(split, list(by))}


def _order(split: ScoredSplit, by: list[str]) -> dict[str, Any]:
    score, selected = (split.answers[n] for n in (split.model.task.POINT, split.model.task.DECIDES))
    everybody = ([[EVERYBODY]], np.zeros(len(score), np.int64))
    names, codes = groups.joint(split.features, by) if by else everybody
    against = [
        against_score(score[chosen], selected[chosen])
        for chosen in (codes == code for code in range(len(names)))
    ]
    worst = int(np.argmax(against))
    named = ", ".join(names[worst])
    return {"by": by, "groups": len(names), "against": sum(against), "worst": named}


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
