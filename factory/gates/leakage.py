"""Did the candidate learn, or is it asked, what it must not know?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.catalogue.judged import Judged, NoLeakage
from factory.gates import copies
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    mapping,
    number,
    text,
)

STRONG = 0.9  # AUC from which a column that leads all others is suspicious
UNLIKELY = 1e-6  # chance of honest shares to follow a column so exactly


def leakage(evidence: Evidence, model: Judged) -> Verdict:
    """Refuse rows in both splits, and what knows the label without being a model of it.

    Rows: the same key or entity, a side that the split does not say, and too many that were left
    out for it; the same features and label, the same but for one column, or in half of the columns,
    more often than among training rows of different entities; labels of equal rows that agree too
    well. Columns: one alone by any of several functions of it, an
    exposure and an item as well as a feature, numbers that follow the shares of
    yes too exactly, the key, the order of rows, and features that the spec does not name. A column
    far ahead of all others, a pair that knows much more than its columns alone, test rows nearer to
    training than it is to itself, test rows that repeat each other, and rows that are in both
    splits more equally than by chance, are INCONCLUSIVE.
    """
    found, rule = mapping(evidence, "leakage"), model.gates.leakage
    if model.task.CUTOFF:
        return _cutoff(found, model)
    columns = _columns(found, model.features)
    sent = [name for name in model.task.sent if name not in model.task.together]
    if min(count(found, "train_rows"), count(found, "test_rows")) == 0:
        raise Missing("a split is empty")
    known = [
        *copies.known(found, model),
        *_asked(found),
        *_known_columns(found, columns, model),
        *_told(found, _columns(found, sent), model),
    ]
    doubts = [
        *_lead(columns, rule),
        *_pair(found, columns, rule),
        *copies.doubtful(found, rule),
    ]
    for verdict, problems in ((FAIL, known), (INCONCLUSIVE, doubts)):
        if problems:
            why = "; ".join(problems)
            return Verdict(gate="leakage", verdict=verdict, reason=why, facts=dict(found))
    why = "no row is in both splits, and no column, pair or order of rows knows the label"
    return Verdict(gate="leakage", verdict=PASS, reason=why, facts=dict(found))


def _cutoff(found: Evidence, model: Judged) -> Verdict:
    """Demand that no frame changes by a bit when all that comes after its origin is destroyed.

    Columns that are known in advance are not: so none of them may alone tell what comes.
    """
    proof = mapping(found, "cutoff")
    origins, unchanged = count(proof, "origins"), count(proof, "unchanged")
    if not count(found, "train_rows") or not count(found, "test_rows") or not origins:
        raise Missing("a split is empty, or no origin is proved")
    columns = _columns(found, model.features) if model.features else {}
    problems = [*_asked(found), *_told(found, columns, model)]
    if unchanged != origins:
        problems.append(
            f"at {origins - unchanged} of {origins} origins what is learned or asked changes when "
            "all that comes later is destroyed: it looks ahead"
        )
    verdict = FAIL if problems else PASS
    why = "; ".join(problems) or f"nothing that comes after {origins} origins is seen from there"
    return Verdict(gate="leakage", verdict=verdict, reason=why, facts=dict(found))


def _columns(found: Evidence, names: Sequence[str]) -> dict[str, float]:
    """Return what each column of these *names* alone knows."""
    columns = mapping(found, "columns")
    if unmeasured := [name for name in names if name not in columns]:
        raise Missing(f"no measurement of {', '.join(unmeasured)}")
    return {name: _auc(columns, name) for name in names}


def _asked(found: Evidence) -> Iterator[str]:
    """Tell of columns that are asked for and may not be; of missing ones `baseline` tells."""
    asked = mapping(found, "asked")
    foreign, missing = asked.get("foreign"), asked.get("missing")
    if not isinstance(foreign, list) or not isinstance(missing, list):
        raise Missing("what the artifact asks for is not listed")
    if foreign:
        yield f"the artifact asks for {', '.join(map(str, foreign))}, no feature of the spec"
    if asked.get("equal") is not True and not foreign and not missing:
        yield "the artifact asks for the features in another order than the spec's, or twice"


def _told(found: Evidence, columns: Mapping[str, float], model: Judged) -> Iterator[str]:
    """Tell of columns each of which alone knows the answer."""
    most = model.gates.leakage.max_column_auc
    for name, auc in columns.items():
        how = text(mapping(found, "cells"), name)
        if auc > most:
            yield (
                f"column {name} alone ranks the test split with AUC {auc:.4f}, above {most}, {how}"
            )


def _known_columns(found: Evidence, columns: Mapping[str, float], model: Judged) -> Iterator[str]:
    rule = model.gates.leakage
    yield from _told(found, columns, model)
    order = mapping(found, "order")
    auc, by = _auc(order, "auc"), text(order, "how")
    if auc > rule.max_order_auc:
        yield (
            f"the rows are in the order of the label: {by}, ranks the test split with AUC "
            f"{auc:.4f}, above {rule.max_order_auc}; land them in another order, under other keys"
        )
    yield from _encoded(mapping(found, "encoded"), columns)


def _encoded(found: Evidence, columns: Mapping[str, float]) -> Iterator[str]:
    """Tell of a column that is nearer to the shares of yes than chance would leave it."""
    free, chi, name = count(found, "free"), number(found, "chi_square"), found.get("column")
    if not free and not chi and name == "":
        return  # no number has enough rows of enough values
    if not free or chi < 0 or name not in list(columns):
        raise Missing(f"column {name!r} with {free} degrees of freedom cannot be")
    if _chance(chi, free) < UNLIKELY:
        yield (
            f"column {name} follows the share of yes among its own test rows more exactly than "
            "chance allows: it was made from their labels; make it from training rows alone"
        )


def _chance(chi: float, free: int) -> float:
    """Return at most how likely a chi-square is so small: Chernoff's bound of the lower tail."""
    share = chi / free
    if share >= 1:
        return 1.0
    return math.exp(free / 2 * (1 - share + math.log(share))) if share > 0 else 0.0


