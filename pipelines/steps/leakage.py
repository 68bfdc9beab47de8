"""What could the candidate know that it must not? Measured from both splits and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from pipelines.measure import delong
from pipelines.steps import canonical, cells, copies, near, pairs, splitting, tables
from pipelines.steps.cells import Labels, View
from pipelines.steps.evidence import ScoredSplit

MEASURABLE = 2  # rows of each answer, below which an AUC has no variance
NOT_ENCODED = {"column": "", "free": 0, "chi_square": 0.0}
FILLED = 20  # rows of a value whose share of yes says something
EXPECTED = 5  # rows of yes and of no, from which a chi-square is one
NAMED = 20  # columns that an artifact asks for and may not, named in the evidence
LONGEST = 64  # characters of such a name


def measure(
    split: ScoredSplit,
    train: pa.Table,
    asked: Sequence[Any],
    left_out: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return the section of the evidence; *asked* are the columns that the artifact wants.

    *left_out* says by reason how many rows the split has left out.
    """
    model, test = split.model, split.features
    if model.task.CUTOFF:
        return _of_the_future(split, train, asked)
    shared = {
        "train_rows": train.num_rows,
        "test_rows": test.num_rows,
        **_split(model, train, split.truth.table, left_out or {}),
        "asked": columns_asked(asked, model),
    }
    views = _views(split) if split.measurable and train.num_rows else {}
    if not views:
        return shared | {"columns": {}}
    columns = {name: _joined(train, test, name) for name in model.features}
    known = {name: _best(column, views) for name, column in columns.items()}
    alone = {name: auc for name, (auc, _) in known.items()}
    sent = [name for name in model.task.sent if name not in model.task.together]
    known |= {name: _best(_joined(train, test, name), views) for name in sent}
    first = next(iter(views.values()))
    key = _joined(train, test, model.key)
    return shared | {
        "columns": {name: auc for name, (auc, _) in known.items()},
        "cells": {name: how for name, (_, how) in known.items()},
        "pairs": pairs.measure(columns, alone, views),
        "order": _order(key, views),
        "encoded": _encoded(columns, first) if len(views) == 1 else NOT_ENCODED,
        **_rows(split, train, columns, views),
    }


def _of_the_future(split: ScoredSplit, train: pa.Table, asked: Sequence[Any]) -> dict[str, Any]:
    """Say whether anything that comes after an origin is learned from, or seen from there."""
    known = split.measure.advance(split.truth) if split.measurable else {}
    return {
        "train_rows": train.num_rows,
        "test_rows": int(split.measure.judged(split.truth).sum()),
        "asked": columns_asked(asked, split.model),
        "cutoff": split.measure.cutoff(),
        "columns": {name: auc for name, (auc, _) in known.items()},
        "cells": {name: how for name, (_, how) in known.items()},
    }


def _split(
    model: Judged, train: pa.Table, test: pa.Table, left_out: Mapping[str, int]
) -> dict[str, Any]:
    """Return what is in both splits that may be in one, or in the wrong one."""
    return {
        "shared_keys": _count(tables.known(train, test, [model.key])),
        "shared_entities": _count(tables.known(train, test, [model.entity])),
        "misplaced": splitting.misplaced(model, train, test) if test.num_rows else 0,
        "left_out": int(left_out.get("entity", 0)),
    }


def _rows(
    split: ScoredSplit,
    train: pa.Table,
    columns: Mapping[str, pa.Array],
    views: Mapping[str, Labels],
) -> dict[str, Any]:
    """Compare rows of both splits by what they hold, whatever their keys are."""
    model, test = split.model, split.truth.table
    label = _joined(train, test, model.task.target)
    entity = None if model.entity == model.key else _joined(train, test, model.entity)
    return {
        "near": near.measure(columns, train.num_rows, label, entity),
        "alike": {
            "rows": copies.rows(near.codes([*columns.values(), label]), train.num_rows),
            "labels": copies.labels(near.codes(list(columns.values())), views),
        },
    }


def label_column(split: ScoredSplit) -> tuple[float, str]:
    """Return what a column would know that holds the label, and how it is seen."""
    column = _joined(split.train, split.truth.table, split.model.task.target)
    return _best(column, _views(split))


def _views(split: ScoredSplit) -> dict[str, Labels]:
    """Return the labels of both splits as yes-or-no questions, each with both answers in both."""
    taught, judged = split.measure.views(split.measure.taught), split.measure.views(split.truth)
    both = {name: Labels(taught[name], judged[name]) for name in judged if name in taught}
    return {
        name: labels
        for name, labels in both.items()
        if all(MEASURABLE <= part.sum() <= len(part) - MEASURABLE for part in labels.parts)
    }


def _best(column: pa.Array, views: Mapping[str, Labels]) -> tuple[float, str]:
    """Return what a column alone knows of the view of the label that it knows best."""
    split = next(iter(views.values())).split
    cut = list(cells.views(column, split))
    number = cells.numbers(column)[split:] if tables.is_number(column.type) else None
    found = []
    for name, labels in views.items():
        auc, how = _column_auc(cut, number, labels)
        found.append((auc, how if len(views) == 1 else f"{how}, of {name}"))
    return max(found)


def _column_auc(
    cut: Sequence[View], number: np.ndarray | None, labels: Labels
) -> tuple[float, str]:
    """Return how well one column alone ranks the test split, 0.5 to 1, and by which of its cuts.

    A number also ranks as it is, which needs no rows that teach.
    """
    found = cells.best(cut, labels)
    if number is None:
        return found
    auc = delong.area(labels.test, np.where(np.isnan(number), -np.inf, number))
    return max(found, (max(auc, 1 - auc), "by its size"))


def _joined(train: pa.Table, test: pa.Table, name: str) -> pa.Array:
    """Return a column of both splits as one; of two types it is text."""
    parts = [table.column(name).combine_chunks() for table in (train, test)]
    if parts[0].type != parts[1].type:
        numbers = all(tables.is_number(part.type) for part in parts)
        parts = [canonical.floats(p) if numbers else canonical.texts(p) for p in parts]
    return pa.concat_arrays(parts)


def _order(key: pa.Array, views: Mapping[str, Labels]) -> dict[str, Any]:
    """Return how well the number of a row, or what its key looks like, ranks the test split."""
    first = next(iter(views.values()))
    rows = (np.arange(first.split), np.arange(len(first.test)))
    numbers = cells.number_views(np.concatenate(rows).astype(float), first.split)
    cut = [View(f"the row number, {view.how}", view.codes) for view in numbers]
    cut += _key_views(key, first.split)
    auc, how = max(cells.best(cut, labels) for labels in views.values())
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
        return dict(NOT_ENCODED)
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


def columns_asked(names: Sequence[Any], model: Judged) -> dict[str, Any]:
    """Compare what an artifact asks for with the columns of a request; *names* are a stranger's."""
    known = [name for name in names if name in model.inputs]
    foreign = [str(name)[:LONGEST] for name in names if name not in model.inputs]
    return {
        "equal": list(names) == list(model.inputs),
        "missing": [name for name in model.inputs if name not in known],
        "foreign": foreign[:NAMED],
    }


def _count(found: pa.Array) -> int:
    return int(pc.sum(found).as_py() or 0)
