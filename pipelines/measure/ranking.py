"""How is an order of items taught, answered and measured? A query is one unit of all measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from factory.errors import Refused
from pipelines.measure import estimates, exposure, ndcg
from pipelines.measure.digits import ranked
from pipelines.measure.measure import PAIR, Answers, Asked, Estimate, Measure, Metadata, Rows
from pipelines.measure.popularity import popularity


class Ranking(Measure):
    """The estimator learns relevance, item by item; queries are put in order of it."""

    NEEDS: ClassVar[str] = f"{PAIR} queries with a relevant item"

    def check(self, rows: Rows, split: str) -> None:
        """Raise Refused where a relevance is below 0."""
        if (rows.numbers(self.task.relevance) < 0).any():
            raise Refused(
                f"{self.task.relevance}: one of the {split} split is below 0; grade from 0, which "
                "is not relevant at all"
            )

    @staticmethod
    def hidden(task: Mapping[str, Any]) -> set[str]:
        """Return the query: the next ones are others."""
        return {task["query"]}

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return each row's score and its rank within its query."""
        query = np.array([str(value) for value in asked.columns[metadata["task"]["query"]]])
        return {"score": raw, "rank": ndcg.ranks(query, ranked(raw)).astype(float)}

    def naive(self, asked: Rows) -> Answers:
        """Return how relevant each item has been, whoever asked."""
        known = popularity(self.taught.texts(self.task.item), self._relevance(self.taught))
        return {"score": known.score(asked.texts(self.task.item))}

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return what each query with a relevant item lacks to the best order."""
        relevance, query = self._relevance(truth), truth.texts(self.task.query)
        score = ranked(answers["score"])
        if metric == "mrr":
            return np.asarray(1 - ndcg.mrr(relevance, score, query, self.task.at))
        measured = ndcg.recall_at if metric == "recall" else ndcg.ndcg
        return np.asarray(1 - measured(relevance, score, query, self.task.at))

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the mean of a measure over the queries."""
        return estimates.mean(1 - self.losses(metric, truth, answers))

    def measurable(self, truth: Rows) -> bool:
        """Say whether there are queries enough with a relevant item."""
        some = self._relevance(truth) > 0
        return len(np.unique(truth.texts(self.task.query)[some])) >= PAIR

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return which rows are more relevant than the mean of training."""
        middle = self._relevance(self.taught).mean()
        return {"relevant": (self._relevance(rows) > middle).astype(int)}

    def errors(self, truth: Rows, answers: Answers) -> np.ndarray:
        """Return each row's share of its query's attention beyond that of its relevance."""
        relevance, query = self._relevance(truth), truth.texts(self.task.query)
        return exposure.beyond(relevance, answers["score"], query, self.task.at)

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the ranks that deny the order of the scores: clients read either."""
        score, rank = ranked(answers["score"]), answers["rank"]
        _, query = np.unique(asked.texts(self.task.query), return_inverse=True)
        order = np.lexsort((rank, query))
        begins = np.r_[True, np.diff(query[order]) != 0]
        place = np.arange(len(order)) - np.maximum.accumulate(
            np.where(begins, np.arange(len(order)), 0)
        )
        higher = np.r_[False, np.diff(score[order]) > 0] & ~begins
        return {
            "a rank that is not its place": int((rank[order] != place + 1).sum()),
            "a rank behind a lower score": int(higher.sum()),
        }

    def _relevance(self, rows: Rows) -> np.ndarray:
        return rows.numbers(self.task.relevance)


MEASURE = Ranking
