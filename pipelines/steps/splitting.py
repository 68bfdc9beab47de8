"""Which rows of the data teach, which judge, and which are left out, and why?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.catalogue.split import FEWEST_ENTITIES, After, Hashed, Origins, Published, Split
from factory.errors import Refused
from pipelines.steps import canonical, rolling, tables

TEACHES, JUDGES, DELAYED = range(3)
MICROSECONDS = pa.timestamp("us")


@dataclass(frozen=True)
class Halves:
    """The rows of both sides, and how many are on neither."""

    train: pa.Table
    test: pa.Table
    left_out: Mapping[str, int]
    """By reason: `entity`, whose rows judge as well, and `delay`, after which a label is known."""
    asked: pa.Table | None = None
    """What is asked, where that is more than the rows that judge: their history too."""


def halves(model: Judged, train: pa.Table, test: pa.Table, product: pa.Table) -> Halves:
    """Split the rows that are the model's own; Refused where a side gets none, or loses many.

    *product* holds all rows of the data product that judges. Of one data product, *train* and
    *test* are the same rows.
    """
    for table, name in ((train, model.train), (test, model.test)):
        _check_complete(table, model, name)
    if isinstance(model.split, Origins):
        return _rolled(model, test, model.split.count)
    delayed = 0
    if model.train == model.test:
        sides = _sides(model.split)(model, test, product)
        train, test, delayed = (
            *(test.filter(pa.array(sides == side)) for side in (TEACHES, JUDGES)),
            int((sides == DELAYED).sum()),
        )
    for table, use in ((train, "to learn from"), (test, "to judge")):
        if not table.num_rows:
            raise Refused(
                f"split: {model.split.KIND} leaves no row of {model.test} {use}; "
                "land more, or split otherwise"
            )
    _check_chance(model, test)
    apart = _apart(model, train, test)
    _check_whole(model, apart, test)
    return Halves(apart, test, {"entity": train.num_rows - apart.num_rows, "delay": delayed})


def _rolled(model: Judged, rows: pa.Table, count: int) -> Halves:
    """Teach with what came before the first origin; what is asked repeats rows as history."""
    found = rolling.windows(model, rows, count)
    judging = rows.take(pa.array(np.unique(found.rows[found.hidden])))
    judging = judging.filter(judging.column(model.task.target).is_valid())
    asked = rolling.asked(model, rows, found)
    none = {"entity": 0, "delay": 0}
    return Halves(rows.take(pa.array(found.teach)), judging, none, asked)


def misplaced(model: Judged, train: pa.Table, test: pa.Table) -> int:
    """Return how many rows are on another side than the split says."""
    return int(_MISPLACED[type(model.split)](model, train, test))


def _check_complete(table: pa.Table, model: Judged, product: str) -> None:
    """Refuse rows that cannot be told apart, or that are on no side."""
    named = {f"split.{field}": column for field, column in model.split.columns.items()}
    for field, column in {"key": model.key, **named}.items():
        if column not in table.column_names:
            raise Refused(f"{field}: {column!r} is not a column of {product}; correct the spec")
        if nulls := table.column(column).null_count:
            raise Refused(f"{field}: {nulls} rows of {product} have no {column}; refuse them")


def _check_chance(model: Judged, test: pa.Table) -> None:
    """Refuse a hash that decides of so few entities that whoever names the column has chosen."""
    judging = len(pc.unique(test.column(model.entity)))
    if isinstance(model.split, Hashed) and judging < FEWEST_ENTITIES:
        raise Refused(
            f"split.key: {judging} values of {model.entity} judge, and of fewer than "
            f"{FEWEST_ENTITIES} no chance decides which ones they are; split by a column of more "
            "values, or land more of them"
        )


def _apart(model: Judged, train: pa.Table, test: pa.Table) -> pa.Table:
    """Return the rows of *train* of whose entity no row judges; Refused where many are not so."""
    column, limit = model.entity, model.gates.leakage.max_left_out
    found = train.filter(pc.invert(tables.known(train, test, [column])))
    lost = train.num_rows - found.num_rows
    if lost > limit * train.num_rows:
        raise Refused(
            f"{lost} of {train.num_rows} rows to learn from have a {column} that rows of the test "
            f"split have too, more than gates.leakage.max_left_out, {limit:g}; land each {column} "
            "in one of the two, or let the factory split one data product by it"
        )
    return found


def _check_whole(model: Judged, train: pa.Table, test: pa.Table) -> None:
    """Refuse a split that cuts through rows which are one question: it would be asked in part."""
    columns = list(model.task.together)
    cut = pc.sum(tables.known(test, train, columns)).as_py() if columns else 0
    if cut:
        named = " and ".join(columns)
        raise Refused(
            f"split: {cut} of {test.num_rows} rows to judge have a {named} that rows to learn from "
            f"have too, and all rows of one {named} are one question; split by {named}, or by "
            "whose it is"
        )


def _hashed(model: Judged, rows: pa.Table, _product: pa.Table | None = None) -> np.ndarray:
    """Return the side of each row by the hash of its entity."""
    split: Any = model.split
    encoded = canonical.texts(rows.column(model.entity)).dictionary_encode()
    judging = [split.judging(text) for text in encoded.dictionary.to_pylist()]
    return np.where(np.array(judging, bool)[np.asarray(encoded.indices)], JUDGES, TEACHES)


def _after(model: Judged, rows: pa.Table, product: pa.Table) -> np.ndarray:
    """Return the side of each row by its time, before or after a cut of the whole *product*."""
    split: Any = model.split
    times = _times(rows, split.time)
    cut = np.nanmax(_times(product, split.time)) - np.timedelta64(split.judged)
    known = times <= cut - np.timedelta64(split.unknown)
    return np.where(times > cut, JUDGES, np.where(known, TEACHES, DELAYED))


def _too_late(model: Judged, train: pa.Table, test: pa.Table) -> int:
    """Count the rows to learn from whose label was not known when the first that judges came."""
    split: Any = model.split
    known = _times(train, split.time) + np.timedelta64(split.unknown)
    return int((known >= _times(test, split.time).min()).sum())


def _wrong_hash(model: Judged, train: pa.Table, test: pa.Table) -> int:
    return int((_hashed(model, train) != TEACHES).sum() + (_hashed(model, test) != JUDGES).sum())


def _nowhere(_model: Judged, _train: pa.Table, _test: pa.Table) -> int:
    return 0


def _times(table: pa.Table, column: str) -> np.ndarray:
    found = table.column(column).combine_chunks()
    if not (pa.types.is_date(found.type) or pa.types.is_timestamp(found.type)):
        raise Refused(f"split.time: {column} is {found.type}, no date or time; choose another")
    return np.asarray(found.cast(MICROSECONDS).to_numpy(zero_copy_only=False))


def _sides(split: Split) -> Callable[[Judged, pa.Table, pa.Table], np.ndarray]:
    if type(split) not in _SIDES:
        raise Refused(f"split: {split.KIND} cannot split one data product; use another")
    return _SIDES[type(split)]


_SIDES: Mapping[type[Split], Callable[[Judged, pa.Table, pa.Table], np.ndarray]] = {
    Hashed: _hashed,
    After: _after,
}
_MISPLACED: Mapping[type[Split], Callable[[Judged, pa.Table, pa.Table], int]] = {
    Published: _nowhere, Origins: _nowhere, Hashed: _wrong_hash, After: _too_late
}  # fmt: skip
