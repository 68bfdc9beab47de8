"""Which rows to learn from are held out together, so that answers to them are as to new rows?"""

from __future__ import annotations

import numpy as np

from factory.catalogue.judged import Judged
from pipelines.steps.rows import Rows


def of(model: Judged, rows: Rows, seed: int, number: int) -> np.ndarray:
    """Return the fold of each row, from 1 to *number*.

    Folds are as the split is. After a time they are spans of time: what comes next differs more
    than the rows of one day. Rows of one entity are in one fold. Otherwise each row is by itself.
    """
    random = np.random.default_rng(seed)
    if model.split.TIMES:
        (column,) = (getattr(model.split, field) for field in model.split.TIMES)
        _, moment = np.unique(rows.values(column), return_inverse=True)
        earlier = np.searchsorted(np.sort(moment), moment)
        return np.asarray(earlier * number // len(rows) + 1)
    if model.split.entity_column:
        _, entity = np.unique(rows.texts(model.split.entity_column), return_inverse=True)
        return np.asarray(random.permutation(entity.max() + 1)[entity] % number + 1)
    return np.asarray(random.permutation(len(rows)) % number + 1)
