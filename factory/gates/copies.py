"""Are rows of the exam known from training? By their key, their entity or what they hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

from factory.catalogue.judged import Judged, NoLeakage
from factory.gates.verdict import Evidence, Missing, count, mapping, number

CONFIDENCE = 0.95
CHOSEN = 40
"""Random halves of the columns, the worst of which is in the evidence. Of 14 columns one half in
ten has none of three that were changed, so that two such attacks in a hundred meet no half."""
COPIED = 1e-3  # chance of honest cells to have so equal labels in both splits
EQUAL = 5e-3  # chance of honest rows to repeat each other so equally in both splits
MATERIAL = 0.01  # share of test rows, below which it does not matter that they were copied


def known(found: Evidence, model: Judged) -> Iterator[str]:
    """Yield what shows that rows are in both splits, in words."""
    yield from _sides(found, model)
    yield from _near(found, model.gates.leakage)
    yield from _copied(found)


def doubtful(found: Evidence, rule: NoLeakage) -> Iterator[str]:
    """Yield what lets one think so, in words."""
    yield from _nearest(found, rule)
    yield from _repeated(found, rule)
    yield from _equal(found)


def _sides(found: Evidence, model: Judged) -> Iterator[str]:
    """Tell of rows that are on the wrong side by their key, their entity or the split's rule."""
    keys, entities = count(found, "shared_keys"), count(found, "shared_entities")
    if keys:
        yield f"{keys} keys occur in both splits"
    if entities and model.entity != model.key:
        yield f"{entities} rows to learn from have a {model.entity} that test rows have too"
    if wrong := count(found, "misplaced"):
        yield f"{wrong} rows are not on the side that the split ({model.split.KIND}) says"
    left, limit = count(found, "left_out"), model.gates.leakage.max_left_out
    if left > limit * (left + count(found, "train_rows")):
        yield (
            f"{left} rows to learn from were left out, since rows of the same {model.entity} "
            f"judge: more than {limit:.0%}; land each in one of the splits"
        )


def _near(found: Evidence, rule: NoLeakage) -> Iterator[str]:
    near = mapping(found, "near")
    for name, words, chances in (
        ("all", "equal a training row in all columns and the label", 1),
        ("all_but_one", "equal a training row in all columns but one", 1),
        ("half", "equal a training row in half of the columns", CHOSEN),
    ):
        test, train, rows = _near_counts(mapping(near, name))
        if _surely(test, train, rows, chances) > rule.max_near_rows:
            yield (
                f"{test} of {rows} test rows {words}, {train} of {rows} training rows do: test "
                "rows are in training under another key; split before rows are copied or changed"
            )


def _copied(found: Evidence) -> Iterator[str]:
    """Tell of cells whose labels agree in both splits more than those of different rows would."""
    chance, rows, cells = _chance_of_equality(found, "labels")
    if chance < COPIED:
        yield (
            f"{rows} test rows equal training rows in every feature, and in {cells} cells their "
            "labels agree more than those of different rows do: test rows were copied; land each "
            "row in one split"
        )


def _equal(found: Evidence) -> Iterator[str]:
    """Tell of rows that are in both splits more equally than a random split would leave them."""
    chance, rows, _ = _chance_of_equality(found, "rows")
    if chance < EQUAL and rows >= MATERIAL * count(found, "test_rows"):
        yield (
            f"{rows} test rows equal training rows in every feature and the label, and are in both "
            "splits more equally than a random split would leave them: find out whether rows were "
            "copied, or the same entities are in both"
        )


def _chance_of_equality(found: Evidence, name: str) -> tuple[float, int, int]:
    """Return the chance of so low a chi-square, by its mean and deviation, its rows and cells."""
    section = mapping(mapping(found, "alike"), name)
    cells, rows = count(section, "cells"), count(section, "rows")
    observed, expected, spread = (number(section, n) for n in ("observed", "expected", "spread"))
    if min(observed, expected, spread) < 0 or (not cells and (rows or observed or expected)):
        raise Missing(f"{cells} cells of equal rows with a chi-square of {observed} cannot be")
    if not spread:
        return 1.0, rows, cells
    return NormalDist().cdf((observed - expected) / spread), rows, cells


def _repeated(found: Evidence, rule: NoLeakage) -> Iterator[str]:
    """Tell of an exam that is larger than what it asks: its bounds would be too narrow."""
    test, train, rows = _near_counts(mapping(mapping(found, "near"), "repeated"))
    if _surely(test, train, rows, 1) > rule.max_near_rows:
        yield (
            f"{test} of {rows} test rows equal another test row in all columns but one, {train} of "
            f"{rows} training rows equal one or each other: rows are in the exam more than once, "
            "and make its bounds too narrow; land each once"
        )


def _near_counts(found: Evidence) -> tuple[int, int, int]:
    test, train, rows = (count(found, name) for name in ("test", "train", "rows"))
    if not rows or max(test, train) > rows:
        raise Missing(f"{test} and {train} near rows of {rows} cannot be")
    return test, train, rows


def _surely(test: int, train: int, rows: int, chances: int) -> float:
    """Return the lower bound of the difference of two shares of as many *rows*."""
    shares = test / rows, train / rows
    error = math.sqrt(sum(share * (1 - share) for share in shares) / rows)
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / chances)
    return shares[0] - shares[1] - z * error


def _nearest(found: Evidence, rule: NoLeakage) -> Iterator[str]:
    nearest = mapping(mapping(found, "near"), "nearest")
    excess, rows = number(nearest, "excess"), count(nearest, "rows")
    if not rows or not 0 <= excess <= 1:
        raise Missing(f"an excess of {excess} among {rows} rows cannot be")
    noise = math.sqrt(-math.log((1 - CONFIDENCE) / 2) / rows)  # two samples, Smirnov
    if excess - noise > rule.max_near_rows:
        yield (
            f"{excess:.0%} of {rows} test rows are nearer to a training row than training rows "
            f"are to each other, beyond {rule.max_near_rows:.0%}: find out whether they are the "
            "same entities"
        )
