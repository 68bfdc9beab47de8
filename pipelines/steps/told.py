"""What may the card repeat of how a model was made? What the factory knows, and numbers.

An artifact's metadata are the builder's words, and people who may see no data read the card. So
nothing of them is repeated as text: hyperparameters are the spec's and the recipe's, thresholds are
numbers, and their groups are named by levels that many training rows share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.errors import Refused
from pipelines import contract
from pipelines.contract import Value
from pipelines.measure.thresholds import OTHER
from pipelines.steps import canonical

NAMED = 50  # training rows that must share a level before it is named
RARE = "(a level of few rows)"
MOST_GROUPS = 100
LONGEST = 64  # characters of a level
LAG = re.compile(r"[a-z]{1,16}(_[a-z]{1,16}){0,3}(_\d{1,3})?")
"""How the columns are called that a forecast is made of beside those of the spec."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a card says of a candidate beside what was measured."""

    algorithm: str
    hyperparameters: Mapping[str, Value]
    """As spec and recipe set them; training code of a builder's own may not have asked them."""
    own_code: str
    """SHA-256 of a builder's own training code; empty when the recipe's trained."""
    attributes: tuple[str, ...]
    """Those of the spec that have thresholds of their own."""
    groups: tuple[tuple[str, float], ...]
    """The levels of each joint group in words, and its threshold."""
    default: float | None
    """The threshold of all other rows; None where none decides."""
    importance: tuple[tuple[str, float], ...] = ()
    """By column by what share shuffling it raises the loss, the most first; empty where a builder's
    own code says so."""
    fallback: tuple[tuple[str, str], ...] = ()
    """The attributes of which an unknown level is decided as the level that is named."""


def of(
    metadata: Mapping[str, Any], model: Judged, train: pa.Table, lineage: Mapping[str, Any]
) -> Told:
    """Return what may be repeated; Refused where *metadata* has no thresholds of that kind."""
    recipe = contract.load(model.recipe)
    stated = _stated(metadata["settings"], model)
    attributes = _attributes(stated, model)
    known = [_frequent(train.column(a)) for a in attributes]
    own = lineage["training_code"] if lineage["training_code"] != lineage["code"] else ""
    return Told(
        algorithm="a builder's own training code" if own else recipe.ALGORITHM,
        hyperparameters=contract.settings(recipe, model),
        own_code=own,
        attributes=attributes,
        groups=tuple(_groups(stated.get("groups"), known)),
        default=_number(stated["default"]) if "default" in stated else None,
        importance=() if own else tuple(_importance(metadata.get("importance"), model)),
        fallback=tuple(sorted(model.gates.fairness.fallback.items())) if attributes else (),
    )


def _importance(stated: Any, model: Judged) -> Iterator[tuple[str, float]]:
    """Yield what the factory's own training has found out, of columns whose names it knows."""
    found = stated if isinstance(stated, Mapping) else {}
    known = {name: _number(share) for name, share in found.items() if _is_column(name, model)}
    yield from sorted(known.items(), key=lambda each: -each[1])


def _is_column(name: str, model: Judged) -> bool:
    """Say whether the spec names a column so, or a forecast what it looks back at."""
    return name in model.inputs or (model.task.CUTOFF and bool(LAG.fullmatch(name)))


def _stated(settings: Mapping[str, Any], model: Judged) -> Mapping[str, Any]:
    """Return what is said of thresholds; nothing where the task has none."""
    if model.task.threshold_columns(model) is None:
        return {"attributes": [], "groups": []}
    found = settings.get("thresholds")
    if not isinstance(found, Mapping):
        raise _wrong("are not there")
    return {"default": None, **found}


def _attributes(stated: Mapping[str, Any], model: Judged) -> tuple[str, ...]:
    found = stated.get("attributes")
    protected = model.gates.fairness.attributes
    if not isinstance(found, list) or any(each not in protected for each in found):
        raise _wrong(f"attributes is no list of {', '.join(protected) or 'nothing'}")
    return tuple(found)


def _frequent(column: pa.ChunkedArray) -> set[str]:
    counts = pc.value_counts(canonical.texts(column).drop_null()).to_pylist()
    return {c["values"] for c in counts if c["counts"] >= NAMED and len(c["values"]) <= LONGEST} | {
        OTHER
    }


def _groups(stated: Any, known: list[set[str]]) -> Iterator[tuple[str, float]]:
    if not isinstance(stated, list) or len(stated) > MOST_GROUPS:
        raise _wrong(f"groups is no list of at most {MOST_GROUPS}")
    for group in stated:
        levels = group.get("levels") if isinstance(group, Mapping) else None
        if not isinstance(levels, list) or len(levels) != len(known):
            raise _wrong("a group has not one level for each attribute")
        named = (
            level if isinstance(level, str) and level in frequent else RARE
            for level, frequent in zip(levels, known, strict=True)
        )
        yield ", ".join(named), _number(group.get("threshold"))


def _number(value: Any) -> float:
    """Return a finite number; a whole one of hundreds of digits is none."""
    try:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong("a threshold is not a number")
        found = float(value)
    except OverflowError as large:
        raise _wrong("a threshold is too large") from large
    if not math.isfinite(found):
        raise _wrong("a threshold is not finite")
    return found


def _wrong(what: str) -> Refused:
    return Refused(f"the artifact's thresholds: {what}; write them as train does")
