"""How would the items be ranked by someone who does not know who asks?"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Popularity:
    """The naive ranking: how relevant an item has been, whoever asks."""

    of_item: Mapping[Hashable, float]
    prior: float
    """The mean relevance of all rows: what an item that training has not seen gets."""

    def score(self, item: Sequence[Hashable] | Array) -> Array:
        """Return the score of each item."""
        return np.array([self.of_item.get(each, self.prior) for each in _plain(item)])


def popularity(item: Sequence[Hashable] | Array, relevance: Array) -> Popularity:
    """Return the mean relevance of each item in the training rows."""
    seen = dict[Hashable, int]()
    number = np.array([seen.setdefault(each, len(seen)) for each in _plain(item)])
    mean = np.bincount(number, relevance) / np.bincount(number)
    return Popularity(dict(zip(seen, mean.tolist(), strict=True)), float(relevance.mean()))


def _plain(item: Sequence[Hashable] | Array) -> list[Hashable]:
    return item.tolist() if isinstance(item, np.ndarray) else list(item)
