"""What may the model learn from, and what will it be judged on?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.tasks.task import ORIGIN
from factory.training import steps
from factory.values import NotAValueError
from pipelines.measure import measure
from pipelines.steps import (
    arguments,
    canonical,
    coverage,
    files,
    snapshot,
    spec,
    splitting,
    tables,
)
from pipelines.steps.questions import QUESTION, TASK, TOGETHER, TURN
from pipelines.steps.rows import Rows
from pipelines.steps.splitting import Halves


def own(table: pa.Table, model: Judged, split: str) -> pa.Table:
    """Return the rows of *table* that `where` says are the model's, whoever writes its values."""
    for column, value in model.where.items():
        whole, table = table, _with_value(table, column, value, model)
        if not table.num_rows:
            raise Refused(
                f"model {model.name!r}: no row of the {split} split has {column} {value!r}; "
                f"it has {len(pc.unique(whole.column(column)))} other values; correct `where`, or "
                "retire the model"
            )
    return table


def chosen(table: pa.Table, model: Judged, wanted: Sequence[str], split: str) -> pa.Table:
    """Return the columns that are *wanted* of each row, the key as text; none lacks an answer."""
    if missing := [c for c in wanted if c not in table.column_names]:
        raise Refused(
            f"model {model.name!r}: {', '.join(missing)} is not a column of its data, which has "
            f"{len(table.column_names)}; correct the spec"
        )
    for column in model.task.complete:
        if nulls := table.column(column).null_count:
            raise Refused(f"{column}: {nulls} rows of the {split} split have none; refuse them")
    found = table.select(list(wanted))
    measure.load(model.task).check(Rows(found), split)
    return found.set_column(0, model.key, canonical.texts(table.column(model.key)))


def asked(test: pa.Table, model: Judged) -> pa.Table:
    """Return what an exam asks; the kind of question goes with it, and no label."""
    found = test.select([model.key, *model.inputs])
    if model.task.together:
        found = found.add_column(1, QUESTION, _questions(test, model))
    if ORIGIN in test.column_names:
        turns = pc.rank(test.column(ORIGIN), tiebreaker="dense")
        found = found.add_column(1, TURN, turns)
    together = json.dumps(model.task.together).encode()
    return found.replace_schema_metadata({TASK: model.task.KIND.encode(), TOGETHER: together})


def mixed(test: pa.Table, model: Judged) -> pa.Table:
    """Return the rows in an order of which a question's say nothing: that of a hash of their keys.

    Files often hold the relevant items of a query first, and no request of a client's does.
    """
    if not model.task.together:
        return test
    keys = test.column(model.key).to_pylist()
    digests = [hashlib.sha256(key.encode()).digest() for key in keys]
    return test.take(pa.array(sorted(range(len(keys)), key=digests.__getitem__)))


def _questions(test: pa.Table, model: Judged) -> pa.Array:
    """Return the number of each row's question: rows that are answered together have one."""
    if QUESTION in test.column_names:
        return test.column(QUESTION)
    return tables.signatures(test, model.task.together).dictionary_encode().indices


class Parted(NamedTuple):
    """What a model learns from, and what it is judged on."""

    halves: Halves
    train: pa.Table
    test: pa.Table


def parted(model: Judged, all_train: pa.Table, all_test: pa.Table) -> Parted:
    """Return the rows of both sides, with the columns that steps get; Refused where they do not do.

    Of one data product both tables are the same rows.
    """
    train_rows, test_rows = own(all_train, model, "train"), own(all_test, model, "test")
    found = splitting.halves(model, train_rows, test_rows, all_test)
    judged = (model.key, *model.inputs, *model.audited)
    train = chosen(found.train, model, model.taught, "train")
    test = found.asked
    if test is None:
        test = mixed(chosen(found.test, model, judged, "test"), model)
    _check_measurable(model, train, test)
    return Parted(found, train, test)


def main(argv: list[str]) -> None:
    """Check both snapshots and write train, features, labels and lineage."""
    args = arguments.parse(steps.PREPARE, argv)
    model = spec.read(args.model, args.spec)
    train_manifest, all_train = snapshot.load(args.train)
    test_manifest, all_test = snapshot.load(args.test)
    inputs = {
        "train": snapshot.input_of(train_manifest, args.train_uri, args.train),
        "test": snapshot.input_of(test_manifest, args.test_uri, args.test),
    }
    _check_same(model, inputs)
    found, train, test = parted(model, all_train, all_test)
    tables.write(args.out / "train" / "train.parquet", train)
    tables.write(args.out / "features" / "features.parquet", asked(test, model))
    tables.write(args.out / "labels" / "labels.parquet", test.select([model.key, *model.audited]))
    lineage = {
        "inputs": inputs,
        "where": dict(model.where),
        "rows": {"train": _rows(all_train, train), "test": _rows(all_test, test)},
        "left_out": dict(found.left_out),
    }
    files.write_json(args.out / "lineage" / "lineage.json", lineage)
    counted = coverage.Chosen(
        model, {"train": (all_train, found.train), "test": (all_test, found.test)}
    )
    files.write_json(args.out / "lineage" / "coverage.json", counted.measure(test_manifest))
    counts = f"{train.num_rows} rows to learn from ({sum(found.left_out.values())} left out)"
    print(f"{counts}, {test.num_rows} to judge")


def _check_same(model: Judged, inputs: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse to split one data product that is two snapshots."""
    one, other = (inputs[role]["digest"] for role in ("train", "test"))
    if model.train == model.test and one != other:
        raise Refused(
            f"split: snapshots {one[:12]} and {other[:12]} of {model.test} are given; one is split"
        )


def _check_measurable(model: Judged, train: pa.Table, test: pa.Table) -> None:
    """Refuse rows that teach nothing, or of which no verdict can be given, before any are learned.

    What a forecast learns is made of its history, by training.
    """
    kind = measure.load(model.task, Rows(train))
    if not model.task.CUTOFF:
        kind.target(Rows(train))
    if not kind.measurable(Rows(test)):
        raise Refused(
            f"split: of the {test.num_rows} rows of {model.test} that judge no verdict can be "
            f"given; at least {kind.NEEDS} are needed: land more, or split otherwise"
        )


def _with_value(table: pa.Table, column: str, value: str, model: Judged) -> pa.Table:
    if column not in table.column_names:
        raise Refused(
            f"model {model.name!r}: {column}, which `where` wants to be {value!r}, is not a column "
            f"of its data, which has {len(table.column_names)}; correct `where`"
        )
    try:
        return table.filter(canonical.equal(table.column(column), value))
    except NotAValueError as wrong:
        raise Refused(f"model {model.name!r}: `where` wants {column} to be {wrong}") from wrong


def _rows(whole: pa.Table, chosen: pa.Table) -> dict[str, int]:
    return {"before": whole.num_rows, "after": chosen.num_rows}
