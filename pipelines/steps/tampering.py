"""What would the evidence be, were rows or records of the package others? See `sabotage`."""

from __future__ import annotations

import hashlib

from factory.gates.coverage import TELLING
from factory.gates.multiple import MOST_LOOKS
from pipelines.steps import leakage
from pipelines.steps.evidence import ScoredSplit
from pipelines.steps.sabotage import Changed, Evidence

ROWS = 100  # of training that are put into the test split
REPEATED = 0.5  # share of training rows that equal another one
LATER = "nothing that comes later is seen, which is proved instead"


def used_up(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - one shape for all
    """Let the exam have been looked at as often as it bears, before this look."""
    return {"looks": found["looks"] | {"look": MOST_LOOKS + 1}}


def label(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Let the first feature hold the label."""
    if split.model.task.CUTOFF:
        return LATER
    section, name = found["leakage"], split.model.features[0]
    auc, how = leakage.label_column(split)
    known = {"columns": section["columns"] | {name: auc}, "cells": section["cells"] | {name: how}}
    return {"leakage": section | known}


def learned_rows(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Put rows of training into the test split."""
    if split.model.task.CUTOFF:
        return LATER
    return {"leakage": found["leakage"] | {"shared_keys": min(ROWS, split.train.num_rows)}}


def copied_rows(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Let the test rows that are compared be rows of training under other keys."""
    if split.model.task.CUTOFF:
        return LATER
    section = found["leakage"]
    same = section["near"]["all"]
    if same["train"] > REPEATED * same["rows"]:
        return "most training rows equal another one, so that copies are none"
    copied = section["near"] | {"all": same | {"test": same["rows"]}}
    return {"leakage": section | {"near": copied}}


def entity(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Put rows of one entity into both splits."""
    if split.model.task.CUTOFF:
        return LATER
    if split.model.entity == split.model.key:
        return "each row is an entity of its own"
    return {"leakage": found["leakage"] | {"shared_entities": 1}}


def future(split: ScoredSplit, found: Evidence) -> Changed | str:
    """Let what comes after one origin change what is learned or asked there."""
    if not split.model.task.CUTOFF:
        return "nothing is asked about the future"
    section = found["leakage"]
    proof = section["cutoff"] | {"unchanged": section["cutoff"]["unchanged"] - 1}
    return {"leakage": section | {"cutoff": proof}}


def asked(split: ScoredSplit, found: Evidence) -> Changed:
    """Let the artifact ask for one column more than the spec names."""
    model = split.model
    asked = leakage.columns_asked([*model.inputs, f"{model.task.target} (known)"], model)
    return {"leakage": found["leakage"] | {"asked": asked}}


def left_out(split: ScoredSplit, found: Evidence) -> Changed | str:  # noqa: ARG001 - as above
    """Leave all rows of the largest protected group out of the exam."""
    section = found["coverage"]
    sizes = {
        (column, level): counts["of_product"]
        for column, levels in section["protected"].items()
        for level, counts in levels.items()
    }
    test = section["test"]
    column, level = max(sizes, key=sizes.__getitem__, default=("", ""))
    if sizes.get((column, level), 0) * test["rows"] < TELLING * test["rows_of_product"]:
        return "no protected group is large enough to be missed"
    gone = section["protected"][column][level] | {"rows": 0}
    levels = section["protected"][column] | {level: gone}
    return {"coverage": section | {"protected": section["protected"] | {column: levels}}}


def other_snapshot(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - as above
    """Let an input be other rows than those of the snapshot that it names."""
    section = found["lineage"]
    role, source = next(iter(section["inputs"].items()))
    return {
        "lineage": section | {"inputs": section["inputs"] | {role: source | {"verified": False}}}
    }


def foreign_digest(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - as above
    """Let another artifact have been evaluated."""
    section = found["artifact"]
    other = hashlib.sha256(section["gated"].encode()).hexdigest()
    return {"artifact": section | {"evaluated": other}}


def one_bin(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - as above
    """Let the baseline have all rows in one bin."""
    section = found["baseline"]
    return {"baseline": section | {"flat": section["columns"]}}


def company(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - as above
    """Let a row be answered otherwise when it is asked again."""
    return {"exam": found["exam"] | {"different": 1, "furthest": 1.0}}


def unread_code(split: ScoredSplit, found: Evidence) -> Changed:  # noqa: ARG001 - as above
    """Let the serving code be in neither the recipe nor the training code."""
    return {"serving": found["serving"] | {"origin": "unknown", "own": False}}
