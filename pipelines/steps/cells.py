"""What does a column, a pair of columns or the order of rows alone know about the label?

A column is cut into cells in several ways, so that a function of it need not be monotone to be
found. The share of yes in each cell is learned on some rows and ranks others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.steps import canonical, tables

QUANTILES = 64  # cells of a number
COARSE = 16  # cells of one column of a pair
MODULI = (7, 9, 16, 60)  # 60 knows the last digit, parity and thirds; 16 the last bits
NOTHING = "by nothing"
MOST = 4096  # cells; a column of more levels is seen by its frequent ones


@dataclass(frozen=True)
class Labels:
    """The labels of the rows that teach and of the rows that judge, which follow them."""

    train: np.ndarray
    test: np.ndarray

    @property
    def parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Return both parts."""
        return self.train, self.test

    @property
    def split(self) -> int:
        """Return at which row those that judge begin."""
        return len(self.train)

    @cached_property
    def quarters(self) -> np.ndarray:
        """Return the label of each row that judges, and 2 more for those of a random half."""
        odd = np.random.default_rng(0).permutation(len(self.test)) % 2
        return np.asarray(self.test + 2 * odd)


@dataclass(frozen=True)
class View:
    """One way to cut a column into cells."""

    how: str
    """In words that follow `column age`: `by its last character`."""
    codes: np.ndarray
    """The cell of each row, from 0."""

    @cached_property
    def cells(self) -> int:
        """Return how many cells there are."""
        return int(self.codes.max(initial=0)) + 1


def best(views: Iterable[View], labels: Labels) -> tuple[float, str]:
    """Return the highest AUC with which a view ranks the rows that judge, and which it is."""
    found = max(((view_auc(view, labels), view.how) for view in views), default=(0.5, NOTHING))
    return max(found[0], 0.5), found[1]


def view_auc(view: View, labels: Labels) -> float:
    """Return the AUC of *view* as taught by the training rows, or by one half of the test rows.

    Each half judges what the other has taught.
    """
    size, train, test = view.cells, view.codes[: labels.split], view.codes[labels.split :]
    halves = np.bincount(test + size * labels.quarters, minlength=4 * size).reshape(2, 2, size)
    taught = cell_auc(counts(train, labels.train, size), halves.sum(axis=0))
    one, other = halves
    return max(taught, (cell_auc(one, other) + cell_auc(other, one)) / 2)


def counts(codes: np.ndarray, label: np.ndarray, cells: int) -> np.ndarray:
    """Return the rows without and with the label in each cell, as two rows."""
    return np.bincount(codes + cells * label, minlength=2 * cells).reshape(2, cells)


def cell_auc(taught: np.ndarray, judged: np.ndarray) -> float:
    """Return the AUC on the rows *judged* when each cell has the share of yes that was *taught*."""
    share = (taught[1].sum() + 1) / (taught.sum() + 2)
    score = (taught[1] + share) / (taught.sum(axis=0) + 1)
    order = np.argsort(score, kind="stable")
    no, yes = judged[:, order].astype(float)
    new = np.concatenate([[True], np.diff(score[order]) > 0]).cumsum() - 1  # equal scores tie
    no, yes = np.bincount(new, no), np.bincount(new, yes)
    if not no.sum() or not yes.sum():
        return 0.5
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (no.sum() * yes.sum()))


def views(column: pa.Array, split: int) -> Iterator[View]:
    """Yield the ways in which a *column*, whose first *split* rows teach, is cut into cells."""
    if tables.is_number(column.type):
        yield from number_views(numbers(column), split)
    text = canonical.texts(column)
    yield View("by its values", levels(text, MOST, split))
    yield from _text_views(text, split)


def number_views(values: np.ndarray, split: int) -> Iterator[View]:
    """Yield the cuts of a number: by size, by its remainders and by what follows the point."""
    yield View("by its size", quantiles(values, QUANTILES, split))
    known = np.where(np.isfinite(values), values, 0.0)
    whole = np.floor(np.clip(known, -1e15, 1e15))
    for modulus in MODULI:
        yield View(f"by its remainder of {modulus}", np.mod(whole, modulus).astype(np.int64))
    rest = known - np.floor(known)
    if rest.any():
        yield View("by what follows the point", quantiles(rest, QUANTILES, split))
        yield View("by its last bits", (known.view(np.int64) & 0xFF).astype(np.int64))


def _text_views(text: pa.Array, split: int) -> Iterator[View]:
    yield View("by its length", levels(pc.utf8_length(text).cast(pa.string()), QUANTILES, split))
    yield View("by its first character", levels(pc.utf8_slice_codeunits(text, 0, 1), MOST, split))
    yield View("by its last character", last(text, split))
    if not pc.all(pc.equal(text, pc.utf8_lower(text))).as_py():
        upper = pc.replace_substring_regex(text, r"[^A-Z]", "")
        yield View("by its capitals", levels(upper, QUANTILES, split))


def last(text: pa.Array, split: int) -> np.ndarray:
    """Return the cells of the last characters."""
    return levels(pc.utf8_slice_codeunits(text, -1), MOST, split)


def numbers(column: pa.Array) -> np.ndarray:
    """Return a column of numbers as floats; what is missing is NaN."""
    found: np.ndarray = canonical.floats(column).to_numpy(zero_copy_only=False)
    return found


def quantiles(values: np.ndarray, cells: int, split: int) -> np.ndarray:
    """Return in which of *cells* equally full cells each value lies; 0 for what is missing."""
    known = np.isfinite(values)
    taught = values[:split][known[:split]]
    if not len(taught):
        return np.zeros(len(values), np.int64)
    edges = np.unique(np.quantile(taught, np.linspace(0, 1, cells)[1:-1], method="lower"))
    return np.where(known, np.searchsorted(edges, np.where(known, values, 0), "right") + 1, 0)


def levels(text: pa.Array, cells: int, split: int) -> np.ndarray:
    """Return the cell of each level, the frequent ones of the teaching rows apart."""
    encoded = text.dictionary_encode()
    codes = pc.fill_null(encoded.indices, len(encoded.dictionary)).to_numpy().astype(np.int64)
    frequent = np.argsort(-np.bincount(codes[:split], minlength=len(encoded.dictionary) + 1))
    kept = np.full(len(encoded.dictionary) + 1, min(cells, len(frequent)) - 1)
    kept[frequent[: cells - 1]] = np.arange(len(frequent[: cells - 1]))
    return np.asarray(kept[codes])
