"""On which rows is the candidate judged, and whom do they leave out?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from factory.catalogue.judged import Judged
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
)

TELLING = (
    10  # rows that a random choice would leave of a group; of fewer none may be left by chance
)


def coverage(evidence: Evidence, model: Judged) -> Verdict:
    """Refuse an exam that leaves out a protected group, and say what else its rows are.

    Protected is what the contract of the data product calls so, and what the spec compares. Of
    the former each feature with groups is compared, unless the spec says why not. A label that is
    spelled in two ways is refused: one of them counts as another class.
    """
    found = mapping(evidence, "coverage")
    train, test = (_split(found, name) for name in ("train", "test"))
    if test[1] != count(mapping(evidence, "leakage"), "test_rows"):
        raise Missing(f"the exam has {test[1]} rows, another number was judged")
    apart = _not_compared(found, model)
    problems = [
        *_label_problems(mapping(found, "label"), model),
        *_left_out(found, test, model),
        *(
            f"the contract of {model.test} calls {column} protected, it is a feature, and the spec "
            "compares no groups of it; name it in gates.fairness.attributes, or say why not in "
            "gates.fairness.exempt"
            for column in apart
            if column in model.features and not model.gates.fairness.exempt.strip()
        ),
    ]
    verdict = FAIL if problems else PASS
    if not problems and model.where and found.get("contract_says_protected") is not True:
        verdict = INCONCLUSIVE
        problems = ["the snapshot does not say which columns are protected; publish a new one"]
    why = "; ".join(problems) or _shape(train, test, model) + _told(apart, model)
    return Verdict(gate="coverage", verdict=verdict, reason=why, facts=dict(found))


Split = tuple[int, int]
"""Rows of the product, and rows taken."""


def _split(found: Evidence, name: str) -> Split:
    section = mapping(found, name)
    whole, taken = count(section, "rows_of_product"), count(section, "rows")
    if not taken or taken > whole:
        raise Missing(f"{taken} rows of {whole} cannot be")
    return whole, taken


def _label_problems(label: Evidence, model: Judged) -> Iterator[str]:
    if not model.task.DECIDES:
        return
    if count(label, "classes") < 2:  # noqa: PLR2004 - or nothing is told apart
        raise Missing("the label has one value")
    alike: Any = label.get("alike")
    if not isinstance(alike, list):
        raise Missing("spellings of the label are not listed")
    for names in alike:
        spelled = ", ".join(map(repr, names))
        yield (
            f"{model.task.target} has {len(names)} spellings of one class: {spelled}; land one of "
            "them"
        )


def _not_compared(found: Evidence, model: Judged) -> list[str]:
    """Return the columns with groups that the contract protects and the spec does not compare."""
    groups: Any = found.get("groups")
    if not isinstance(groups, list):
        raise Missing("the protected columns that have groups are not listed")
    return [str(column) for column in groups if column not in model.gates.fairness.attributes]


def _told(apart: list[str], model: Judged) -> str:
    if not apart:
        return ""
    why = model.gates.fairness.exempt.strip() or "the model does not see it"
    return f"; protected and not compared: {', '.join(apart)} ({why})"


def _left_out(found: Evidence, test: Split, model: Judged) -> Iterator[str]:
    """Tell of each protected group of which far less is left than of all rows."""
    columns: Any = found.get("protected")
    if not isinstance(columns, dict):
        raise Missing("protected is not an object with columns")
    if absent := [a for a in model.gates.fairness.attributes if a not in columns]:
        raise Missing(f"nothing is counted of {', '.join(absent)}")
    for column in columns:
        levels = mapping(columns, column)
        for level in levels:
            counts = mapping(levels, level)
            of, rows = count(counts, "of_product"), count(counts, "rows")
            if rows > of:
                raise Missing(f"{rows} of {of} rows of {column}={level} cannot be")
            fair = of * test[1] / test[0]
            if fair >= TELLING and rows < model.gates.coverage.keeps * fair:
                yield (
                    f"where {dict(model.where)} leaves {rows} of {of} rows of {column}={level} "
                    f"to judge; as many rows at random would hold {fair:.0f}"
                )


def _shape(train: Split, test: Split, model: Judged) -> str:
    least = model.gates.fairness.min_rows
    return (
        f"{test[1]} of {test[0]} rows of {model.test} judge, {train[1]} of {train[0]} of "
        f"{model.train} teach; groups under {least} rows are pooled"
    )
