"""Are test rows nearer to training rows than training rows are to each other?

Shares alone condemn honest data: two of three rows of the census equal another row in all columns
but one. So a part of the training rows is compared with the others in the same way: with those of
other entities, as no entity of a test row teaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from factory.gates.copies import CHOSEN
from pipelines.steps import canonical, cells, tables

PART = 4000  # rows of each part that are compared by signatures
ASKED = 1500  # rows of each part whose nearest rows are looked for
AMONG = 32_000  # rows among which they are looked for
NEIGHBOURS = 5
BLOCK = 32  # points that are skipped together where none of them is near
HELD = 5  # of so many entities one is held against the others
AT_ONCE = 128  # rows; their distances fit the processor's cache
LEVEL = 6  # dimensions of a level, so that different ones are about equally far apart
SAME = 1e-3  # a distance that is none, with the digits of float32
WIDEST = 96  # dimensions of a row; more columns are projected to as many
SINGLES = 32  # columns, beyond which as many random ones are left out by turns


def measure(
    columns: Mapping[str, pa.Array],
    split: int,
    label: pa.Array,
    entity: pa.Array | None = None,
) -> dict[str, Any]:
    """Return for each way of looking how many test rows, and training rows, are near to others.

    *columns* hold the training rows, of which there are *split*, and then the test rows, and so
    does the *label*. *entity* says whose each row is, where that may have many.
    """
    random = np.random.default_rng(0)
    rows = len(next(iter(columns.values())))
    order = random.permutation(split)
    part = min(rows - split, split // 2, PART)
    if part < 1:
        return {}
    parts = {"test": split + random.permutation(rows - split)[:part], "train": order[:part]}
    hashes = np.stack([_hash(number, column) for number, column in enumerate(columns.values())])
    owners = None if entity is None else _hash(len(columns), entity)
    known = _Signatures(hashes, parts, np.arange(split), "train", owners)
    exam = _Signatures(hashes, parts, np.arange(split, rows), "test", owners)
    all_but_one, repeated = known.all_but_one(random), exam.all_but_one(random)
    return {
        "all": known.all(_hash(len(columns) + 1, label)),
        "all_but_one": all_but_one,
        "half": known.half(random),
        "nearest": _nearest(columns, split, parts["test"], _held(order, part, owners)),
        "repeated": repeated | {"train": max(repeated["train"], all_but_one["train"])},
    }


def codes(columns: Sequence[pa.Array]) -> np.ndarray:
    """Return a number for each row, the same where rows are equal in all *columns*."""
    each = [_hash(number, column) for number, column in enumerate(columns)]
    found = np.sum(each, axis=0, dtype=np.uint64)
    return np.unique(found, return_inverse=True)[1]


def _held(order: np.ndarray, part: int, owners: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return some of the training rows, and all of them of whose entity none is among the first."""
    if owners is None:
        return order[:part], order[part:]
    known = np.unique(owners[order])
    some = np.random.default_rng(4).permutation(known)[: max(len(known) // HELD, 1)]
    held = np.isin(owners[order], some)
    return order[held], order[~held]


@dataclass(frozen=True)
class _Signatures:
    """Which rows of the parts equal one of the pool in some columns?"""

    hashes: np.ndarray
    """A row of 64 bits for each column."""
    parts: Mapping[str, np.ndarray]
    pool: np.ndarray
    inside: str
    """The part whose rows are of the pool themselves: they must equal one of another entity."""
    owners: np.ndarray | None
    """64 bits for the entity of each row; None where each row is one."""

    def all(self, label: np.ndarray) -> dict[str, int]:
        """Count the rows that equal one of the pool in all columns and in the *label*."""
        return self._counts(self._equal(self.hashes.sum(axis=0, dtype=np.uint64) + label))

    def all_but_one(self, random: np.random.Generator) -> dict[str, int]:
        """Count the rows that equal one of the pool in all columns but any one."""
        whole = self.hashes.sum(axis=0, dtype=np.uint64)
        left_out = random.permutation(len(self.hashes))[:SINGLES]
        each = [self._equal(whole - self.hashes[column]) for column in left_out]
        return self._counts({p: np.any([hit[p] for hit in each], axis=0) for p in self.parts})

    def half(self, random: np.random.Generator) -> dict[str, int]:
        """Count the rows that equal one of the pool in half of the columns: at the worst choice."""
        size = (len(self.hashes) + 1) // 2
        chosen = [random.permutation(len(self.hashes))[:size] for _ in range(CHOSEN)]
        each = [self._counts(self._equal(self.hashes[c].sum(axis=0))) for c in chosen]
        return max(each, key=lambda found: found["test"] - found["train"])

    def _equal(self, signature: np.ndarray) -> dict[str, np.ndarray]:
        found = {name: self._times(signature, rows) for name, rows in self.parts.items()}
        rows = self.parts[self.inside]
        own = 1 if self.owners is None else self._times(signature + self.owners, rows)
        return found | {self.inside: found[self.inside] > own}

    def _times(self, signature: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return how many of the pool have the *signature* of each of the *rows*."""
        known, times = np.unique(signature[self.pool], return_counts=True)
        at = np.searchsorted(known, signature[rows]).clip(max=len(known) - 1)
        return np.where(known[at] == signature[rows], times[at], 0)

    def _counts(self, found: Mapping[str, np.ndarray]) -> dict[str, int]:
        counts = {name: int(np.count_nonzero(hit)) for name, hit in found.items()}
        return counts | {"rows": len(self.parts["test"])}


def _hash(number: int, column: pa.Array) -> np.ndarray:
    """Return 64 random bits for each distinct value of the column with this *number*."""
    codes = _codes(column)
    random = np.random.default_rng([1, number])
    return np.asarray(random.integers(0, 2**64, codes.max() + 1, np.uint64)[codes])


def _codes(column: pa.Array) -> np.ndarray:
    """Return a number for each distinct value, 0 for what is missing."""
    if tables.is_number(column.type):
        column = canonical.floats(column)
    return np.asarray(column.dictionary_encode().indices.fill_null(-1)) + 1


def _nearest(
    columns: Mapping[str, pa.Array],
    split: int,
    test: np.ndarray,
    held: tuple[np.ndarray, np.ndarray],
) -> dict[str, float]:
    """Compare how much nearer the nearest training row is than the next ones.

    Of test rows among all training rows, and of those *held* among as many others.
    """
    some, others = held
    if not len(others):
        return {"excess": 0.0, "rows": 0}
    points, size = _points(columns, split), min(len(others), AMONG)
    every = np.random.default_rng(5).permutation(split)[:size]
    asked, taught = test[:ASKED], some[:ASKED]
    there = _nearness(points[asked], points[every])
    excess = _excess(there, _nearness(points[taught], points[others[:size]]))
    return {"excess": excess, "rows": min(len(asked), len(taught))}


def _points(columns: Mapping[str, pa.Array], split: int) -> np.ndarray:
    """Return each row as a point: numbers by their rank, levels in directions of their own."""
    parts = [_axes(number, column, split) for number, column in enumerate(columns.values())]
    points = np.hstack(parts).astype(np.float32)
    if points.shape[1] > WIDEST:
        signs = np.random.default_rng(2).choice([-1, 1], (points.shape[1], WIDEST))
        points = points @ (signs / np.sqrt(WIDEST)).astype(np.float32)
    return points


def _axes(number: int, column: pa.Array, split: int) -> np.ndarray:
    if tables.is_number(column.type):
        values = cells.numbers(column)
        ordered = np.sort(values[:split])
        return (np.searchsorted(ordered, values) / max(split, 1))[:, None]
    codes = _codes(column)
    places = np.random.default_rng([3, number]).normal(size=(codes.max() + 1, LEVEL))
    return np.asarray(places[codes] / np.sqrt(2 * LEVEL))


def _nearness(asked: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Return the distance to the nearest point as a share of that to one of the next, 0 to 1."""
    points = np.zeros((among.shape[1] + 1, -(-len(among) // BLOCK) * BLOCK), np.float32)
    points[-1] = np.inf  # what fills the last block is nobody's neighbour
    points[:-1, : len(among)], points[-1, : len(among)] = among.T, (among**2).sum(axis=1)
    least = min(NEIGHBOURS, len(among))
    parts = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
    squares = np.vstack([_lowest(part, points, least) for part in parts])
    low = np.sqrt(np.maximum(squares + (asked**2).sum(axis=1)[:, None], 0))
    low.sort(axis=1)
    return np.where(low[:, -1] > SAME, low[:, 0] / np.maximum(low[:, -1], SAME), 1.0)


def _lowest(asked: np.ndarray, points: np.ndarray, least: int) -> np.ndarray:
    """Return the *least* squares of distances of each row, but for its own square.

    They are in as many blocks, those whose lowest ones are lowest: no other block is looked into.
    """
    own = np.hstack([-2 * asked, np.ones((len(asked), 1), np.float32)])
    blocks = (own @ points).reshape(len(asked), BLOCK, -1)
    lowest = blocks.min(axis=1)
    chosen = np.argpartition(lowest, min(least, lowest.shape[1]) - 1, axis=1)[:, :least]
    kept = np.take_along_axis(blocks, chosen[:, None, :], axis=2).reshape(len(asked), -1)
    return np.asarray(np.partition(kept, least - 1, axis=1)[:, :least])


def _excess(test: np.ndarray, train: np.ndarray) -> float:
    """Return by how much more of *test* than of *train* lies below a bound, at its worst bound."""
    bounds = np.concatenate([test, train])
    shares = [np.searchsorted(np.sort(part), bounds, "right") / len(part) for part in (test, train)]
    return float((shares[0] - shares[1]).max())
