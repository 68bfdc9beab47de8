"""How does the model answer a request? Travels inside the artifact as code/inference.py.

Of ours it needs `factory.values` alone, which travels with it; the container has numpy, joblib and
Flask. What a hook raises, AWS's toolkit answers with a bare 500: so what the caller can mend is
returned.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np

from factory import values

JSON = "application/json"
CSV = "text/csv"
OTHER = "(other)"
MOST_SHOWN = 20  # levels in the words of a refusal
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
    """A trained model and what its metadata says about columns and thresholds."""

    estimator: Any
    metadata: Mapping[str, Any]


def model_fn(model_dir: str) -> Predictor:
    """Load the artifact that was extracted to *model_dir*."""
    folder = Path(model_dir)
    metadata = json.loads((folder / "metadata.json").read_bytes())
    return Predictor(joblib.load(folder / "model.joblib"), metadata)


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
def predict_fn(rows: list[Any], model: Predictor) -> list[tuple[float, bool]]:
    """Return score and decision of each row: selected means at or above its group's threshold."""
    columns = columns_of(rows, model.metadata["features"])
    columns = canonical(columns, model.metadata["columns"])
    matrix = encode(columns, model.metadata["columns"])
    scores = model.estimator.predict_proba(matrix)[:, 1]
    limits = thresholds_of(columns, model.metadata["thresholds"])
    return [(float(s), bool(s >= t)) for s, t in zip(scores, limits, strict=True)]


def output_fn(prediction: list[tuple[float, bool]] | BadRequest, accept: str) -> Any:
    """Return the server's response: the answer, or what was refused, in words and with a 4xx."""
    from flask import Response  # noqa: PLC0415 - the server's; training has no use for it

    said = written(prediction, accept)
    if isinstance(said, BadRequest):
        return Response(str(said), said.status, content_type="text/plain; charset=utf-8")
    body, kind = said
    return Response(body, content_type=kind)


@hook
def written(prediction: list[tuple[float, bool]], accept: str) -> tuple[str, str]:
    """Return the answer's body and its content type."""
    wanted = (accept or JSON).split(",")[0].split(";")[0].strip().lower()
    if wanted == CSV:
        return "\n".join(f"{score!r},{int(selected)}" for score, selected in prediction), CSV
    if wanted in {JSON, "*/*", "application/*"}:
        answers = [{"score": score, "selected": selected} for score, selected in prediction]
        return json.dumps({"predictions": answers}), JSON
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


def encode(columns: Mapping[str, Sequence[Any]], kinds: Mapping[str, Any]) -> np.ndarray:
    """Return the matrix the estimator knows, its columns in the order of *columns*.

    These are canonical. A level that training has not seen is missing, as a blank is.
    """
    return np.column_stack([_encoded(kinds[name], v) for name, v in columns.items()])


def thresholds_of(
    columns: Mapping[str, Sequence[Any]], thresholds: Mapping[str, Any]
) -> np.ndarray:
    """Return the threshold of each row's group; a group without one has the default.

    *columns* are canonical. A level that training has not seen is the spec's fallback, where it
    declares one; else it is refused: nobody is decided by another threshold silently.
    """
    rows = len(next(iter(columns.values())))
    table = {tuple(g["levels"]): g["threshold"] for g in thresholds["groups"]}
    names = [_known_levels(a, columns[a], thresholds) for a in thresholds["attributes"]]
    groups = zip(*names, strict=True) if names else [()] * rows
    return np.array([table.get(g, thresholds["default"]) for g in groups])


def _known_levels(name: str, found: Sequence[Any], thresholds: Mapping[str, Any]) -> list[str]:
    known, large = set(thresholds["known"][name]), set(thresholds["levels"][name])
    fallback = thresholds.get("fallback", {}).get(name)
    levels = []
    for row, level in enumerate(map(values.text, found), 1):
        if level not in known and fallback is None:
            raise BadRequest(
                f"row {row}: {name} decides which threshold holds, and training has not seen this "
                f"level of it; send {_some(large, known)}"
            )
        taken = level if level in known else fallback
        levels.append(taken if taken in large else OTHER)
    return levels


def _some(large: set[str], known: set[str]) -> str:
    """Return levels that many rows of training share: a rare one may be one person's."""
    shown = [repr(level) for level in sorted(large)[:MOST_SHOWN]]
    more = ["or another that it has seen"] if known - set(sorted(large)[:MOST_SHOWN]) else []
    return ", ".join([*shown, *more])


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


def _encoded(kind: Mapping[str, Any], found: Sequence[Any]) -> np.ndarray:
    if kind["kind"] == "number":
        return np.array([values.number(value) for value in found], dtype=float)
    codes = {level: float(code) for code, level in enumerate(kind["levels"])}
    return np.array([codes.get(level, math.nan) for level in found], dtype=float)
