"""How much better than its own naive model is each member? Members are told apart, never averaged.

A member's units are its origins: what it loses at one of them is the mean of its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.measure import estimates
from pipelines.measure.measure import Member
from pipelines.measure.origins import FEWEST

Array = np.ndarray


def compared(
    keys: Sequence[tuple[str, ...]], member: Array, origin: Array, loss: Array, other: Array
) -> list[Member]:
    """Return a member for each of *keys*, which *loss* is compared with *other*.

    *member* tells the key's place and *origin* the unit of each row. A row counts where both losses
    are finite; a member of fewer than 12 origins lacks data.
    """
    _, moment = np.unique(origin, return_inverse=True)
    shape = len(keys), int(moment.max(initial=-1)) + 1
    used = np.isfinite(loss) & np.isfinite(other)
    unit = (member * shape[1] + moment)[used]
    size = np.prod(shape)
    count = np.bincount(unit, minlength=size).reshape(shape)
    own, naive = (
        np.bincount(unit, each[used], minlength=size).reshape(shape) / np.maximum(count, 1)
        for each in (loss, other)
    )
    return [
        Member(key, _gain(own[place], naive[place], count[place] > 0))
        for place, key in enumerate(keys)
    ]


def unanswered(members: Sequence[Member], member: Array, missing: Array) -> list[Member]:
    """Return *members*, of which those with a *missing* row are known by it and by nothing else."""
    rows = np.bincount(member[missing], minlength=len(members)).tolist()
    return [
        each._replace(gain=None, unanswered=lost) if lost else each
        for each, lost in zip(members, rows, strict=True)
    ]


def _gain(own: Array, naive: Array, there: Array) -> estimates.Section | None:
    if there.sum() < FEWEST:
        return None
    return estimates.difference(own[there], naive[there])
