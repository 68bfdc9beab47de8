"""How is an alarm for the oddest rows settled and measured?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.measure import estimates, thresholds
from pipelines.measure.digits import ranked
from pipelines.measure.measure import PAIR, Answers, Asked, Estimate, Held, Measure, Metadata, Rows


class Anomaly(Measure):
    """The score is how odd a row is; the budget says from which score on there is an alarm."""

    HOLDS = True

    def target(self, rows: Rows) -> np.ndarray:
        """Return 1 for what deserves an alarm; an estimator need not look at it."""
        return np.asarray(rows.texts(self.task.label) == self.task.positive, int)

    @staticmethod
    def raw(estimator: Any, frame: Any) -> np.ndarray:
        """Return how odd each row is: the chance of an alarm, or how far it is from the others."""
        if hasattr(estimator, "predict_proba"):
            return np.asarray(estimator.predict_proba(frame)[:, 1], float)
        return -np.asarray(estimator.score_samples(frame), float)

    def settle(self, held: Held) -> dict[str, Any]:
        """Return the score that the budget's share of the rows to learn from reaches."""
        return {"thresholds": thresholds.fit(held.raw, self.task.budget, {}, 0)}

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return score and alarm."""
        limits = thresholds.of({}, metadata["settings"]["thresholds"], len(raw))
        return {"score": raw, "alarm": raw >= limits}

    def naive(self, asked: Rows) -> Answers:
        """Return the same score for every row, so that any of them may get an alarm."""
        return {"score": np.zeros(len(asked))}

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return false alarms as a share of the budget; rows alike at its edge share the rest."""
        odd = -ranked(answers["score"])
        _, codes, rows = np.unique(odd, return_inverse=True, return_counts=True)
        left = self.task.budget * len(truth) - np.cumsum(rows)
        alarmed = np.clip(left / rows + 1, 0, 1)[codes]
        return np.asarray(1 - self.target(truth) * alarmed / self.task.budget)

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the precision; its error is that of a mean over all rows."""
        return estimates.mean(1 - self.losses(metric, truth, answers))

    def measurable(self, truth: Rows) -> bool:
        """Say whether there are rows enough that deserve an alarm, and that deserve none."""
        return bool(PAIR <= self.target(truth).sum() <= len(truth) - PAIR)

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return the label itself."""
        return {"yes": self.target(rows)}

    def chosen(self, truth: Rows, answers: Answers) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
        """Return for whom there is an alarm, of all."""
        return {"alarm": (np.ones(len(truth), bool), answers["alarm"])}

    def decided(self, truth: Rows, answers: Answers) -> tuple[np.ndarray, np.ndarray]:
        """Return what deserves an alarm, and what gets one."""
        words = np.array(["no", "yes"], object)
        return words[self.target(truth)], words[np.asarray(answers["alarm"], int)]


MEASURE = Anomaly
