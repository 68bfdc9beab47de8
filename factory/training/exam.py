"""On which rows is a run judged, and which look at their labels is it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from factory import values
from factory.catalogue import document
from factory.catalogue.judged import Judged
from factory.gates.looks import label_of
from factory.layout import tables

Item = Mapping[str, Any]
Write = tuple[Item, Item | None]
"""An item, and what it replaces; None where there is none."""


@dataclass(frozen=True, kw_only=True)
class Exam:
    """The rows that a run is judged on, and what is asked of them."""

    product: str
    snapshot: int
    label: str
    rows: Mapping[str, str] = field(default_factory=dict)
    """Which rows of the snapshot: each column has this value."""

    @property
    def key(self) -> str:
        """Return the key of what all that are judged by this label and snapshot share."""
        return tables.exam(self.product, self.snapshot, self.label)

    @property
    def own_key(self) -> str:
        """Return the key of what those share that are judged on the same rows of it."""
        rows = {column: _value(written) for column, written in self.rows.items()}
        return tables.exam_rows(self.key, document.digest(document.canonical(rows)))

    @property
    def columns(self) -> str:
        """Return by which columns the rows are told apart: equal or disjoint with the same ones."""
        return document.canonical(sorted(self.rows))

    def __str__(self) -> str:
        """Return it in words."""
        return f"{self.label} of {self.product} snapshot {self.snapshot}"


def _value(written: str) -> str:
    """Return one text for all ways to write a value, of whatever type its column is.

    The columns' types are not known here: rows may seem to be one that are not, never the reverse.
    """
    for kind in (values.UNSTATED, values.TIMESTAMP):
        try:
            return values.text(values.read(written, kind))
        except values.NotAValueError:
            continue
    return values.tidy(written)


def exam_of(model: Judged, snapshot: int) -> Exam:
    """Return the exam of a run of *model* on a *snapshot* of its test product.

    A snapshot is a whole file today: its rows were first published with it.
    """
    label = label_of(model)
    return Exam(product=model.test, snapshot=snapshot, label=label, rows=model.where)


@dataclass(frozen=True, kw_only=True)
class Looks:
    """How often the rows of an exam were looked at, as it was read."""

    exam: Exam
    own: int = 0
    """Looks at exactly these rows."""
    most: Mapping[str, int] = field(default_factory=dict)
    """By the columns that tell rows apart: the most looks that any such group of rows has had."""
    new: bool = True
    """Whether nobody has looked at any row of the snapshot."""

    @classmethod
    def of(cls, exam: Exam, shared: Item | None, own: Item | None) -> Self:
        """Read the items under the keys of *exam*."""
        counted = own["looks"] if own else 0
        most = shared["most"] if shared else {}
        return cls(exam=exam, own=counted, most=most, new=shared is None)

    @property
    def next(self) -> int:
        """Return the number of the next look: no row of the exam has had as many.

        Rows that are told apart by other columns may be among these; the most looks of any of them
        count.
        """
        return 1 + self.own + sum(n for by, n in self.most.items() if by != self.exam.columns)

    def writes(self) -> tuple[Write, Write]:
        """Return the items once the next look is taken, each with what it must replace."""
        exam, own = self.exam, self.own + 1
        most = {**self.most, exam.columns: max(own, self.most.get(exam.columns, 0))}
        return (
            ({tables.PK: exam.key, "most": most}, None if self.new else {"most": self.most}),
            ({tables.PK: exam.own_key, "looks": own}, {"looks": self.own} if self.own else None),
        )
