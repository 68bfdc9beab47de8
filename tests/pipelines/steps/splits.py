"""Splits and answers of a yes-or-no question, made of plain values."""

import dataclasses

import numpy as np
import pyarrow as pa

from pipelines.steps.evidence import Said, ScoredSplit

TEN = {
    "customer": [f"c{n}" for n in range(10)],
    "spend": [1.0, 2.0, None, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0],
    "plan": ["a", "a", "a", "b", "b", "b", "b", None, "c", "c"],
    "region": ["n", "s"] * 5,
    "left": ["no", "no", "yes", "no", "no", "yes", "no", "yes", "yes", "yes"],
}
YES = np.array([v == "yes" for v in TEN["left"]])


def said(keys, score, selected, yes="yes", no="no"):
    """Return what a model answers to the rows named *keys*."""
    selected = np.asarray(selected, bool)
    label = np.where(selected, yes, no)
    return Said(pa.table({"key": keys, "score": score, "selected": selected, "label": label}))


def answering(split, score=None, selected=None):
    """Return *split* with other scores, or other decisions."""
    answers = split.answers
    score = answers["score"] if score is None else score
    selected = answers["selected"] if selected is None else selected
    yes = split.model.task.positive
    return dataclasses.replace(split, challenger=said(split.keys, score, selected, yes))


def scored(model, train, test, score, selected, champion=None):
    """Return the split of a table whose columns are all that *model* names."""
    words = {*train.column(model.task.label).to_pylist()} - {model.task.positive}
    no = words.pop() if len(words) == 1 else f"not {model.task.positive}"
    return ScoredSplit(
        model=model,
        train=train,
        features=test.select([model.key, *model.inputs]),
        labels=test.select([model.key, *model.audited]),
        challenger=said(test.column(model.key), score, selected, model.task.positive, no),
        champion=champion,
    )
