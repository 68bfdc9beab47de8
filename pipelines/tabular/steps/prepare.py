"""What may the model learn from, and what will it be judged on?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from factory.errors import Refused
from factory.spec import Model

from . import snapshot, tables


def unseen(train: pa.Table, test: pa.Table, features: Sequence[str]) -> pa.Table:
    """Return the rows of *train* whose features do not occur in *test*."""
    return train.filter(pc.invert(tables.known(train, test, features)))


def labelled(table: pa.Table, model: Model) -> pa.Table:
    """Return key, features and the label as 0 or 1 of each row of *table*."""
    wanted = [model.key, *model.features]
    missing = [c for c in (*wanted, model.label.column) if c not in table.column_names]
    if missing:
        raise Refused(
            f"model {model.name!r}: {', '.join(missing)} is no column of its data, which has "
            f"{', '.join(table.column_names)}"
        )
    keyed = table.select(wanted).set_column(0, model.key, table.column(model.key).cast(pa.string()))
    return keyed.append_column(model.label.column, tables.positives(table, model.label))


def main(argv: list[str]) -> None:
    """Check both snapshots and write train, features, labels and lineage."""
    args = _arguments(argv)
    model = tables.model_named(args.model, args.catalogue)
    train_manifest, train_rows = snapshot.load(args.train)
    test_manifest, test_rows = snapshot.load(args.test)
    test = labelled(test_rows, model)
    train = unseen(whole := labelled(train_rows, model), test, model.features)
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
        "dropped": whole.num_rows - train.num_rows,
    }
    tables.write_json(args.out / "lineage" / "lineage.json", lineage)
    counts = f"{train.num_rows} rows to learn from ({lineage['dropped']} dropped)"
    print(f"{counts}, {test.num_rows} to judge")


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="prepare", description=__doc__)
    parser.add_argument("--model", required=True, help="its name in the catalogue")
    parser.add_argument("--train-uri", required=True, help="where the training snapshot stands")
    parser.add_argument("--test-uri", required=True, help="where the test snapshot stands")
    parser.add_argument("--catalogue", type=Path, required=True, help="folder of the catalogue")
    parser.add_argument("--train", type=Path, required=True, help="folder of the snapshot")
    parser.add_argument("--test", type=Path, required=True, help="folder of the snapshot")
    parser.add_argument("--out", type=Path, required=True, help="folder of the outputs")
    return parser.parse_args(argv)
