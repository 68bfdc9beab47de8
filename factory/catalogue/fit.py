"""Can a model be learned and judged from what its contracts promise? Asked before a run starts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from factory import reasons, values
from factory.catalogue import judged_rules
from factory.catalogue.spec import Model
from factory.gates.quality import metric_of
from factory.gates.sample_size import fewest
from factory.products.contract import PERSONAL, Column, Contract, Limit, Scalar
from factory.tasks.task import HIGHER, NUMERIC, TIMES, Offered

MOST_LEVELS = 254
"""Of a group, as of a category: the gates look at no more, see `pipelines.steps.columns`."""
CLASSES = 2
UPPER = {"mustBe": 0, "mustBeLessThan": 1, "mustBeLessOrEqualTo": 0, "mustBeBetween": 0}
"""The comparisons that limit from above, and how many rows below their bound is the most."""


@dataclass(frozen=True)
class Data:
    """A data product of a model, with what its contract promises."""

    contract: Contract
    judges: bool
    """Whether it holds the rows that judge."""

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
    both = [Data(contracts[n], n == model.test) for n in model.products if n in contracts]
    yield from model.split.misfits()
    for data in both:
        yield from _key(model, data)
        yield from _split(model, data)
        yield from _task(model, data)
        yield from _weight(model, data)
        yield from _features(model, data)
        yield from _groups(model, data)
    if len(both) > 1:
        yield from _alike(model, both[0], both[1])
    if not any(judged_rules.violations(model)):  # no number of rows shows a floor that is none
        yield from (words for data in both if data.judges for words in _rows(model, data))


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


def _split(model: Model, data: Data) -> Iterator[str]:
    """Yield what the contract says against the columns by which rows are split."""
    for field, name in model.split.columns.items():
        column = data.column(name)
        if column is None:
            continue
        if field in model.split.TIMES and column.kind not in TIMES:
            yield (
                f"split.{field}: {name!r} is of type {column.kind} in {data.name}; name a column "
                "of dates or timestamps"
            )
        if not column.required:
            yield (
                f"split.{field}: {name!r} may be empty in {data.name}; make it `required` in the "
                "contract"
            )


def _task(model: Model, data: Data) -> Iterator[str]:
    """Yield what the contract says against the columns that the task names."""
    for field, name in model.task.columns.items():
        column = data.column(name)
        if column is None:
            continue
        if name in model.task.complete and not column.required:
            yield (
                f"task.{field}: {name!r} may be empty in {data.name}; make it `required` in the "
                "contract"
            )
        yield from model.task.misfits(_offered(f"task.{field}", column, data))


def _offered(field: str, column: Column, data: Data) -> Offered:
    listed = allowed(column)
    texts = None if listed is None else [written(value, column) for value in listed]
    return Offered(
        product=data.name,
        field=field,
        name=column.name,
        kind=column.kind,
        required=column.required,
        values=None if texts is None else tuple(text for text in texts if text is not None),
    )


def _weight(model: Model, data: Data) -> Iterator[str]:
    column = data.column(model.weight)
    teaches = data.name == model.train
    if column and teaches and not (column.kind in NUMERIC and column.required):
        yield (
            f"weight: {model.weight!r} is of type {column.kind} in {data.name}, or may be empty; "
            "make it a number and `required` in the contract"
        )


def _features(model: Model, data: Data) -> Iterator[str]:
    for name in model.features:
        column = data.column(name)
        if column is None:
            continue
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
    for name in dict.fromkeys((*model.taught, *model.where)):
        if name == model.key:
            continue
        one, other = train.column(name), test.column(name)
        if one and other and one.kind != other.kind:
            yield (
                f"split: {name!r} is of type {one.kind} in {train.name} and {other.kind} in "
                f"{test.name}; make them the same in both contracts"
            )


def _rows(model: Model, data: Data) -> Iterator[str]:
    """Yield it when the test split has, at its largest, too few rows for the gates to say yes."""
    needed, most = CLASSES * fewest_rows(model), min(_most(data.contract), default=math.inf)
    if most < needed:
        yield (
            f"split: {data.name} has at most {most:g} rows by its contract, and even of perfect "
            f"answers {needed} are needed to show the floor; land more, and say so there"
        )


def fewest_rows(model: Model) -> int:
    """Return the fewest units, of an AUC of each class, of which perfect answers show the floor."""
    floor, (_, metric) = model.gates.floor, metric_of(model)
    limit = floor.at_least if metric.better == HIGHER else 0.0
    return fewest(limit or 0.0, floor.confidence, metric.interval) or 1


def _most(contract: Contract) -> Iterator[float]:
    """Yield each number of rows that the contract lets a file not exceed."""
    for quality in contract.quality:
        if quality.metric == "rowCount" and quality.limit.operator in UPPER:
            yield quality.limit.bounds[-1] - UPPER[quality.limit.operator]
