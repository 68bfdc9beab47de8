"""How is a question about a number taught, answered with an interval, and measured?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from factory.errors import Refused
from pipelines.measure import conformal, estimates, losses
from pipelines.measure.measure import (
    Answers,
    Asked,
    Estimate,
    Held,
    Measure,
    Metadata,
    Rows,
    Settings,
    not_held,
)


class Regression(Measure):
    """A number with an interval, which is as wide as errors on held-out training rows are."""

    HOLDS = True

    def target(self, rows: Rows) -> np.ndarray:
        """Return the number of each row; Refused when all are alike."""
        found = rows.numbers(self.task.label)
        if found.min() == found.max():
            raise Refused(f"{self.task.label}: every row to learn from is the same; land others")
        return found

    def settle(self, held: Held) -> Settings:
        """Return how far the interval reaches to both sides: split conformal prediction.

        The quantile is that of Lei et al. (2018), (n + 1) * coverage of n errors, rounded up.
        """
        errors = np.sort(np.abs(held.raw - held.rows.numbers(self.task.label)))
        place = math.ceil((len(errors) + 1) * self.task.coverage) - 1
        return {"reach": float(errors[min(place, len(errors) - 1)])}

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return the number and the ends of its interval."""
        reach = metadata["settings"]["reach"]
        return {"value": raw, "low": raw - reach, "high": raw + reach}

    def naive(self, asked: Rows) -> Answers:
        """Return the median, for every row: no other constant has a smaller mean error."""
        median = float(np.median(self.taught.numbers(self.task.label)))
        return {"value": np.full(len(asked), median)}

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the absolute or the squared error of each row."""
        loss = losses.squared if metric == "mse" else losses.absolute
        return loss(truth.numbers(self.task.label), answers["value"])

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return who is above the median of training."""
        middle = float(np.median(self.taught.numbers(self.task.label)))
        return {"above the median": (rows.numbers(self.task.label) > middle).astype(int)}

    def errors(self, truth: Rows, answers: Answers) -> np.ndarray:
        """Return how much too high each answer is."""
        return np.asarray(answers["value"] - truth.numbers(self.task.label))

    def inside(self, truth: Rows, answers: Answers) -> tuple[Estimate, float]:
        """Return the share of rows that lie in their interval, and the one that must."""
        found = truth.numbers(self.task.label)
        held = (answers["low"] <= found) & (found <= answers["high"])
        return estimates.share(held), self.task.coverage

    def widths(self, truth: Rows, answers: Answers, simple: Answers) -> tuple[float, float]:
        """Return the mean width, and that of the median's interval which holds its share."""
        missed = np.abs(self.errors(truth, simple))
        wide = conformal.needed(missed, np.zeros(len(missed), int), self.task.coverage)
        return float((answers["high"] - answers["low"]).mean()), float(wide.mean())

    def calibration(self, truth: Rows, answers: Answers) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return what was expected and what was."""
        return [(answers["value"], truth.numbers(self.task.label))]

    def known(self, rows: Rows) -> np.ndarray:
        """Return the numbers."""
        return rows.numbers(self.task.label)

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the intervals that do not hold their own value."""
        return not_held(answers)


MEASURE = Regression
