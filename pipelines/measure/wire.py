"""How is an answer written? By field in JSON, and in the same order in CSV, a row each.

Shares are an object by class in JSON, and as many numbers, in the order of the classes, in CSV.
What a row that only informs has not, is null, or blank.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipelines.measure.measure import Answers

END = "\r\n"  # what csv quotes, beside commas and quotes, are the characters of it


class Said(NamedTuple):
    """Answers, and the classes whose shares they hold."""

    answers: Answers
    classes: Sequence[str] = ()


def json_of(said: Said) -> str:
    """Return the body of an answer in JSON."""
    columns = {name: _jsonable(found.tolist(), said) for name, found in said.answers.items()}
    rows = zip(*columns.values(), strict=True)
    return json.dumps({"predictions": [dict(zip(columns, row, strict=True)) for row in rows]})


def csv_of(said: Said) -> str:
    """Return the body of an answer in CSV, without a header."""
    columns: list[list[Any]] = []
    for found in said.answers.values():
        columns += found.T.tolist() if found.ndim > 1 else [found.tolist()]
    return "\n".join(_line(row) for row in zip(*columns, strict=True))


def _line(row: Sequence[Any]) -> str:
    """Return a row; a word with any end of a line in it is quoted."""
    sink = io.StringIO()
    csv.writer(sink, lineterminator=END).writerow([_cell(value) for value in row])
    return sink.getvalue().removesuffix(END)


def _jsonable(found: list[Any], said: Said) -> list[Any]:
    if found and isinstance(found[0], list):
        return [dict(zip(said.classes, shares, strict=True)) for shares in found]
    return [None if _missing(value) else value for value in found]


def _cell(value: Any) -> Any:
    if _missing(value):
        return ""
    return int(value) if isinstance(value, bool) else repr(value) if _is_float(value) else value


def _missing(value: Any) -> bool:
    return value is None or value == "" or (_is_float(value) and math.isnan(value))


def _is_float(value: Any) -> bool:
    return isinstance(value, float)
