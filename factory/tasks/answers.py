"""What did a model answer, and is it the same as another time? By the fields of its task.

An answer is a tuple in the order of the fields: numbers, booleans, words, and shares as a tuple in
the order of their sorted classes. None stands where a row has nothing to be answered.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from factory.tasks.task import FLAG, NUMBER, SHARES, WORD, Field

CSV, JSON = "text/csv", "application/json"
Fields = Mapping[str, Field]
Answer = tuple[Any, ...]
Sizes = Sequence[float]
LONGEST = 256  # characters of a word
FLAGS = {"0": False, "1": True}
EXACT = "%.6g"  # significant digits, by which answers are compared in a digest


class NotAnAnswerError(ValueError):
    """What was sent back is no answer of the task; the message never repeats a part of it."""


def read(words: str, kind: str, fields: Fields) -> list[Answer]:
    """Return the answer to each row from a body of the content type *kind*."""
    try:
        return list(_json(words, fields) if kind == JSON else _csv(words, fields))
    except (ValueError, KeyError, TypeError, RecursionError, csv.Error) as odd:
        if isinstance(odd, NotAnAnswerError):
            raise
        raise NotAnAnswerError(
            f"an answer is no {kind} of {', '.join(fields)}; write it as told"
        ) from odd


def sizes(found: Sequence[Answer], fields: Fields) -> Sizes:
    """Return for each field the size from which numbers are compared in proportion.

    It is 1, or that of the largest number where all are smaller: in a unit in which the label is
    tiny, every answer would be like any other.
    """
    return tuple(
        min(1.0, max((abs(answer[place]) for answer in found if answer[place]), default=1.0))
        if field.kind == NUMBER
        else 1.0
        for place, field in enumerate(fields.values())
    )


def far(one: Answer, other: Answer, fields: Fields, sizes: Sizes = ()) -> float:
    """Return how far two answers to one row are apart: infinitely where more than numbers differ.

    Numbers beyond their field's one of the *sizes*, 1 where none are given, are compared by what
    they differ by in proportion, and others as a share of it.
    """
    if len(one) != len(other):
        return math.inf
    each = zip(one, other, fields.values(), sizes or (1.0,) * len(fields), strict=True)
    return max((_far(a, b, field, size) for a, b, field, size in each), default=0.0)


def lines(answers: Sequence[Answer]) -> Iterator[str]:
    """Yield each answer in a form that is the same for all that count as the same."""
    columns = ([_written(value) for value in column] for column in zip(*answers, strict=True))
    return map("\x1f".join, zip(*columns, strict=True))


def _far(one: Any, other: Any, field: Field, size: float) -> float:
    if field.kind == SHARES:
        if len(one) != len(other):
            return math.inf
        return max((_apart(a, b, size) for a, b in zip(one, other, strict=True)), default=0.0)
    if field.kind == NUMBER and one is not None and other is not None:
        return _apart(one, other, size)
    return 0.0 if one == other else math.inf


def _apart(one: float, other: float, size: float) -> float:
    apart = abs(one - other) / max(size, abs(one), abs(other))
    return apart if apart >= 0 else math.inf  # what is no number is like nothing


def _written(value: Any) -> str:
    if isinstance(value, float):
        return EXACT % value
    if value is None:
        return ""
    return ",".join(map(_written, value)) if isinstance(value, tuple) else str(value)


def _json(words: str, fields: Fields) -> Iterator[Answer]:
    for row, each in enumerate(json.loads(words)["predictions"], 1):
        yield tuple(_typed(each[name], field, row) for name, field in fields.items())


def _typed(value: Any, field: Field, row: int) -> Any:
    if value is None and field.empty:
        return None
    if field.kind == NUMBER:
        return _number(value, row)
    if field.kind == SHARES:
        return _shares((value[name] for name in sorted(value)), row)
    flag = field.kind == FLAG and isinstance(value, bool)
    word = field.kind == WORD and isinstance(value, str) and 0 < len(value) <= LONGEST
    if not (flag or word):
        raise TypeError(field.kind)
    return value


def _shares(values: Iterable[Any], row: int) -> tuple[float, ...]:
    if found := tuple(_number(value, row) for value in values):
        return found
    raise ValueError(SHARES)


def _number(value: Any, row: int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(type(value))
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise NotAnAnswerError(f"row {row} of a request gets no finite number")
    return found


def _csv(words: str, fields: Fields) -> Iterator[Answer]:
    for row, cells in enumerate((c for c in csv.reader(io.StringIO(words)) if c), 1):
        yield tuple(_cells(cells, fields, row))


def _cells(cells: Sequence[str], fields: Fields, row: int) -> Iterator[Any]:
    shares = len(cells) - len(fields) + 1
    place = 0
    for field in fields.values():
        size = shares if field.kind == SHARES else 1
        taken, place = cells[place : place + size], place + size
        yield (
            _shares(map(float, taken), row)
            if field.kind == SHARES
            else _cell(taken[0] if taken else "", field, row)
        )
    if place != len(cells):
        raise ValueError(place)


def _cell(cell: str, field: Field, row: int) -> Any:
    if not cell and field.empty:
        return None
    if field.kind == NUMBER:
        return _number(float(cell), row)
    return FLAGS[cell] if field.kind == FLAG else _typed(cell, field, row)


def documented(fields: Fields) -> dict[str, Any]:
    """Return *fields* as JSON keeps them beside answers."""
    return {name: {"kind": field.kind, "empty": field.empty} for name, field in fields.items()}


def fields_of(document: Mapping[str, Any]) -> Fields:
    """Return what `documented` wrote."""
    return {n: Field(kind=f["kind"], words="", empty=f["empty"]) for n, f in document.items()}
