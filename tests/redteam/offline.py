"""What do the deployed gates say of a candidate that no cloud has to run? Real rows, real steps."""

import dataclasses
import functools

import numpy as np

from factory import gates
from models.income import MODEL
from pipelines import contract
from pipelines.measure.binary import Binary
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
from tests.pipelines.steps import splits

LEDGER = "model.refused, with these words: tests/life/test_gates.py sees it of each gate"
PROTECTED = ["age", "race", "sex"]
LOOKS = {"look": 1, "product": MODEL.test, "snapshot": 1, "label": "income"}
TRAIN, TEST = 9000, 4500  # rows that leakage is looked for in


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A model that has learned, and the split that judges it with its answers."""

    split: evidence.ScoredSplit

    def answering(self, **fields):
        """Return the candidate with other answers in these fields, and the labels they mean."""
        return dataclasses.replace(self, split=splits.answering(self.split, **fields))

    def column(self, name):
        """Return the values of a column of the test split."""
        return np.array(self.split.features.column(name).to_pylist())

    def judged(self, model=MODEL):
        """Return the verdicts on its decisions, as the Gates step measures and judges them."""
        split = dataclasses.replace(self.split, model=model)
        return verdicts(model, decisions=decisions.measure(split), fairness=groups.measure(split))


def chosen(table, split):
    """Return of the census what the catalogue's model is taught, or judged on."""
    return prepare.chosen(table, MODEL, MODEL.taught, split)


@functools.cache
def honest():
    """Return the model of the catalogue on the census: it passes every gate."""
    test, rows = chosen(adult("test"), "test"), chosen(adult("train"), "train")
    learned = train.learn(rows, MODEL, contract.load(MODEL.recipe))
    predictor = inference.Predictor(learned.estimator, learned.metadata, Binary)
    values = test.select(MODEL.inputs).to_pylist()
    answers = inference.predict_fn(values, predictor).answers
    return Candidate(scored(rows, test, answers["score"], answers["selected"]))


def scored(rows, test, score, selected):
    return splits.scored(MODEL, rows, test, score, selected)


def verdicts(model, **sections):
    """Judge these sections of the evidence by the gates that are called like them."""
    found = {"version": gates.VERSION, "model": model.name, "looks": LOOKS, **sections}
    return {v.gate: v for v in gates.judge(found, model) if v.gate in sections}


def leaked(change_train, change_test, asked=MODEL.features):
    """Return the verdict on leakage between changed parts of the census splits."""
    test = change_test(chosen(adult("test").slice(0, TEST), "test"))
    rows = change_train(chosen(adult("train").slice(0, TRAIN), "train"))
    nobody = np.zeros(test.num_rows)
    split = scored(rows, test, nobody, nobody)
    return verdicts(MODEL, leakage=leakage.measure(split, rows, list(asked)))["leakage"]


def examined(model, test):
    """Return the verdict on the exam that *model* takes of the rows of *test*."""
    teach = adult("train")
    both = {"train": (teach, prepare.own(teach, model, "train")),
            "test": (test, prepare.own(test, model, "test"))}  # fmt: skip
    found = coverage.Chosen(model, both).measure({"protected": PROTECTED})
    rows = {"test_rows": both["test"][1].num_rows}
    judged = gates.judge(
        {"version": gates.VERSION, "model": model.name, "coverage": found, "leakage": rows}
        | {"looks": LOOKS},
        model,
    )
    return next(v for v in judged if v.gate == "coverage")
