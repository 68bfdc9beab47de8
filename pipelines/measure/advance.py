"""Does a column that is said to be known in advance hold what is to be forecast?

What the last season says of a value is known to everybody. So both the value and the column are
looked at beyond that: a column that is the value, whatever is added to it or by what it is
multiplied, tells of each row whether more comes than came last season. It is compared with the
values of other steps of the same question as well: a column that holds the value of the step
before shows, from the second step on, what came after the origin.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipelines.measure import delong

Array = np.ndarray
FEWEST = 50  # rows of either answer, of which an AUC near 1 is no chance
FARTHEST = 24  # steps apart, of which a column may be another's value


def told(surprise: Array, column: Array, question: Array, step: Array) -> tuple[float, str]:
    """Return how well *column* tells the sign of the *surprise*, 0.5 to 1, and of which step.

    Both are beyond what the last season says, of rows whose place is a *step* of a *question*; a
    surprise is NaN where nothing is known.
    """
    order = np.lexsort((step, question))
    found = list(_shifted(surprise[order], column[order], question[order], step[order]))
    return max(found, default=(0.5, "too few rows tell"))


def _shifted(
    surprise: Array, column: Array, question: Array, step: Array
) -> Iterator[tuple[float, str]]:
    most = min(int(step.max(initial=1)) - 1, FARTHEST)
    for by in range(-most, most + 1):
        here, there = (slice(max(s, 0), len(step) + min(s, 0)) for s in (by, -by))
        same = (question[here] == question[there]) & (step[here] - step[there] == by)
        came, says = surprise[there], column[here]
        rows = same & np.isfinite(came) & (came != 0) & np.isfinite(says)
        label = (came[rows] > 0).astype(int)
        if min(label.sum(), len(label) - label.sum()) < FEWEST:
            continue
        auc = delong.area(label, says[rows])
        yield max(auc, 1 - auc), _words(by)


def _words(by: int) -> str:
    if not by:
        return "beyond the last season"
    return f"beyond the last season, of {abs(by)} steps {'before' if by > 0 else 'after'} it"
