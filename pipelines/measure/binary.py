"""How is a yes-or-no question taught, decided and measured?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from factory.errors import Refused
from pipelines.measure import estimates, losses, thresholds
from pipelines.measure.digits import ranked
from pipelines.measure.measure import (
    PAIR,
    Answers,
    Asked,
    Estimate,
    Held,
    Measure,
    Metadata,
    Rows,
    Settings,
    Taught,
    outside,
)

RANKED = {"auc": estimates.auc, "average_precision": estimates.average_precision}
"""The metrics of how rows are ordered, which are no mean of losses."""


class Binary(Measure):
    """The score is the probability of yes; a threshold decides."""

    NEEDS: ClassVar[str] = f"{PAIR} rows of each class"
    HOLDS = True

    def check(self, rows: Rows, split: str) -> None:
        """Raise Refused where nobody is positive."""
        if not self.yes(rows).any():
            others = len(np.unique(rows.texts(self.task.label)))
            raise Refused(
                f"{self.task.label}: {self.task.positive!r} never occurs in the {split} split, "
                f"{others} others do; correct task.positive"
            )

    def target(self, rows: Rows) -> np.ndarray:
        """Return 1 for yes and 0 for no; Refused when all rows to learn from are alike."""
        found = self.yes(rows)
        if found.min() == found.max():
            raise Refused(
                f"{self.task.label}: every row to learn from is the same; land rows of both "
                "classes, or split otherwise"
            )
        return found

    def yes(self, rows: Rows) -> np.ndarray:
        """Return 1 for the rows whose label is yes, and 0 for the others."""
        return np.asarray(rows.texts(self.task.label) == self.task.positive, int)

    @staticmethod
    def raw(estimator: Any, frame: Any) -> np.ndarray:
        """Return the probability of yes."""
        return np.asarray(estimator.predict_proba(frame)[:, 1], float)

    @classmethod
    def lost(cls, estimator: Any, taught: Taught) -> np.ndarray:
        """Return the log loss of each row."""
        return losses.log_loss(taught.target, cls.raw(estimator, taught.frame))

    def settle(self, held: Held) -> Settings:
        """Select as many, of every group that has a threshold, as there are positive rows.

        Where the spec names the costs of both errors, as many as cost least.
        """
        rule = held.model.gates.fairness
        own = self.task.threshold_columns(held.model)
        groups = {a: held.rows.texts(a).tolist() for a in own}
        rate = self._rate(held)
        fallback = thresholds.fallback(rule.fallback, groups)
        least = thresholds.LEVEL_ROWS * rule.min_rows
        fitted = thresholds.fit(held.raw, rate, groups, least, fallback)
        return {"thresholds": fitted, "words": self._words(held.rows)}

    def _rate(self, held: Held) -> float:
        """Return the share of rows that is to be selected."""
        yes, costs = self.yes(held.rows), held.model.gates.decisions
        if not (costs.false_negative and costs.false_positive):
            return float(yes.mean())
        return thresholds.cheapest(held.raw, yes, costs.false_negative, costs.false_positive)

    def _words(self, rows: Rows) -> list[str]:
        """Return what no and yes are called: no by its own word, where it has one."""
        positive = self.task.positive
        others = set(np.unique(rows.texts(self.task.label)).tolist()) - {positive}
        return [others.pop() if len(others) == 1 else f"not {positive}", positive]

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return score, decision and the label that it means."""
        settings = metadata["settings"]
        limits = thresholds.of(asked.columns, settings["thresholds"], len(raw))
        words = np.array(settings["words"], object)
        selected = raw >= limits
        return {"score": raw, "selected": selected, "label": words[selected.astype(int)]}

    def naive(self, asked: Rows) -> Answers:
        """Return the share of yes, for every row."""
        return {"score": np.full(len(asked), self.yes(self.taught).mean())}

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the log loss or the squared error of each row's probability."""
        loss = losses.brier if metric == "brier" else losses.log_loss
        return loss(self.yes(truth), answers["score"])

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the AUC, the average precision, or the mean of a loss."""
        if metric in RANKED:
            return RANKED[metric](self.yes(truth), ranked(answers["score"]))
        return super().estimate(metric, truth, answers)

    def difference(self, metric: str, truth: Rows, answers: Answers, others: Answers) -> Estimate:
        """Return by how much *answers* are better, in AUC by DeLong's covariance."""
        if metric == "auc":
            scores = ranked(answers["score"]), ranked(others["score"])
            return estimates.auc_difference(self.yes(truth), *scores)
        return super().difference(metric, truth, answers, others)

    def measurable(self, truth: Rows) -> bool:
        """Say whether each class has rows enough."""
        yes = int(self.yes(truth).sum())
        return min(yes, len(truth) - yes) >= PAIR

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return the label itself."""
        return {"yes": self.yes(rows)}

    def chosen(self, truth: Rows, answers: Answers) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
        """Return who is selected, of all."""
        return {"selected": (np.ones(len(truth), bool), answers["selected"])}

    def decided(self, truth: Rows, answers: Answers) -> tuple[np.ndarray, np.ndarray]:
        """Return yes and no as they are, and as they are decided."""
        words = np.array(["no", "yes"], object)
        return words[self.yes(truth)], words[answers["selected"].astype(int)]

    def calibration(self, truth: Rows, answers: Answers) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return the probability of yes and yes itself."""
        return [(answers["score"], self.yes(truth).astype(float))]

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the scores that are no probabilities, and the labels that deny the decision."""
        label, selected = answers["label"], answers["selected"]
        no = {*self.taught.texts(self.task.label), self._words(self.taught)[0]}
        decided = np.where(selected, label == self.task.positive, [word in no for word in label])
        denied = ~decided | ((label == self.task.positive) != selected)
        return {
            "a score outside of 0 to 1": outside(answers["score"]),
            "a label that is not what is decided": int(denied.sum()),
        }


MEASURE = Binary
