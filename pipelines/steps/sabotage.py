"""What would the evidence be, did the package answer otherwise? Nothing is learned anew.

Each function returns the sections of the evidence of a sabotaged copy, or why there is nothing to
sabotage. Only what the gate of its control reads is measured again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from factory.gates import bounds, estimates
from factory.gates.stability import CONFIDENCE
from factory.tasks.task import HIGHER
from pipelines.measure.measure import Answers
from pipelines.steps import answers, calibration, decisions, groups, members, slices
from pipelines.steps.evidence import ScoredSplit

Evidence = Mapping[str, Any]
Changed = dict[str, Any]
TRIED = 5  # slices, the largest first, of which one must be large enough
WIDEST = 0.25  # gap of errors, of the naive model's, that a spec of any tier may allow a group


def inverted(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Let each row get the answer of the row of opposite rank, and measure the floor's metric."""
    task, floor = split.model.task, split.model.gates.floor
    name = floor.metric or _usual(split)
    measured = split.measure.estimate(name, split.truth, _opposite(split))
    value, higher = estimates.of(measured).value, task.METRICS[name].better == HIGHER
    limit = floor.at_least if higher else floor.at_most
    if limit is not None and (value >= limit if higher else value <= limit):
        return f"the floor {limit} is so low that answers of opposite rank reach it"
    return _with(found, name, measured)


def ignorant(split: ScoredSplit, found: Evidence) -> Changed:
    """Let the naive model answer, and compare it with itself."""
    name, simple = _usual(split), split.simple
    gained = split.measure.difference(name, split.truth, simple, simple)
    measured = split.measure.estimate(name, split.truth, simple)
    return _with(found, name, measured) | {"naive": found["naive"] | {"difference": gained}}


def members_alike(split: ScoredSplit, found: Evidence) -> Changed | str:  # noqa: ARG001 - one shape for all
    """Let the naive model answer for each member, and compare it with itself."""
    if not split.model.task.members:
        return "the model has no members"
    simple = split.simple
    return {"members": members.compared(split, simple, simple)}


def worse(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Compare answers of opposite rank with the champion's."""
    if split.champion is None:
        return "there is no champion"
    name, own = _usual(split), _opposite(split)
    measured = split.measure.estimate(name, split.truth, own)
    gained = split.measure.difference(name, split.truth, own, split.champion.answers)
    value = estimates.of(measured).value
    section = found["champion"] | {"challenger": value, "difference": gained}
    return _with(found, name, measured) | {"champion": section}


def by_lot(split: ScoredSplit, found: Evidence) -> Changed | str:  # noqa: ARG001 - one shape for all
    """Decide each row as the row of opposite rank."""
    if not split.model.task.DECIDES:
        return "nothing is decided about a row"
    return {"decisions": decisions.measure(split.answered_by(_opposite(split)))}


def shifted_group(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Give the lowest of all answers to the largest group of the first attribute."""
    attributes = split.model.gates.fairness.attributes
    if not attributes:
        return "the spec names no protected group"
    _, codes = groups.joint(split.truth.table, attributes[:1])
    rows = codes == np.bincount(codes).argmax()
    lowest = np.full(len(rows), np.nanargmin(split.answers[split.model.task.POINT]))
    shifted = _where(rows & split.measure.judged(split.truth), split, lowest)
    moved = _moved(split, rows, shifted)
    allowed = min(split.model.gates.fairness.max_gap, WIDEST)
    if moved is not None and moved <= 2 * allowed * found["naive"]["size"]:
        return "the answers differ too little to be shifted"
    return {"fairness": groups.measure(split.answered_by(shifted))}


def _moved(split: ScoredSplit, rows: np.ndarray, shifted: Answers) -> float | None:
    """Return by how much *shifted* moves the mean error of *rows*; None where there is no error."""
    after = split.measure.errors(split.truth, shifted)
    before = split.measure.errors(split.truth, split.answers)
    if before is None or after is None:
        return None
    return float(abs(np.nanmean((after - before)[rows])))


def miscalibrated(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Move each answer halfway to that end of their range which is farther from their mean."""
    if not split.model.task.EXPECTS:
        return "the answers are no expectations"
    name = split.model.task.POINT
    point = split.answers[name]
    end = max((point.min(), point.max()), key=lambda each: abs(each - point.mean()))
    section = calibration.measure(split.answered_by({**split.answers, name: (point + end) / 2}))
    moved = max(abs(pair["bias"]["value"]) / pair["scale"] for pair in section["pairs"])
    if moved <= split.model.gates.calibration.max_bias:
        return "the answers differ too little to be moved"
    return {"calibration": found["calibration"] | {"pairs": section["pairs"]}}


def one_slice(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Give the rows of one slice the answers of opposite rank."""
    section, opposite = found["stability"], _opposite_rows(split)
    confidence = 1 - (1 - CONFIDENCE) / max(len(section["slices"]), 1)
    for one in slices.slices(split)[:TRIED]:
        rows = np.zeros(len(split.truth), bool)
        rows[one.places] = True
        sabotaged = split.answered_by(_where(rows, split, opposite))
        measured = slices.judged(sabotaged, one)
        if measured and _surely_bad(measured, confidence):
            others = [each for each in section["slices"] if _name(each) != _name(measured)]
            return {"stability": section | {"slices": [*others, measured]}}
    return "no slice has rows enough to show it"


def constant(split: ScoredSplit, found: Evidence) -> Changed:
    """Give all rows the answer of the row in the middle, and look at nothing but that."""
    judged, ordered = split.measure.judged(split.truth), _ordered(split)
    middle = np.full(len(judged), ordered[len(ordered) // 2])
    same = _where(judged, split, middle)
    section = answers.measure(split.answered_by(same))
    return {"answers": section | {"odd": found["answers"]["odd"]}}


def _with(found: Evidence, name: str, measured: Evidence) -> Changed:
    """Return the section of the metrics, of which one is as *measured*."""
    quality = found["quality"]
    return {"quality": quality | {"metrics": quality["metrics"] | {name: measured}}}


def _usual(split: ScoredSplit) -> str:
    return next(iter(split.model.task.METRICS))


def _opposite(split: ScoredSplit) -> Answers:
    return _where(split.measure.judged(split.truth), split, _opposite_rows(split))


def _opposite_rows(split: ScoredSplit) -> np.ndarray:
    """Return for each row that judges the one of opposite rank."""
    ordered, found = _ordered(split), np.arange(len(split.truth))
    found[ordered] = ordered[::-1]
    return found


def _ordered(split: ScoredSplit) -> np.ndarray:
    """Return the rows that judge, by what they are answered."""
    judged = np.flatnonzero(split.measure.judged(split.truth))
    point = split.answers[split.model.task.POINT][judged]
    return np.asarray(judged[np.argsort(point, kind="stable")])


def _where(rows: np.ndarray, split: ScoredSplit, others: np.ndarray) -> Answers:
    """Return the answers, in which *rows* get those of the *others*."""
    places = np.where(rows, others, np.arange(len(rows)))
    return {name: found[places] for name, found in split.answers.items()}


def _surely_bad(measured: Evidence, confidence: float) -> bool:
    """Return whether the slice is beyond doubt worse than a model that knows nothing."""
    if "gain" in measured:
        return bounds.upper(estimates.of(measured["gain"]), confidence) < 0
    return bounds.upper(estimates.of(measured["value"]), confidence) < 1 / 2


def _name(measured: Evidence) -> tuple[str, str]:
    return measured["column"], measured["level"]
