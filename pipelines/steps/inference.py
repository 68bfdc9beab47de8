"""How does the model answer a request? Travels inside the artifact as code/inference.py.

Of ours it needs `pipelines.measure` and `factory.values`, which travel with it; the container has
numpy, pandas, joblib and Flask. What a hook raises, AWS's toolkit answers with a bare 500: so what
the caller can mend is returned.
"""

from __future__ import annotations

import csv
import functools
import importlib
import io
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib

from factory import values
from pipelines.measure import wire
from pipelines.measure.measure import Measure
from pipelines.measure.refusal import Unanswerable
from pipelines.measure.wire import Said

JSON = "application/json"
CSV = "text/csv"
REPLACEMENT = "\ufffd"  # what decoding leaves of bytes that are no UTF-8


class BadRequest(Exception):
    """The request cannot be answered, and the caller can fix it; *status* is what is answered."""

    def __init__(self, message: str, status: int = 400) -> None:
        message = message.encode("utf-8", "backslashreplace").decode()  # JSON has half characters
        super().__init__(message)
        self.status = status


def hook(asked: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Let a hook return what it refuses, and pass on what the one before it has refused."""

    @functools.wraps(asked)
    def told(given: Any, other: Any) -> Any:
        if isinstance(given, BadRequest):
            return given
        try:
            return asked(given, other)
        except BadRequest as refused:
            return refused

    return told


class Predictor(NamedTuple):
    """A trained model, what its metadata says of it, and how its kind answers."""

    estimator: Any
    metadata: dict[str, Any]
    measure: type[Measure]


def model_fn(model_dir: str) -> Predictor:
    """Load the artifact that was extracted to *model_dir*, with the wheels that it carries."""
    folder = Path(model_dir)
    sys.path.insert(0, str(folder / "lib"))
    metadata = json.loads((folder / "metadata.json").read_bytes())
    measure = importlib.import_module(f"pipelines.measure.{metadata['task']['kind']}").MEASURE
    return Predictor(joblib.load(folder / "model.joblib"), metadata, measure)


@hook
def input_fn(body: bytes | str, content_type: str) -> list[Any]:
    """Return the rows of a request: lists of text (CSV) or mappings by column (JSON)."""
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind not in {CSV, JSON}:
        raise BadRequest(f"content type {content_type!r} is unknown; send {CSV} or {JSON}", 415)
    text = _text(body)
    rows = _json_rows(text) if kind == JSON else _csv_rows(text)
    if not rows:
        raise BadRequest("the body holds no row; send at least one")
    return rows


def _text(body: bytes | str) -> str:
    """Return a body as text; the container's server has decoded it, and replaced what is none."""
    try:
        text = body if isinstance(body, str) else bytes(body).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise BadRequest(f"the body is not UTF-8: {exc}") from exc
    if isinstance(body, str) and REPLACEMENT in text:
        raise BadRequest("the body is not UTF-8: it holds what stands for bytes that are none")
    return text


@hook
def predict_fn(rows: list[Any], model: Predictor) -> Said:
    """Return the answer to each row, by field."""
    metadata = model.metadata
    columns = columns_of(rows, metadata["features"])
    columns = canonical(columns, metadata["columns"])
    try:
        asked = model.measure.ask(columns, metadata)
        raw = model.measure.raw(model.estimator, asked.frame)
        answers = model.measure.answer(raw, asked, metadata)
    except Unanswerable as refused:
        raise BadRequest(str(refused)) from refused
    return Said(answers, metadata["settings"].get("classes", ()))


def output_fn(prediction: Said | BadRequest, accept: str) -> Any:
    """Return the server's response: the answer, or what was refused, in words and with a 4xx."""
    from flask import Response  # noqa: PLC0415 - the server's; training has no use for it

    said = written(prediction, accept)
    if isinstance(said, BadRequest):
        return Response(str(said), said.status, content_type="text/plain; charset=utf-8")
    body, kind = said
    return Response(body, content_type=kind)


@hook
def written(prediction: Said, accept: str) -> tuple[str, str]:
    """Return the answer's body and its content type."""
    wanted = (accept or JSON).split(",")[0].split(";")[0].strip().lower()
    if wanted == CSV:
        return wire.csv_of(prediction), CSV
    if wanted in {JSON, "*/*", "application/*"}:
        return wire.json_of(prediction), JSON
    raise BadRequest(f"cannot answer with {accept!r}; accept {CSV} or {JSON}", 415)


def columns_of(rows: Sequence[Any], features: Sequence[str]) -> dict[str, list[Any]]:
    """Turn rows into columns; a row that lacks a feature or brings another is refused."""
    for number, row in enumerate(rows, 1):
        if isinstance(row, Mapping):
            wrong = sorted(set(row) ^ set(features))
            if wrong:
                raise BadRequest(
                    f"row {number}: {', '.join(wrong)} is missing or unknown; "
                    f"send exactly {', '.join(features)}"
                )
        elif len(row) != len(features):
            raise BadRequest(
                f"row {number} has {len(row)} values; send {len(features)}: {', '.join(features)}"
            )
    keys: Sequence[Any] = features if isinstance(rows[0], Mapping) else range(len(features))
    return {f: [row[k] for row in rows] for f, k in zip(features, keys, strict=True)}


def canonical(
    columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Any]
) -> dict[str, list[values.Value]]:
    """Return *columns* with each value in the one form of its column's type; or refuse it."""
    return {name: _canonical(name, found, kinds[name]["type"]) for name, found in columns.items()}


def _canonical(name: str, found: Sequence[Any], kind: str) -> list[values.Value]:
    result, seen = list[values.Value](), dict[str, values.Value]()
    try:
        for value in found:
            if type(value) is not str:
                result.append(values.read(value, kind))
                continue
            if value not in seen:  # a column repeats its texts
                seen[value] = values.read(value, kind)
            result.append(seen[value])
    except values.NotAValueError as wrong:
        raise BadRequest(f"row {len(result) + 1}: {name} is {wrong}") from wrong
    return result


def _csv_rows(text: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as exc:
        raise BadRequest(f"the body is not CSV: {exc}") from exc


def _json_rows(text: str) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadRequest(f"the body is not JSON: {exc}") from exc
    rows = document.get("instances") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
        raise BadRequest('send {"instances": [{"column": value, ...}, ...]}')
    return rows
