"""What do the deployed gates say of a candidate that no cloud has to run? Real rows, real steps."""

import dataclasses
import functools

import numpy as np
import pyarrow as pa

from factory import gates
from models.income import MODEL
from pipelines import contract
from pipelines.steps import (
    coverage,
    decisions,
    evidence,
    groups,
    inference,
    leakage,
    prepare,
    train,
)
from tests.pipelines.cases import adult

LEDGER = "model.refused, with these words: tests/life/test_gates.py sees it of each gate"
PROTECTED = ["age", "race", "sex"]
TRAIN, TEST = 9000, 4500  # rows that leakage is looked for in


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A model that has learned, and the split that judges it with its answers."""

    split: evidence.ScoredSplit
    train: pa.Table

    def decided(self, selected):
        """Return the candidate with other decisions from the same scores."""
        return dataclasses.replace(self, split=dataclasses.replace(self.split, selected=selected))

    def column(self, name):
        """Return the values of a column of the test split."""
        return np.array(self.split.features.column(name).to_pylist())

    def judged(self, model=MODEL):
        """Return the verdicts on its decisions, as the Gates step measures and judges them."""
        split = dataclasses.replace(self.split, model=model)
        return verdicts(model, decisions=decisions.measure(split), fairness=groups.measure(split))


@functools.cache
def honest():
    """Return the model of the catalogue on the census: it passes every gate."""
    test = prepare.labelled(adult("test"), MODEL)
    rows = prepare.unseen(prepare.labelled(adult("train"), MODEL), test, MODEL.features)
    learned = train.learn(rows, MODEL, contract.load(MODEL.recipe))
    values = {name: test.column(name).to_pylist() for name in MODEL.features}
    matrix = inference.encode(values, learned.metadata["columns"])
    score = learned.estimator.predict_proba(matrix)[:, 1]
    selected = score >= inference.thresholds_of(values, learned.metadata["thresholds"])
    return Candidate(scored(test, score, selected), rows)


def scored(test, score, selected):
    features = test.select([MODEL.key, *MODEL.features])
    label = test.column(MODEL.label.column).to_numpy()
    return evidence.ScoredSplit(MODEL, features, label, score, selected, None)


def verdicts(model, **sections):
    """Judge these sections of the evidence by the gates that are called like them."""
    found = {"version": 1, "model": model.name, **sections}
    return {v.gate: v for v in gates.judge(found, model) if v.gate in sections}


def leaked(change_train, change_test, asked=MODEL.features):
    """Return the verdict on leakage between changed parts of the census splits."""
    test = change_test(prepare.labelled(adult("test").slice(0, TEST), MODEL))
    rows = change_train(prepare.labelled(adult("train").slice(0, TRAIN), MODEL))
    rows = prepare.unseen(rows, test, MODEL.features)
    split = scored(test, np.zeros(test.num_rows), np.zeros(test.num_rows, bool))
    return verdicts(MODEL, leakage=leakage.measure(split, rows, list(asked)))["leakage"]


def examined(model, test):
    """Return the verdict on the exam that *model* takes of the rows of *test*."""
    teach = adult("train")
    chosen = {"train": (teach, prepare.own(teach, model, "train")),
              "test": (test, prepare.own(test, model, "test"))}  # fmt: skip
    found = coverage.Chosen(model, chosen).measure({"protected": PROTECTED})
    rows = {"test_rows": chosen["test"][1].num_rows}
    judged = gates.judge(
        {"version": 1, "model": model.name, "coverage": found, "leakage": rows}, model
    )
    return next(v for v in judged if v.gate == "coverage")
