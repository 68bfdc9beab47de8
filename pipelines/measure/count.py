"""How is a question about a count taught, answered and measured, in proportion to an exposure?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from factory.errors import Refused
from pipelines.measure import estimates, losses
from pipelines.measure.measure import Answers, Asked, Estimate, Measure, Metadata, Rows, outside
from pipelines.measure.refusal import Unanswerable

LEAST = 1e-9  # of an expected count
ROUNDING = 1e-6  # of a rate, in proportion


class Count(Measure):
    """The estimator learns the rate, weighted by exposure; the answer is rate times exposure."""

    def check(self, rows: Rows, split: str) -> None:
        """Raise Refused where a count is below 0, or an exposure not above it."""
        if (self._counts(rows) < 0).any():
            raise Refused(f"{self.task.label}: a count of the {split} split is below 0; correct it")
        if (self._exposure(rows) <= 0).any():
            raise Refused(
                f"{self.task.exposure}: an exposure of the {split} split is not above 0; land only "
                "rows that were there to be counted"
            )

    def target(self, rows: Rows) -> np.ndarray:
        """Return the count of one unit of exposure; Refused when nothing is ever counted."""
        found = self._counts(rows)
        if not found.any():
            raise Refused(
                f"{self.task.label}: nothing is counted in any row to learn from; land rows in "
                "which something is, or split otherwise"
            )
        return np.asarray(found / self._exposure(rows))

    def weight(self, rows: Rows) -> np.ndarray | None:
        """Return the exposure: of twice as much twice as much is known."""
        return self._exposure(rows) if self.task.exposure else None

    @staticmethod
    def hidden(task: Mapping[str, Any]) -> set[str]:
        """Return the exposure: the rate does not depend on it."""
        return {task["exposure"]}

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return how many are expected; Unanswerable where an exposure is not above 0."""
        rate = np.maximum(raw, LEAST)
        if not (name := metadata["task"]["exposure"]):
            return {"expected": rate, "rate": rate}
        for row, value in enumerate(asked.columns[name], 1):
            if value is None or not value > 0:
                raise Unanswerable(f"row {row}: {name} is missing or not above 0; send how much")
        return {"expected": rate * np.array(asked.columns[name], float), "rate": rate}

    def naive(self, asked: Rows) -> Answers:
        """Return the mean rate times each row's exposure."""
        rate = self._counts(self.taught).sum() / self._exposure(self.taught).sum()
        return {"expected": np.asarray(rate * self._exposure(asked))}

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the Poisson deviance of each row per unit of exposure, or its absolute error."""
        found, said = self._counts(truth), answers["expected"]
        if metric == "mae":
            return losses.absolute(found, said)
        return losses.poisson_deviance(found, said, self._exposure(truth))

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the mean loss, weighted by exposure."""
        return estimates.mean(self.losses(metric, truth, answers), self._weights(metric, truth))

    def difference(self, metric: str, truth: Rows, answers: Answers, others: Answers) -> Estimate:
        """Return by how much less is lost, weighted by exposure."""
        found, other = (self.losses(metric, truth, each) for each in (answers, others))
        return estimates.difference(found, other, self._weights(metric, truth))

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return who has any."""
        return {"any": (self._counts(rows) > 0).astype(int)}

    def errors(self, truth: Rows, answers: Answers) -> np.ndarray:
        """Return how much too many are expected."""
        return np.asarray(answers["expected"] - self._counts(truth))

    def calibration(self, truth: Rows, answers: Answers) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return what was expected and what was counted."""
        return [(answers["expected"], self._counts(truth))]

    def known(self, rows: Rows) -> np.ndarray:
        """Return the counts."""
        return self._counts(rows)

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the answers that no count can come from, and rates that deny what is expected."""
        expected, rate = answers["expected"], answers["rate"]
        denied = ~np.isclose(rate * self._exposure(asked), expected, rtol=ROUNDING, atol=0)
        return {
            "an expected count below 0": outside(expected, high=np.inf),
            "a rate that is not what is expected of one unit of exposure": int(denied.sum()),
        }

    def _weights(self, metric: str, rows: Rows) -> np.ndarray | None:
        return self._exposure(rows) if metric == "deviance" and self.task.exposure else None

    def _counts(self, rows: Rows) -> np.ndarray:
        return rows.numbers(self.task.label)

    def _exposure(self, rows: Rows) -> np.ndarray:
        return rows.numbers(self.task.exposure) if self.task.exposure else np.ones(len(rows))


MEASURE = Count
