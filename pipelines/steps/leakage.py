"""What could the candidate know that it must not? Measured from both splits and their labels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.gates.leakage import FILLED as FILLED_CELL
from pipelines.steps import canonical, cells, delong, near, tables
from pipelines.steps.cells import COARSE, Labels, View
from pipelines.steps.evidence import ScoredSplit

PAIRS = 2000  # of columns; beyond, as many random ones
PAIR_ROWS = 20_000  # that teach, and that judge
FILLED = 20  # rows of a value whose share of yes says something
EXPECTED = 5  # rows of yes and of no, from which a chi-square is one
NAMED = 20  # columns that an artifact asks for and may not, named in the evidence
LONGEST = 64  # characters of such a name


def measure(
    split: ScoredSplit, train: pa.Table, asked: Sequence[Any], dropped: int = 0
) -> dict[str, Any]:
    """Return the section of the evidence; *asked* are the columns that the artifact wants.

    *dropped* training rows were left out of *train*, since they equal a test row.
    """
    model, test = split.model, split.features
    shared = {
        "train_rows": train.num_rows,
        "test_rows": test.num_rows,
        "shared_keys": _count(tables.known(train, test, [model.key])),
        "shared_feature_rows": _count(
            tables.known(train, test, model.features, fewer=_cell(model))
        ),
        "asked": _asked(asked, model),
    }
    if not split.measurable or not train.num_rows:
        return shared | {"columns": {}}
    labels = Labels(
        train.column(model.label.column).to_numpy().astype(int), split.label.astype(int)
    )
    columns = {name: _joined(train, test, name) for name in model.features}
    known = {name: column_auc(column, labels) for name, column in columns.items()}
    if model.gates.leakage.repeats:
        shared["alike"] = _alike(train, test, model, labels)
    return shared | {
        "columns": {name: auc for name, (auc, _) in known.items()},
        "cells": {name: how for name, (_, how) in known.items()},
        "pairs": _pairs(columns, {name: auc for name, (auc, _) in known.items()}, labels),
        "order": _order(_joined(train, test, model.key), labels),
        "encoded": _encoded(columns, labels),
        "near": near.measure(columns, labels.split, dropped),
    }


def _cell(model: Judged) -> int:
    """Return from how many equal test rows on a training row may equal them; 0 for never."""
    return FILLED_CELL if model.gates.leakage.repeats else 0


def _alike(train: pa.Table, test: pa.Table, model: Judged, labels: Labels) -> dict[str, Any]:
    """Compare the labels of training rows with those of the test rows that they equal.

    Each cell gives the chi-square of a table of two by two, with one degree of freedom: what is
    independent adds up to about as much as there are cells, and copies to less. What the splits
    differ by in all cells, as those of two years do, is taken off.
    """
    both = pa.concat_arrays([tables.signatures(t, model.features) for t in (train, test)])
    codes = np.asarray(both.dictionary_encode().indices)
    size = int(codes.max(initial=-1)) + 1
    taught = cells.counts(codes[: labels.split], labels.train, size)
    judged = cells.counts(codes[labels.split :], labels.test, size)
    n, m = taught.sum(axis=0), judged.sum(axis=0)
    share = (taught[1] + judged[1]) / np.maximum(n + m, 1)
    telling = (n > 0) & (m > 0) & (share > 0) & (share < 1)
    n, m, share = n[telling], m[telling], share[telling]
    apart = taught[1][telling] / n - judged[1][telling] / m
    weight = 1 / (share * (1 - share) * (1 / n + 1 / m))
    everywhere = (apart * weight).sum() / weight.sum() if len(n) else 0.0
    chi = float(((apart - everywhere) ** 2 * weight).sum())
    return {"rows": int(n.sum()), "free": max(len(n) - 1, 0), "chi_square": chi}


def column_auc(column: pa.Array, labels: Labels) -> tuple[float, str]:
    """Return how well one column alone ranks the test split, 0.5 to 1, and by which of its views.

    A number also ranks as it is, which needs no rows that teach.
    """
    found = cells.best(cells.views(column, labels.split), labels)
    if not tables.is_number(column.type):
        return found
    values = cells.numbers(column)[labels.split :]
    auc = delong.auc(labels.test, np.where(np.isnan(values), -np.inf, values)).value
    return max(found, (max(auc, 1 - auc), "by its size"))


def _joined(train: pa.Table, test: pa.Table, name: str) -> pa.Array:
    """Return a column of both splits as one; of two types it is text."""
    parts = [table.column(name).combine_chunks() for table in (train, test)]
    if parts[0].type != parts[1].type:
        numbers = all(tables.is_number(part.type) for part in parts)
        parts = [canonical.floats(p) if numbers else canonical.texts(p) for p in parts]
    return pa.concat_arrays(parts)


def _pairs(
    columns: Mapping[str, pa.Array], alone: Mapping[str, float], labels: Labels
) -> dict[str, Any]:
    """Return the two columns that together know most beyond the better of them alone."""
    every = list(itertools.combinations(columns, 2))
    chosen = every
    if len(every) > PAIRS:
        picked = np.random.default_rng(0).choice(len(every), PAIRS, replace=False)
        chosen = [every[i] for i in sorted(picked)]
    found = {"checked": len(chosen), "of": len(every)}
    ranked = [
        (auc - max(alone[one], alone[other]), auc, one, other, how)
        for how, auc, one, other in _pair_aucs(columns, chosen, labels)
    ]
    if not ranked:
        return found
    gain, auc, one, other, how = max(ranked)
    return found | {"columns": [one, other], "auc": auc, "gain": gain, "how": how}


def _pair_aucs(
    columns: Mapping[str, pa.Array], pairs: Sequence[tuple[str, str]], labels: Labels
) -> Iterator[tuple[str, float, str, str]]:
    teach = slice(0, min(labels.split, PAIR_ROWS))
    judge = slice(labels.split, labels.split + PAIR_ROWS)
    yes = labels.train[teach], labels.test[:PAIR_ROWS]
    for how, coarse in (("by their size", _size), ("by their ends", _end)):
        codes = {name: coarse(column, labels.split) for name, column in columns.items()}
        for one, other in pairs:
            both = codes[one] * (COARSE + 2) + codes[other]
            taught = cells.counts(both[teach], yes[0], (COARSE + 2) ** 2)
            auc = cells.cell_auc(taught, cells.counts(both[judge], yes[1], (COARSE + 2) ** 2))
            yield how, auc, one, other


def _size(column: pa.Array, split: int) -> np.ndarray:
    if tables.is_number(column.type):
        return cells.quantiles(cells.numbers(column), COARSE, split)
    return cells.levels(canonical.texts(column), COARSE, split)


def _end(column: pa.Array, split: int) -> np.ndarray:
    if not tables.is_number(column.type):
        return cells.levels(pc.utf8_slice_codeunits(canonical.texts(column), -1), COARSE, split)
    known = np.nan_to_num(cells.numbers(column), posinf=0, neginf=0)
    return np.asarray(np.mod(known, COARSE), np.int64)


def _order(key: pa.Array, labels: Labels) -> dict[str, Any]:
    """Return how well the number of a row, or what its key looks like, ranks the test split."""
    rows = (np.arange(labels.split), np.arange(len(labels.test)))
    numbers = cells.number_views(np.concatenate(rows).astype(float), labels.split)
    named = (View(f"the row number, {view.how}", view.codes) for view in numbers)
    auc, how = cells.best(itertools.chain(named, _key_views(key, labels.split)), labels)
    return {"auc": auc, "how": how}


def _key_views(key: pa.Array, split: int) -> Iterator[View]:
    digits = pc.replace_substring_regex(key, r"[^0-9]", "")
    number = pc.utf8_slice_codeunits(digits, -15)
    known = pc.if_else(pc.equal(number, ""), pa.scalar(None, pa.string()), number)
    for view in cells.number_views(cells.numbers(known), split):
        yield View(f"the key's number, {view.how}", view.codes)
    letters = pc.replace_substring_regex(key, r"[0-9]", "")
    yield View("the key's letters", cells.levels(letters, cells.MOST, split))
    yield View("the key's last character", cells.last(key, split))


def _encoded(columns: Mapping[str, pa.Array], labels: Labels) -> dict[str, Any]:
    """Return the number whose values follow the share of yes among its test rows most exactly.

    It has no name where no number has enough rows of enough values.
    """
    found = {
        name: fit
        for name, column in columns.items()
        if tables.is_number(column.type)
        and (fit := _exactness(cells.numbers(column)[labels.split :], labels.test))
    }
    if not found:
        return {"column": "", "free": 0, "chi_square": 0.0}
    name = min(found, key=lambda name: found[name][1] / found[name][0])
    return {"column": name, "free": found[name][0], "chi_square": found[name][1]}


def _exactness(values: np.ndarray, label: np.ndarray) -> tuple[int, float] | None:
    """Return degrees of freedom and chi-square of the line from values to shares of yes."""
    kept = np.isfinite(values)
    levels, codes = np.unique(values[kept], return_inverse=True)
    no, yes = cells.counts(codes, label[kept].astype(int), len(levels))
    large = no + yes >= FILLED
    if large.sum() < 2:  # noqa: PLR2004 - a line needs two points
        return None
    x, rows, yes = levels[large], (no + yes)[large], yes[large]
    x = x / max(np.abs(x).max(), 1e-300)
    slope, start = np.polyfit(x, yes / rows, 1, w=np.sqrt(rows))
    line = slope * x + start
    told = np.minimum(line, 1 - line) * rows >= EXPECTED
    if told.sum() <= 2:  # noqa: PLR2004 - a line goes through two points
        return None
    chi = (yes - rows * line)[told] ** 2 / (rows * line * (1 - line))[told]
    return int(told.sum()) - 2, float(chi.sum())


def _asked(names: Sequence[Any], model: Judged) -> dict[str, Any]:
    """Compare what an artifact asks for with the features of the spec; *names* are a stranger's."""
    known = [name for name in names if name in model.features]
    foreign = [str(name)[:LONGEST] for name in names if name not in model.features]
    return {
        "equal": list(names) == list(model.features),
        "missing": [name for name in model.features if name not in known],
        "foreign": foreign[:NAMED],
    }


def _count(found: pa.Array) -> int:
    return int(pc.sum(found).as_py() or 0)
