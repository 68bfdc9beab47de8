"""What may the model learn from, and what will it be judged on?"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.gates.leakage import FILLED
from factory.training import steps
from factory.values import NotAValueError
from pipelines.steps import arguments, canonical, coverage, files, snapshot, spec, tables

LEAST = 0.1  # of the rows to learn from: with fewer the splits are one


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


def unseen(train: pa.Table, test: pa.Table, features: Sequence[str], repeats: str = "") -> pa.Table:
    """Return the rows of *train* whose features do not occur in *test*.

    Where the spec says why rows repeat each other, those stay that `FILLED` test rows or more are
    equal to: one of so many is none in particular. Refused where hardly any row stays.
    """
    found = train.filter(
        pc.invert(tables.known(train, test, features, fewer=FILLED if repeats else 0))
    )
    if found.num_rows < LEAST * train.num_rows:
        raise Refused(
            f"{train.num_rows - found.num_rows} of {train.num_rows} rows to learn from equal a row "
            "of the test split in every feature; land other people, or say in "
            "`gates.leakage.repeats` why different rows have the same features"
        )
    return found


def labelled(table: pa.Table, model: Judged) -> pa.Table:
    """Return key, features and the label as 0 or 1 of each row of *table*."""
    wanted = [model.key, *model.features]
    missing = [c for c in (*wanted, model.label.column) if c not in table.column_names]
    if missing:
        raise Refused(
            f"model {model.name!r}: {', '.join(missing)} is not a column of its data, which has "
            f"{len(table.column_names)}; correct the spec"
        )
    keyed = table.select(wanted).set_column(0, model.key, canonical.texts(table.column(model.key)))
    return keyed.append_column(model.label.column, tables.positives(table, model.label))


def main(argv: list[str]) -> None:
    """Check both snapshots and write train, features, labels and lineage."""
    args = arguments.parse(steps.PREPARE, argv)
    model = spec.read(args.model, args.spec)
    train_manifest, all_train = snapshot.load(args.train)
    test_manifest, all_test = snapshot.load(args.test)
    train_rows, test_rows = own(all_train, model, "train"), own(all_test, model, "test")
    test = labelled(test_rows, model)
    train = unseen(labelled(train_rows, model), test, model.features, model.gates.leakage.repeats)
    tables.write(args.out / "train" / "train.parquet", train)
    tables.write(
        args.out / "features" / "features.parquet", test.select([model.key, *model.features])
    )
    tables.write(
        args.out / "labels" / "labels.parquet", test.select([model.key, model.label.column])
    )
    lineage = {
        "inputs": {
            "train": snapshot.input_of(train_manifest, args.train_uri, args.train),
            "test": snapshot.input_of(test_manifest, args.test_uri, args.test),
        },
        "where": dict(model.where),
        "rows": {"train": _rows(all_train, train_rows), "test": _rows(all_test, test_rows)},
        "dropped": train_rows.num_rows - train.num_rows,
    }
    files.write_json(args.out / "lineage" / "lineage.json", lineage)
    chosen = coverage.Chosen(
        model, {"train": (all_train, train_rows), "test": (all_test, test_rows)}
    )
    files.write_json(args.out / "lineage" / "coverage.json", chosen.measure(test_manifest))
    counts = f"{train.num_rows} rows to learn from ({lineage['dropped']} dropped)"
    print(f"{counts}, {test.num_rows} to judge")


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
