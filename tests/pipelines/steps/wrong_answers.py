"""Answers that one gate alone refuses, made of those of an honest candidate of any kind."""

import numpy as np

from tests.pipelines.steps.packages import fitting, shared

POINTS = ("score", "probability", "value", "expected")


def bolder(answers, judged):
    """Answer in the right order, and not by as much as is right."""
    if "score" in answers:
        return answers | {"score": answers["score"] ** 2}
    if "probabilities" in answers:
        return shared(0.5 * answers["probabilities"] + 0.5 / 3)
    if "value" in answers:
        return {name: found + 0.5 for name, found in answers.items()}
    return {name: found * 1.3 for name, found in answers.items()}


def scrambled(answers, judged):
    """Give the rows of one plan each other's answers: classes and ranks in the opposite order."""
    plan = "b" if "rank" in answers else "c"  # queries have hardly two rows of the smallest one
    rows = np.flatnonzero(np.array(judged.column("plan").to_pylist()) == plan)
    point = next(answers[n] for n in POINTS if n in answers)
    order = rows[np.argsort(point[rows], kind="stable")]
    others = order[::-1] if {"label", "rank"} & set(answers) else np.roll(order, len(order) // 3)
    for found in answers.values():
        found[order] = found[others]
    return fitting(answers, judged)


def tied(answers, judged):
    """Give their mean to the lower half of the rows, and a little more."""
    if "probabilities" in answers:
        shares = answers["probabilities"].copy()
        low = shares[:, 1] < np.quantile(shares[:, 1], 0.55)
        shares[low] = shares[low].mean(axis=0)
        return shared(shares)
    point = next(answers[n] for n in POINTS if n in answers)
    low = point < np.quantile(point, 0.55)
    for name in answers.keys() - {"selected", "label"}:
        answers[name][low] = answers[name][low].mean()
    if "selected" in answers:
        answers["selected"][low], answers["label"][low] = False, "no"
    return fitting(answers, judged)
