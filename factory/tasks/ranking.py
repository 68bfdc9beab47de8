"""Which items come first? The candidates of a query in the order of their relevance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factory.tasks.task import HIGHER, NUMBER, NUMERIC, Counted, Field, Metric, Offered, Task

if TYPE_CHECKING:
    from factory.catalogue.judged import Judged

GRADES = {*NUMERIC, "boolean"}
MOST = 1_000  # places that are looked at
BEST = (0.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class Ranking(Task):
    """A question whose answer is an order of items; a request holds whole queries."""

    KIND: ClassVar[str] = "ranking"
    PROBLEM: ClassVar[str] = "Ranking"
    METRICS: ClassVar[Mapping[str, Metric]] = {
        "ndcg": Metric(words="NDCG", better=HIGHER, range=BEST),
        "mrr": Metric(words="mean reciprocal rank", better=HIGHER, range=BEST),
        "recall": Metric(words="recall", better=HIGHER, range=BEST),
    }
    ANSWER: ClassVar[Mapping[str, Field]] = {
        "score": Field(kind=NUMBER, words="how relevant the item is expected to be"),
        "rank": Field(kind=NUMBER, words="its place within its query, from 1"),
    }
    POINT: ClassVar[str] = "score"
    ERRORS: ClassVar[bool] = True
    NAIVE: ClassVar[str] = "the mean relevance of each item"

    query: str
    """The column that tells which rows are candidates of one query."""
    item: str
    """The column that names the item; the estimator sees it as a feature."""
    relevance: str
    """The column that says how relevant an item was, 0 for not at all."""
    at: int = 5
    """How many of the first items are looked at."""

    @property
    def target(self) -> str:
        """Return the column that is predicted."""
        return self.relevance

    @property
    def predicted(self) -> str:
        """Return in words what is predicted."""
        return f"the order of {self.item} by {self.relevance}"

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the columns of the data that the task names."""
        return {"query": self.query, "item": self.item, "relevance": self.relevance}

    @property
    def sent(self) -> tuple[str, ...]:
        """Return the columns that tell whose candidate a row is, and which."""
        return (self.query, self.item)

    @property
    def together(self) -> tuple[str, ...]:
        """Return the column of the query: its rows are answered together."""
        return (self.query,)

    def violations(self, model: Judged) -> Iterator[str]:
        """Yield what is wrong with it in *model*."""
        if not 1 <= self.at <= MOST:
            yield f"task.at: {self.at} is not in 1 to {MOST}; 5 or 10 is usual"
        if len({self.query, self.item, self.relevance}) < len(self.columns):
            yield "task: query, item and relevance are not three columns; name each"
        if model.split.KIND == "hashed" and model.entity == model.key:
            yield (
                f"split.key: {model.key!r} splits row by row, and all rows of one {self.query} are "
                f"one question; say key={self.query!r}, or the column of whose it is"
            )

    def misfits(self, offered: Offered) -> Iterator[str]:
        """Yield what a contract says against one of its columns."""
        if offered.name == self.relevance and offered.kind not in GRADES:
            yield (
                f"{offered.field}: {offered.name!r} is of type {offered.kind} in "
                f"{offered.product}; a number is needed: grade relevance from 0"
            )

    def unsuited(self, found: Counted) -> Iterator[str]:
        """Yield what the rows say against it."""
        if len(found.values) == 1:
            yield (
                f"task.relevance: every row of {found.product} has the same {self.relevance}; "
                "no order is better than another"
            )
        if any(value.startswith("-") for value in found.values):
            yield (
                f"task.relevance: {found.product} has relevances below 0; grade from 0, which is "
                "not relevant at all"
            )


TASK = Ranking
