"""Does a forecast change when everything after its origin is destroyed? It must not, by a bit.

A frame that looks ahead, a scaler that has seen the test, a mean that is centred: each changes
with what comes after the origin, however it got there. Nothing is fitted again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Array = np.ndarray
Table = Mapping[str, Array]
Parts = Sequence[Any]
"""Data frames and arrays that belong together, each with as many rows."""
Build = Callable[[Table, int], tuple[Parts, Parts]]
"""What a table and an origin's number give to learn from, and to answer."""
GAPS = 0.5  # of the destroyed values: that one is missing must not be known either
LOUD = 100.0  # times the spread: noise that no rounding hides


def scrambled(table: Table, after: Array, keep: Iterable[str] = (), seed: int = 0) -> Table:
    """Return *table* with each value of the rows *after* the origin destroyed.

    *keep* are the columns that are known in advance: series, time and the declared ones. Numbers
    become loud noise with gaps, whatever else is shuffled over all rows.
    """
    random = np.random.default_rng(seed)
    kept = set(keep)
    return {
        name: column if name in kept else np.where(after, _noise(column, random), column)
        for name, column in table.items()
    }


def proof(
    build: Build,
    answer: Callable[[Parts], Array],
    table: Table,
    number: Array,
    origins: Iterable[int],
    keep: Iterable[str],
) -> dict[str, Any]:
    """Return how many of *origins* pass, and what changed at the others.

    *number* tells the step of each row of *table*, *keep* what `scrambled` keeps; *answer* is the
    fitted model's. An origin without a row after it, or with an empty frame, proves nothing and is
    counted among those that changed.
    """
    kept, changed = tuple(keep), list[dict[str, Any]]()
    asked = [int(origin) for origin in origins]
    for origin in asked:
        after = number > origin
        other = scrambled(table, after, kept, seed=abs(origin))
        words = ["nothing comes after it"] if not after.any() else []
        words += _changed(build(table, origin), build(other, origin), answer)
        changed += [{"origin": origin, "what": words}] if words else []
    return {"origins": len(asked), "unchanged": len(asked) - len(changed), "changed": changed}


def digest(parts: Parts) -> str:
    """Return a digest of names, types and bits; one NaN is as any other."""
    found = hashlib.sha256()
    for name, column in _columns(parts):
        found.update(f"{name}\0{column.dtype}\0{column.shape}\0".encode())
        found.update(_bits(column))
    return found.hexdigest()


def _changed(
    first: tuple[Parts, Parts], second: tuple[Parts, Parts], answer: Callable[[Parts], Array]
) -> list[str]:
    pairs = list(zip(("training frame", "horizon frame"), first, second, strict=True))
    words = [f"{name} is empty" for name, one, _ in pairs if not all(map(len, one))]
    words += [name for name, one, two in pairs if digest(one) != digest(two)]
    if not words and digest([answer(first[1])]) != digest([answer(second[1])]):
        words.append("forecast")
    return words


def _noise(column: Array, random: np.random.Generator) -> Array:
    if column.dtype.kind not in "fiu":
        return random.permutation(column)
    there = column[~np.isnan(column)]
    spread = (float(there.std()) if len(there) else 0.0) or 1.0
    noise = random.normal(0, LOUD * spread, len(column))
    if column.dtype.kind == "f":
        return np.where(random.random(len(column)) < GAPS, np.nan, noise)
    ends = np.iinfo(column.dtype)
    return noise.clip(ends.min / 2, ends.max / 2).astype(column.dtype)


def _columns(parts: Parts) -> Iterator[tuple[str, Array]]:
    for number, part in enumerate(parts):
        if isinstance(part, np.ndarray):
            yield str(number), part
            continue
        for name, column in part.items():
            if str(column.dtype) == "category":
                yield f"{number}.{name}.levels", np.asarray(column.cat.categories)
                column = column.cat.codes  # noqa: PLW2901 - with its levels it says all
            yield f"{number}.{name}", column.to_numpy()


def _bits(column: Array) -> bytes:
    if column.dtype.kind == "O":
        return repr(column.tolist()).encode()
    if column.dtype.kind == "f":
        column = np.where(np.isnan(column), np.nan, column)
    return column.tobytes()
