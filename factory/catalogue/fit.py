"""Can a model be learned and judged from what its contracts promise? Asked before a run starts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factory import reasons, values
from factory.catalogue.spec import Model
from factory.products.contract import PERSONAL, Column, Contract, Limit, Scalar

MOST_LEVELS = 254
"""Of a group, as of a category: the gates look at no more, see `pipelines.steps.columns`."""
TIMES = {"date", "timestamp"}
CLASSES = 2
UPPER = {"mustBe": 0, "mustBeLessThan": 1, "mustBeLessOrEqualTo": 0, "mustBeBetween": 0}
"""The comparisons that limit from above, and how many rows below their bound is the most."""


@dataclass(frozen=True)
class Data:
    """A data product of a model, with what its contract promises."""

    role: str
    """`train` or `test`."""
    contract: Contract

    @property
    def name(self) -> str:
        """Return the data product's name."""
        return self.contract.product

    def column(self, name: str) -> Column | None:
        """Return the column called *name*, if there is one."""
        return next((c for c in self.contract.columns if c.name == name), None)


def violations(model: Model, contracts: Mapping[str, Contract]) -> Iterator[str]:
    """Yield what the contracts say against *model*, as `field: what is wrong; what would be right`.

    A data product without a contract here is passed over.
    """
    both = [
        Data(role, contracts[name])
        for role, name in (("train", model.train), ("test", model.test))
        if name in contracts
    ]
    if model.train == model.test:
        yield (
            f"test: {model.test!r} is also what it learns from; it would be judged by rows that it "
            "knows: land a test split of its own"
        )
    for data in both:
        yield from _key(model, data)
        yield from _label(model, data)
        yield from _features(model, data)
        yield from _groups(model, data)
    if len(both) == CLASSES:
        yield from _alike(model, *both)
    yield from (words for data in both if data.role == "test" for words in _rows(model, data))


def allowed(column: Column) -> tuple[Scalar, ...] | None:
    """Return the only values that the contract lets *column* hold; None where it says nothing."""
    found = [set(q.allowed) for q in column.quality if q.allowed and q.limit == Limit()]
    if column.kind == "boolean":
        return (False, True)
    return tuple(sorted(set.intersection(*found), key=str)) if found else None


def written(value: Scalar, column: Column) -> str | None:
    """Return the canonical text of *value* in *column*: true, 3 and not 3.0; None if it is none."""
    try:
        return values.text(values.read(value, column.type))
    except values.NotAValueError:
        return None


def _key(model: Model, data: Data) -> Iterator[str]:
    column = data.column(model.key)
    if column and not (column.unique and column.required):
        yield (
            f"key: {data.name} may have {model.key!r} twice or empty; "
            f"use its key, {data.contract.key!r}"
        )


def _label(model: Model, data: Data) -> Iterator[str]:
    column, at = data.column(model.label.column), f"label.column: {model.label.column!r}"
    if column is None:
        return
    if not column.required:
        yield f"{at} may be empty in {data.name}; make it `required` in the contract"
    if column.kind in TIMES:
        yield f"{at} is a {column.kind} in {data.name}; make a column of two values in the data"
        return
    listed = allowed(column)
    if listed is None:
        yield (
            f"{at} may hold anything in {data.name}, and what is misspelled would count as no; "
            "list its two values with invalidValues in the contract"
        )
        return
    texts = [text for v in listed if (text := written(v, column)) is not None]
    if len(listed) != CLASSES:
        yield (
            f"{at} has {_counted(len(listed), 'value')} in {data.name}, and a model decides "
            "between two; make a column of two in the data"
        )
    if model.label.positive not in texts:
        yield (
            f"label.positive: {reasons.quoted(model.label.positive)} is not a value of "
            f"{model.label.column!r} in {data.name}; choose from {_few(texts)}"
        )


def _features(model: Model, data: Data) -> Iterator[str]:
    for name in model.features:
        column = data.column(name)
        if column is None:
            continue
        if column.kind in TIMES:
            yield (
                f"features: {name!r} is a {column.kind} in {data.name}, which cannot be learned; "
                "make a number of it in the data, such as an age in days, or take it out"
            )
        if column.unique:
            yield (
                f"features: {name!r} names a row of {data.name}, and says nothing of the next; "
                "take it out"
            )
        if column.classification and column.classification.casefold() in PERSONAL:
            yield (
                f"features: {name!r} is personal data by the contract of {data.name} "
                f"(classification {reasons.quoted(column.classification)}); take it out, or let "
                "the product's owner classify it otherwise"
            )


def _groups(model: Model, data: Data) -> Iterator[str]:
    at = "gates.fairness.attributes"
    for name in model.gates.fairness.attributes:
        column = data.column(name)
        levels = _levels(column) if column else 0
        if levels > MOST_LEVELS:
            yield (
                f"{at}: {name!r} may have more than {MOST_LEVELS} levels in {data.name}, which are "
                "no groups; make classes of it in the data, or list its values in the contract"
            )
        if levels == 1:
            yield f"{at}: {name!r} has one level in {data.name}; there is nothing to compare"


def _levels(column: Column) -> float:
    """Return how many levels a column may have at the most; of a text nobody knows, and few."""
    listed = allowed(column)
    if listed is not None:
        return len(listed)
    if column.kind in {"number", *TIMES}:
        return math.inf
    ends = (column.minimum, column.maximum)
    if column.kind == "integer":
        low, high = (int(end) if isinstance(end, int) else None for end in ends)
        return math.inf if low is None or high is None else high - low + 1
    return CLASSES


def _alike(model: Model, train: Data, test: Data) -> Iterator[str]:
    """Yield each column that is something else in the test split than in training."""
    for name in (*model.features, model.label.column, *model.where):
        one, other = train.column(name), test.column(name)
        if one and other and one.kind != other.kind:
            yield (
                f"test: {name!r} is of type {one.kind} in {train.name} and {other.kind} in "
                f"{test.name}; make them the same in both contracts"
            )


def _rows(model: Model, data: Data) -> Iterator[str]:
    """Yield it when the test split has, at its largest, too few rows for the gates to say yes."""
    needed = CLASSES * model.gates.floor.min_rows
    most = min(_most(data.contract), default=math.inf)
    if most < needed:
        yield (
            f"test: {data.name} has at most {most:g} rows by its contract, and the gates need "
            f"{needed}, {model.gates.floor.min_rows} of each class; land more, and say so there"
        )


def _most(contract: Contract) -> Iterator[float]:
    """Yield each number of rows that the contract lets a file not exceed."""
    for quality in contract.quality:
        if quality.metric == "rowCount" and quality.limit.operator in UPPER:
            yield quality.limit.bounds[-1] - UPPER[quality.limit.operator]


def _few(texts: list[str]) -> str:
    more = f" and {len(texts) - 10} more" if len(texts) > 10 else ""  # noqa: PLR2004 - as many as one reads
    return ", ".join(reasons.quoted(t, 60) for t in texts[:10]) + more


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