def _lead(columns: Mapping[str, float], rule: NoLeakage) -> Iterator[str]:
    ordered = sorted(columns, key=lambda name: -columns[name])
    if len(ordered) < 2:  # noqa: PLR2004 - one column leads nobody
        return
    first, second = ordered[:2]
    lead = columns[first] - columns[second]
    if columns[first] > STRONG and lead > rule.max_column_lead:
        yield (
            f"column {first} alone ranks the test split with AUC {columns[first]:.4f}, the next "
            f"best, {second}, with {columns[second]:.4f}: more than {rule.max_column_lead} ahead; "
            "find out whether it is known before the label is"
        )


def _pair(found: Evidence, columns: Mapping[str, float], rule: NoLeakage) -> Iterator[str]:
    pairs = mapping(found, "pairs")
    checked, of = count(pairs, "checked"), count(pairs, "of")
    if of != len(columns) * (len(columns) - 1) // 2 or checked > of or (of and not checked):
        raise Missing(f"{checked} of {of} pairs of {len(columns)} columns cannot be")
    if not of:
        return
    names: Any = pairs.get("columns")
    if not isinstance(names, list) or [name in list(columns) for name in names] != [True, True]:
        raise Missing(f"{names!r} is no pair of columns")
    together, alone = _auc(pairs, "auc", 0.0), max(columns[name] for name in names)
    how = text(pairs, "how")
    if together - alone > rule.max_pair_gain:
        yield (
            f"columns {' and '.join(names)} together, {how}, rank the test split with AUC "
            f"{together:.4f}, the better of them alone with {alone:.4f}: more than "
            f"{rule.max_pair_gain} is gained; find out whether the label was made from them"
        )


def _auc(section: Evidence, name: str, least: float = 0.5) -> float:
    value = number(section, name)
    if not least <= value <= 1:
        raise Missing(f"{name} is {value}, no AUC")
    return value
