"""What is a candidate sent, and what does it answer? In each content type that an endpoint has."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from factory.errors import Refused
from factory.tasks.answers import CSV, JSON, Answer, Fields, NotAnAnswerError, read
from pipelines.steps import canonical

MOST_BYTES = 4 << 20  # of a body; an endpoint takes 6 MB, and JSON repeats the columns' names
WRITTEN = [
    pa_csv.WriteOptions(include_header=False, quoting_style=style)
    for style in ("needed", "all_valid")
]
PARAMETERS = ("", "; charset=utf-8", ";charset=UTF-8")
ACCEPTED = {
    CSV: (CSV, f"{CSV}, */*;q=0.1"),
    JSON: (JSON, f"{JSON}, */*;q=0.1", f"{JSON}; charset=utf-8", "*/*", "application/*", ""),
}
"""How clients say what they want back; most say nothing, and get JSON."""

QUESTION = "(question)"
"""The column of the rows that are asked which says what is one question; it is never sent."""
TURN = "(turn)"
"""The column of the rows that are asked which says when: no question is asked before one of an
earlier turn. It is never sent."""
TASK, TOGETHER = b"task", b"together"
"""In the metadata of the rows that are asked: the kind of question, and the columns whose values
tell which rows are one."""


@dataclass(frozen=True)
class Questions:
    """The rows of an exam, their columns in the artifact's order."""

    table: pa.Table
    values: Sequence[Sequence[Any]]
    """The same by column, as JSON has them."""

    @classmethod
    def of(cls, features: pa.Table, columns: list[str]) -> Questions:
        """Take the *columns* that an artifact asks for."""
        table = _exact(features.select(columns))
        return cls(table, [_jsonable(column) for column in table.columns])

    @property
    def most(self) -> int:
        """Return how many rows fit into one body."""
        size = len(self.body([0], JSON)) if self.table.num_rows else 1
        return max(1, MOST_BYTES // size)

    def body(self, rows: Sequence[int], kind: str, style: int = 0) -> bytes:
        """Return *rows* as a request's body of the content type *kind*.

        Clients write the same in many ways; *style* picks one of those that every reader knows.
        """
        if kind == JSON:
            return self._json(rows, Random(style))  # noqa: S311 - no secret
        sink = io.BytesIO()
        asked = _readable(self.table.take(pa.array(rows)))
        pa_csv.write_csv(asked, sink, WRITTEN[style // 2 % len(WRITTEN)])
        return sink.getvalue()[: -1 if style % 2 else None]

    def _json(self, rows: Sequence[int], random: Random) -> bytes:
        """Write objects whose fields have the usual order or another, with or without blanks."""
        names = self.table.column_names
        usual = list(range(len(names)))
        order = random.choice([usual, random.sample(usual, len(usual))])
        columns = [(names[place], self.values[place]) for place in order]
        asked = [{name: values[row] for name, values in columns} for row in rows]
        separators, escaped = random.choice([None, (",", ":")]), random.choice([True, False])
        document = {"instances": asked}
        return json.dumps(document, separators=separators, ensure_ascii=escaped).encode()


def headers(sent: str, accept: str, style: int) -> dict[str, str]:
    """Return what a client says of a body and of the answer, in one of the ways that clients do."""
    random = Random(style)  # noqa: S311 - no secret
    wanted = random.choice(ACCEPTED[accept])
    said = {"Content-Type": sent + random.choice(PARAMETERS), "Accept": wanted}
    return {name: value for name, value in said.items() if value}


def answers(body: bytes, kind: str, rows: int, fields: Fields) -> list[Answer]:
    """Read what was answered for *rows*; Refused, without a word of it, when it is no answer."""
    try:
        found = read(body.decode(), kind, fields)
    except (UnicodeDecodeError, NotAnAnswerError) as exc:
        told = str(exc) if isinstance(exc, NotAnAnswerError) else "an answer is not UTF-8"
        raise Refused(told) from exc
    if len(found) != rows:
        raise Refused(f"{len(found)} of {rows} rows of a request are answered; answer each")
    return found


def _exact(table: pa.Table) -> pa.Table:
    """Let all numbers with fractions be of one kind, so that both content types say the same."""
    for place, field in enumerate(table.schema):
        if pa.types.is_floating(field.type) or pa.types.is_decimal(field.type):
            column = canonical.column(field.name, table.column(place))
            table = table.set_column(place, field.name, column)
    return table


def _jsonable(column: pa.ChunkedArray) -> list[Any]:
    """Return values as JSON has them; what is no number is missing."""
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    if pa.types.is_temporal(column.type):
        column = canonical.texts(column)
    values: list[Any] = column.to_pylist()
    return values


def _readable(table: pa.Table) -> pa.Table:
    """Keep the rows of a single column from being blank lines, which CSV does not count."""
    if table.num_columns > 1:
        return table
    (column,) = table.columns
    return pa.table({table.column_names[0]: canonical.texts(column).fill_null("")})
