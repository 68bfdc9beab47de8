"""What must a data product look like? The contract as one frozen value."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from factory.errors import InvalidContract

Scalar = str | int | float | bool
T = TypeVar("T")

TYPES: Mapping[str, tuple[str, ...]] = {
    "string": ("VARCHAR",),
    "integer": ("BIGINT", "INTEGER"),
    "number": ("DOUBLE",),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
}
"""The logical types of a column and the physical types it may be stored as, the default first."""

OPERATORS: Mapping[str, tuple[str, Callable[..., bool]]] = {
    "mustBe": ("exactly {0}", operator.eq),
    "mustNotBe": ("anything but {0}", operator.ne),
    "mustBeGreaterThan": ("more than {0}", operator.gt),
    "mustBeGreaterOrEqualTo": ("at least {0}", operator.ge),
    "mustBeLessThan": ("fewer than {0}", operator.lt),
    "mustBeLessOrEqualTo": ("at most {0}", operator.le),
    "mustBeBetween": ("{0} to {1}", lambda x, low, high: low <= x <= high),
    "mustNotBeBetween": ("outside {0} to {1}", lambda x, low, high: not low <= x <= high),
}
"""The comparisons of ODCS 3.1: the words for them, and what they compute."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How large a metric may be."""

    operator: str = "mustBe"
    bounds: tuple[float, ...] = (0,)
    unit: str = "rows"
    """`rows` compares the count itself, `percent` its share of all rows."""

    def admits(self, count: int, rows: int) -> bool:
        """Tell whether *count* of *rows* is within the limit; a share of no rows is 0."""
        value = count if self.unit == "rows" else 100 * count / max(rows, 1)
        return OPERATORS[self.operator][1](value, *self.bounds)

    def __str__(self) -> str:
        """Return the limit in words."""
        return f"{OPERATORS[self.operator][0].format(*self.bounds)} {self.unit}"


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One metric of ODCS's library and its limit."""

    metric: str
    """`rowCount`, `nullValues`, `missingValues`, `invalidValues` or `duplicateValues`."""
    limit: Limit
    allowed: tuple[Scalar, ...] = ()
    """For `invalidValues`: the only values that are valid; empty where any is."""
    missing: tuple[str, ...] = ()
    """For `missingValues`: what counts as missing; an empty field as an empty text."""
    pattern: str | None = None
    """For `invalidValues`: a regular expression that a valid value contains."""
    columns: tuple[str, ...] = ()
    """For `duplicateValues` of the table: the columns that are unique together."""


PERSONAL = frozenset({"pii", "personal", "personal data", "personal-data", "phi", "sensitive"})
"""The classifications, in lower case, of columns from which no model may learn."""
PROTECTED = "protected"
"""The classification of a column that names a group of people."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the table. An empty field is a missing value, of whatever type."""

    name: str
    kind: str
    """The logical type, a key of TYPES."""
    type: str
    """The physical type in the Parquet file."""
    required: bool = False
    unique: bool = False
    minimum: Scalar | None = None
    maximum: Scalar | None = None
    exclusive_minimum: Scalar | None = None
    exclusive_maximum: Scalar | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    """A regular expression that the value contains; anchor it to bind the whole value."""
    classification: str | None = None
    """What kind of data it is, in the organisation's words; `protected` names a group of people."""
    quality: tuple[Quality, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What a data product promises: its columns, its key and its size."""

    product: str
    """The data product's name: the folder in `data_products/` and in the landing bucket."""
    id: str
    version: str
    """The contract's own version, semantic."""
    key: str
    """The column that names a row; snapshots are sorted by it."""
    columns: tuple[Column, ...]
    quality: tuple[Quality, ...]
    """The rules of the table as a whole."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def protected(self) -> tuple[str, ...]:
        """Return the columns that name groups of people who must not be left out."""
        return tuple(c.name for c in self.columns if c.classification == PROTECTED)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the contract's JSON."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Return the contract as JSON: the same bytes for the same contract."""
        return json.dumps(dataclasses.asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Contract:
        """Read what `to_json` wrote; an unknown or missing field is named."""
        return _contract(json.loads(text))


def render(contracts: Iterable[Contract]) -> str:
    """Return *contracts* as one JSON document, by product."""
    parts = sorted((c.product, c.to_json()) for c in contracts)
    return "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in parts) + "}"


def parse(text: str | bytes) -> dict[str, Contract]:
    """Read what `render` wrote: contracts by product."""
    return {name: _contract(raw) for name, raw in json.loads(text).items()}


def _contract(raw: Mapping[str, Any]) -> Contract:
    where = f"contract {raw.get('product', '?')!r}"
    columns = tuple(_column(c, where) for c in raw["columns"])
    return _build(
        Contract, {**raw, "columns": columns, "quality": _qualities(raw["quality"], where)}, where
    )


def _column(raw: Mapping[str, Any], where: str) -> Column:
    return _build(Column, {**raw, "quality": _qualities(raw["quality"], where)}, where)


def _qualities(raw: Iterable[Mapping[str, Any]], where: str) -> tuple[Quality, ...]:
    return tuple(_quality(q, where) for q in raw)


def _quality(raw: Mapping[str, Any], where: str) -> Quality:
    limit = _build(Limit, {**raw["limit"], "bounds": tuple(raw["limit"]["bounds"])}, where)
    lists = {name: tuple(raw.get(name, ())) for name in ("allowed", "missing", "columns")}
    return _build(Quality, {**raw, **lists, "limit": limit}, where)


def _build(kind: type[T], fields: Mapping[str, Any], where: str) -> T:
    try:
        return kind(**fields)
    except TypeError as exc:
        raise InvalidContract(f"{where}: {exc}; render the contracts again") from exc
