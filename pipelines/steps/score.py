"""What does one artifact answer? Runs its own serving code, in a process of its own."""

from __future__ import annotations

import argparse
import csv
import importlib
import io
import math
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from factory.errors import Refused
from pipelines import contract
from pipelines.steps import archive, files, tables

CSV = "text/csv"


def answers(code: ModuleType, folder: Path, body: bytes) -> list[tuple[float, bool]]:
    """Send *body* through the four hooks of the serving code, as a container would."""
    model = code.model_fn(str(folder))
    answer = code.output_fn(code.predict_fn(code.input_fn(body, CSV), model), CSV)
    text = answer[0] if isinstance(answer, tuple) else answer
    return [_answer(number, row) for number, row in enumerate(csv.reader(io.StringIO(text)), 1)]


def request(features: pa.Table, columns: list[str]) -> bytes:
    """Return the rows as a CSV body without header, its columns in the artifact's order."""
    sink = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    pa_csv.write_csv(features.select(columns), sink, options)
    return sink.getvalue()


def main(argv: list[str]) -> None:
    """Extract the artifact, ask it about every row and write row, score and decision."""
    args = _arguments(argv)
    with tempfile.TemporaryDirectory() as folder:
        archive.extract(args.artifact, Path(folder))
        result = _scored(Path(folder), tables.read(args.features))
    tables.write(args.out, result)


def _scored(folder: Path, features: pa.Table) -> pa.Table:
    columns = files.read_json(folder / contract.METADATA)["features"]
    missing = [c for c in columns if c not in features.column_names]
    if missing:
        raise Refused(
            f"the artifact asks for {len(missing)} columns that the model's features lack; "
            "it cannot be compared on this data"
        )
    found = answers(_serving_code(folder), folder, request(features, columns))
    if len(found) != features.num_rows:
        raise Refused(f"the artifact answers {len(found)} of {features.num_rows} rows")
    scores, selected = zip(*found, strict=True)
    keys = features.column(features.column_names[0])
    return pa.table({"key": keys, "score": pa.array(scores), "selected": pa.array(selected)})


def _serving_code(folder: Path) -> ModuleType:
    """Import the artifact's `inference` as the container does: from its code folder."""
    code = folder / contract.INFERENCE
    if not code.is_file():
        raise Refused(f"the artifact has no {contract.INFERENCE}; it cannot be served")
    sys.path.insert(0, str(code.parent))
    return importlib.import_module(code.stem)


def _answer(number: int, row: list[Any]) -> tuple[float, bool]:
    if len(row) != 2 or row[1] not in {"0", "1"} or not math.isfinite(float(row[0])):  # noqa: PLR2004 - score,selected
        raise Refused(f"row {number}: the artifact answers with no finite score and 0 or 1")
    return float(row[0]), row[1] == "1"


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="score", description=__doc__)
    parser.add_argument("--artifact", type=Path, required=True, help="a model.tar.gz")
    parser.add_argument("--features", type=Path, required=True, help="a Parquet file")
    parser.add_argument("--out", type=Path, required=True, help="the Parquet file to write")
    return parser.parse_args(argv)
