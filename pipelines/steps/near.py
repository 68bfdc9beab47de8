"""Are test rows nearer to training rows than training rows are to each other?

Shares alone condemn honest data: two of three rows of the census equal another row in all columns
but one. So a part of the training rows is compared with the rest of them in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from factory.gates.leakage import CHOSEN
from pipelines.steps import canonical, cells, tables

PART = 4000  # rows of each part that are compared by signatures
ASKED = 1500  # rows of each part whose nearest rows are looked for
AMONG = 32_000  # rows among which they are looked for
NEIGHBOURS = 5
BLOCK = 32  # points that are skipped together where none of them is near
AT_ONCE = 128  # rows; their distances fit the processor's cache
LEVEL = 6  # dimensions of a level, so that different ones are about equally far apart
SAME = 1e-3  # a distance that is none, with the digits of float32
WIDEST = 96  # dimensions of a row; more columns are projected to as many
SINGLES = 32  # columns, beyond which as many random ones are left out by turns


def measure(columns: Mapping[str, pa.Array], split: int, dropped: int = 0) -> dict[str, Any]:
    """Return for each way of looking how many test rows, and training rows, are near to others.

    *columns* hold the training rows, of which there are *split*, and then the test rows; *dropped*
    training rows equalled a test row in all columns.
    """
    random = np.random.default_rng(0)
    rows = len(next(iter(columns.values())))
    order = random.permutation(split)
    part = min(rows - split, split // 2, PART)
    if part < 1:
        return {}
    test = split + random.permutation(rows - split)[:part]
    parts, rest = {"test": test, "train": order[:part]}, order[part:]
    hashes = np.stack([_hash(number, column) for number, column in enumerate(columns.values())])
    known = _Signatures(hashes, parts, rest)
    all_but_one = known.all_but_one(random)
    repeated = _repeated(hashes, parts, np.arange(split, rows), dropped, random)
    return {
        "all_but_one": all_but_one,
        "half": known.half(random),
        "nearest": _nearest(columns, split, parts, rest),
        "repeated": repeated | {"train": max(repeated["train"], all_but_one["train"])},
    }


def _repeated(
    hashes: np.ndarray,
    parts: Mapping[str, np.ndarray],
    exam: np.ndarray,
    dropped: int,
    random: np.random.Generator,
) -> dict[str, int]:
    """Count the rows that equal one of the *exam*, a test row another one, in all columns but one.

    Where each row is there once, a training row does so as often as a test row: the training rows
    that were *dropped* would all have done. Where time has changed a column, training rows among
    themselves say more: whoever judges takes what is higher.
    """
    found = _Signatures(hashes, parts, exam, own=("test",)).all_but_one(random)
    split = hashes.shape[1] - len(exam)
    share = (found["train"] / found["rows"] * split + dropped) / (split + dropped)
    return found | {"train": round(share * found["rows"])}


@dataclass(frozen=True)
class _Signatures:
    """Which rows of the parts equal one of the rest in some columns?"""

    hashes: np.ndarray
    """A row of 64 bits for each column."""
    parts: Mapping[str, np.ndarray]
    rest: np.ndarray
    own: tuple[str, ...] = ()
    """The parts that are of the rest themselves: their rows must equal another one."""

    def all_but_one(self, random: np.random.Generator) -> dict[str, int]:
        """Count the rows that equal one of the rest in all columns but any one."""
        whole = self.hashes.sum(axis=0, dtype=np.uint64)
        left_out = random.permutation(len(self.hashes))[:SINGLES]
        each = [self._equal(whole - self.hashes[column]) for column in left_out]
        return self._counts({p: np.any([hit[p] for hit in each], axis=0) for p in self.parts})

    def half(self, random: np.random.Generator) -> dict[str, int]:
        """Count the rows that equal one of the rest in half of the columns: at the worst choice."""
        size = (len(self.hashes) + 1) // 2
        chosen = [random.permutation(len(self.hashes))[:size] for _ in range(CHOSEN)]
        each = [self._counts(self._equal(self.hashes[c].sum(axis=0))) for c in chosen]
        return max(each, key=lambda found: found["test"] - found["train"])

    def _equal(self, signature: np.ndarray) -> dict[str, np.ndarray]:
        known, times = np.unique(signature[self.rest], return_counts=True)
        found = {}
        for name, rows in self.parts.items():
            at = np.searchsorted(known, signature[rows]).clip(max=len(known) - 1)
            least = 2 if name in self.own else 1
            found[name] = (known[at] == signature[rows]) & (times[at] >= least)
        return found

    def _counts(self, found: Mapping[str, np.ndarray]) -> dict[str, int]:
        counts = {name: int(hit.sum()) for name, hit in found.items()}
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
    columns: Mapping[str, pa.Array], split: int, parts: Mapping[str, np.ndarray], rest: np.ndarray
) -> dict[str, float]:
    """Compare how much nearer the nearest of the *rest* is than the next ones, for each part."""
    points = _points(columns, split)
    among = points[rest[:AMONG]]
    asked = {name: rows[:ASKED] for name, rows in parts.items()}
    nearness = {name: _nearness(points[rows], among) for name, rows in asked.items()}
    return {"excess": _excess(nearness["test"], nearness["train"]), "rows": len(asked["test"])}


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
