"""How is a question with several classes taught, decided and measured?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from factory.errors import Refused
from pipelines.measure import estimates
from pipelines.measure.digits import ranked
from pipelines.measure.losses import LEAST
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

ROUNDING = 1e-6  # of probabilities
WHOLE = (1 - ROUNDING, 1 + ROUNDING)


class Multiclass(Measure):
    """The most probable class is answered, with the probability of each."""

    NEEDS: ClassVar[str] = f"{PAIR} rows of {PAIR} classes"

    def target(self, rows: Rows) -> np.ndarray:
        """Return the class of each row; Refused when all are of one."""
        found = rows.texts(self.task.label)
        if len(np.unique(found)) < PAIR:
            raise Refused(
                f"{self.task.label}: every row to learn from is of one class; land rows of "
                "others, or split otherwise"
            )
        return found

    @staticmethod
    def raw(estimator: Any, frame: Any) -> np.ndarray:
        """Return the probability of each class, in the order of the classes."""
        return np.asarray(estimator.predict_proba(frame), float)

    @classmethod
    def lost(cls, estimator: Any, taught: Taught) -> np.ndarray:
        """Return the log loss of each row; a class that the estimator has not seen was given 0."""
        own = taught.target[:, None] == np.asarray(estimator.classes_)
        return _surprise((cls.raw(estimator, taught.frame) * own).sum(axis=1))

    def settle(self, held: Held) -> Settings:
        """Return the classes in the order of their probabilities."""
        return {"classes": sorted(np.unique(held.rows.texts(self.task.label)).tolist())}

    @staticmethod
    def answer(raw: np.ndarray, asked: Asked, metadata: Metadata) -> Answers:
        """Return the most probable class, its probability, and all probabilities."""
        words = np.array(metadata["settings"]["classes"], object)
        return {
            "label": words[raw.argmax(axis=1)],
            "probability": raw.max(axis=1),
            "probabilities": raw,
        }

    def naive(self, asked: Rows) -> Answers:
        """Return the share of each class, for every row."""
        found = self.taught.texts(self.task.label)
        shares = np.array([(found == word).mean() for word in self.classes])
        best = int(shares.argmax())
        return {
            "label": np.full(len(asked), self.classes[best], object),
            "probability": np.full(len(asked), shares[best]),
            "probabilities": np.tile(shares, (len(asked), 1)),
        }

    @cached_property
    def classes(self) -> list[str]:
        """Return the classes that training knows, in the order of their probabilities."""
        return sorted(np.unique(self.taught.texts(self.task.label)).tolist())

    def losses(self, metric: str, truth: Rows, answers: Answers) -> np.ndarray:
        """Return the log loss of each row; a class that training does not know was given 0."""
        shares, codes = self._shares(answers), self._codes(truth)
        return _surprise(np.where(codes >= 0, shares[np.arange(len(shares)), codes], 0.0))

    def estimate(self, metric: str, truth: Rows, answers: Answers) -> Estimate:
        """Return the mean log loss, the share that is right, or the AUC of the worst class."""
        if metric == "accuracy":
            return estimates.share(answers["label"] == truth.texts(self.task.label))
        if metric == "auc":
            return min(self._aucs(truth, answers), key=lambda found: found["value"])
        return super().estimate(metric, truth, answers)

    def _aucs(self, truth: Rows, answers: Answers) -> list[Estimate]:
        """Return the AUC of each class against the rest that has rows enough."""
        codes, shares = self._codes(truth), self._shares(answers)
        return [
            estimates.auc((codes == place).astype(int), ranked(shares[:, place]))
            for place in range(len(self.classes))
            if PAIR <= (codes == place).sum() <= len(codes) - PAIR
        ]

    def _codes(self, truth: Rows) -> np.ndarray:
        """Return the place of each row's class; -1 for one that training does not know."""
        places = {word: place for place, word in enumerate(self.classes)}
        return np.array([places.get(word, -1) for word in truth.texts(self.task.label)])

    def _shares(self, answers: Answers) -> np.ndarray:
        found = answers["probabilities"]
        if found.shape[1] != len(self.classes):
            raise Refused(
                f"{self.task.label}: answers are about {found.shape[1]} classes, training has "
                f"{len(self.classes)}; answer the probability of each"
            )
        return found

    def measurable(self, truth: Rows) -> bool:
        """Say whether two classes have rows enough."""
        _, counts = np.unique(truth.texts(self.task.label), return_counts=True)
        return int((counts >= PAIR).sum()) >= PAIR

    def views(self, rows: Rows) -> Mapping[str, np.ndarray]:
        """Return each class against the rest."""
        found = rows.texts(self.task.label)
        return {str(word): (found == word).astype(int) for word in np.unique(found)}

    def chosen(self, truth: Rows, answers: Answers) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
        """Return who of each class is recognised, and who gets each favourable class."""
        found, said = truth.texts(self.task.label), answers["label"]
        recognised = {
            f"recognised as {word}": (found == word, said == word) for word in np.unique(found)
        }
        everybody = np.ones(len(found), bool)
        return recognised | {
            f"decided {word}": (everybody, said == word) for word in self.task.favourable
        }

    def decided(self, truth: Rows, answers: Answers) -> tuple[np.ndarray, np.ndarray]:
        """Return the class of each row, and the one that is decided."""
        return truth.texts(self.task.label), answers["label"]

    def calibration(self, truth: Rows, answers: Answers) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return how probable the answered class was, and whether it was right."""
        right = answers["label"] == truth.texts(self.task.label)
        return [(answers["probability"], right.astype(float))]

    def odd(self, asked: Rows, answers: Answers) -> Mapping[str, int]:
        """Count the shares that are none, and the labels that are not the most probable class."""
        shares = self._shares(answers)
        best = shares.max(axis=1, initial=0.0)
        places = {word: place for place, word in enumerate(self.classes)}
        own = np.array([places.get(word, -1) for word in answers["label"]], int)
        given = shares[np.arange(len(shares)), own]
        return {
            "a probability outside of 0 to 1": outside(shares) + outside(answers["probability"]),
            "probabilities that do not add up to 1": outside(shares.sum(axis=1), *WHOLE),
            "a class that training does not know": int((own < 0).sum()),
            "a class that is not the most probable one": int((given < best - ROUNDING).sum()),
            "another probability than their class": outside(
                answers["probability"] - given, -ROUNDING, ROUNDING
            ),
        }


def _surprise(given: np.ndarray) -> np.ndarray:
    """Return the log loss of what each row's own class was given."""
    return np.asarray(-np.log(np.clip(given, LEAST, 1)))


MEASURE = Multiclass
